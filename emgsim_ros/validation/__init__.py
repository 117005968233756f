"""Comparison of simulated EMG with recordings and with published findings."""
