"""Signals and their time base: simulation time, stamped signals and the layout of an EMG message."""
