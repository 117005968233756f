"""OpenSim: the model, its drive, and what the muscles do."""

from .drives.drive import Drive
from .drives.drive_state import DriveState
from .drives.effort import Effort
from .drives.excitation_inputs import ExcitationInputs
from .drives.forward import ExcitationDrive, TrackingDrive
from .drives.holding import holding_activation, named_position
from .drives.kinematic import KinematicDrive
from .drives.making import effort_of, load_model, make_drive
from .drives.targets import TargetBuffer
from .opensim.model import MusculoskeletalModel
from .opensim.runtime import hear_opensim
from .state import MusculoskeletalState

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
