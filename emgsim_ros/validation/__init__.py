"""Comparison of simulated EMG with recordings.

A `Situation` describes a recording: muscles, level of contraction, electrodes. `read_segments` reads the recording,
`simulate_segment` simulates the same situation, `features_of` measures both, and `discriminate` states how well a
classifier separates them.
"""

from .features import Measured, distance, features_of
from .recording import Layout, Recording, read_segments
from .situation import Electrodes, Segment, Situation, load_situation

__all__ = [
    "Electrodes",
    "Layout",
    "Measured",
    "Recording",
    "Segment",
    "Situation",
    "distance",
    "features_of",
    "load_situation",
    "read_segments",
]
