"""Figures of recordings, models and results."""
