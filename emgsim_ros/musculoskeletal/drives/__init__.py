"""Drives: how targets and excitations become joint motion and muscle states."""
