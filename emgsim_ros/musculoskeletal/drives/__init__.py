"""Drives compute joint motion and muscle states from targets and excitations."""
