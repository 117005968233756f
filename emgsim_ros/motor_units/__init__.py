"""Models of motoneuron pools: recruitment and discharge times of motor units for a given neural drive."""

from .common_drive import CommonDrive
from .fatigue import Fatigue
from .integrate_and_fire import IntegrateAndFireTrains
from .pool import MotorUnitPool, firing_rates
from .properties import PoolProperties, PoolTable
from .rate_coding import RateCodedTrains
from .spikes import Spikes, SpikeTrains, Units

__all__ = [
    "CommonDrive",
    "Fatigue",
    "IntegrateAndFireTrains",
    "MotorUnitPool",
    "PoolProperties",
    "PoolTable",
    "RateCodedTrains",
    "SpikeTrains",
    "Spikes",
    "Units",
    "firing_rates",
]
