"""Live HD-EMG: from muscle excitation to samples at the electrodes, block after block."""

from .noise import ElectrodeNoise
from .stream import EmgBlock, EmgStream
from .synthesis import MuapSynthesis

__all__ = ["ElectrodeNoise", "EmgBlock", "EmgStream", "MuapSynthesis"]
