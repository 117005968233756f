"""OpenSim: the model, its drive, and what the muscles do."""

from .drive import Drive
from .drive_state import DriveState
from .drives import effort_of, load_model, make_drive
from .effort import Effort
from .excitation_inputs import ExcitationInputs
from .forward_drives import ExcitationDrive, TrackingDrive
from .holding import holding_activation, named_position
from .kinematic_drive import KinematicDrive
from .model import MusculoskeletalModel
from .opensim_runtime import hear_opensim
from .state import MusculoskeletalState
from .targets import TargetBuffer

__all__ = [
    "Drive",
    "DriveState",
    "Effort",
    "ExcitationDrive",
    "ExcitationInputs",
    "KinematicDrive",
    "MusculoskeletalModel",
    "MusculoskeletalState",
    "TargetBuffer",
    "TrackingDrive",
    "effort_of",
    "hear_opensim",
    "holding_activation",
    "load_model",
    "make_drive",
    "named_position",
]
