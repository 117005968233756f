"""The motoneuron pools: who fires when, for a given neural drive."""

from .drive import NeuralDrive
from .pool import MotorUnitPool, Spikes, SpikeTrains

__all__ = ["MotorUnitPool", "NeuralDrive", "SpikeTrains", "Spikes"]
