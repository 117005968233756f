"""Motor-unit action potentials: the limb as a volume conductor, the motor units in it, and their potentials."""

from .bank import BankPlan, MuapBank, build_bank, load_or_build_bank
from .limb.anatomy import ForearmAnatomy, load_anatomy
from .limb.electrodes import ElectrodeGrid

__all__ = [
    "BankPlan",
    "ElectrodeGrid",
    "ForearmAnatomy",
    "MuapBank",
    "build_bank",
    "load_anatomy",
    "load_or_build_bank",
]
