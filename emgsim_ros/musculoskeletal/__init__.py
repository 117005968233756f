"""Musculoskeletal models, the drives that move them, and the engines that compute their mechanics."""

from .drives.drive import Drive
from .drives.drive_state import DriveState
from .drives.effort import Effort
from .drives.excitation_inputs import ExcitationInputs
from .drives.forward import ExcitationDrive, TrackingDrive
from .drives.holding import holding_activation, named_position
from .drives.kinematic import KinematicDrive
from .drives.making import effort_of, load_model, make_drive
from .drives.targets import TargetBuffer
from .dynamics import DynamicState, Integrator
from .engine import Engine, ForwardDynamics, MuscleModel, load_engine
from .fibers import Fibers
from .opensim.model import MusculoskeletalModel
from .opensim.runtime import forward_opensim_log
from .state import MusculoskeletalState, MusculoskeletalStates

__all__ = [
    "Drive",
    "DriveState",
    "DynamicState",
    "Effort",
    "Engine",
    "ExcitationDrive",
    "ExcitationInputs",
    "Fibers",
    "ForwardDynamics",
    "Integrator",
    "KinematicDrive",
    "MuscleModel",
    "MusculoskeletalModel",
    "MusculoskeletalState",
    "MusculoskeletalStates",
    "TargetBuffer",
    "TrackingDrive",
    "effort_of",
    "forward_opensim_log",
    "holding_activation",
    "load_engine",
    "load_model",
    "make_drive",
    "named_position",
]
