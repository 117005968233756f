"""OpenSim: the model, its drive, and what the muscles do."""

from .drive import Drive
from .drives import load_model, make_drive
from .excitation_drive import ExcitationDrive
from .excitation_inputs import ExcitationInputs
from .kinematic_drive import KinematicDrive
from .model import MusculoskeletalModel
from .state import MusculoskeletalState
from .targets import TargetBuffer

__all__ = [
    "Drive",
    "ExcitationDrive",
    "ExcitationInputs",
    "KinematicDrive",
    "MusculoskeletalModel",
    "MusculoskeletalState",
    "TargetBuffer",
    "load_model",
    "make_drive",
]
