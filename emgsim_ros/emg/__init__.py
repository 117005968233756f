"""Simulation of HD-EMG: samples at the electrodes from muscle excitations, computed block by block."""

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
