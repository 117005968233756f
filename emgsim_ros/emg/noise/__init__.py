"""Disturbances of the EMG at its electrodes: one file for each noise part.

Each part draws from generators of its own, so leaving one out does not change the others. `electrode_noise` adds the
parts that the parameters name.
"""

from .part import Noise
from .site import RecordingSite
from .total import ElectrodeNoise, electrode_noise

__all__ = ["ElectrodeNoise", "Noise", "RecordingSite", "electrode_noise"]
