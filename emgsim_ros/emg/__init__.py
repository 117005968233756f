"""Live HD-EMG: from muscle excitation to samples at the electrodes, block after block."""

from .amplifier import Amplifier, AmplifierSettings
from .montage import Montage
from .noise import ElectrodeNoise, Noise, RecordingSite
from .stream import EmgBlock, EmgStream
from .synthesis import MuapSynthesis

__all__ = [
    "Amplifier",
    "AmplifierSettings",
    "ElectrodeNoise",
    "EmgBlock",
    "EmgStream",
    "Montage",
    "MuapSynthesis",
    "Noise",
    "RecordingSite",
]
