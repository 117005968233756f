"""Signals and their time base: simulation time, stamped signals, the layout of an EMG message."""
