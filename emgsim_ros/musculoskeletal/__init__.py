"""OpenSim: the model, its drive, and what the muscles do."""

from .excitation_inputs import ExcitationInputs
from .kinematic_drive import KinematicDrive, MusculoskeletalState
from .model import MusculoskeletalModel
from .targets import TargetBuffer

__all__ = [
    "ExcitationInputs",
    "KinematicDrive",
    "MusculoskeletalModel",
    "MusculoskeletalState",
    "TargetBuffer",
]
