"""The drive that the parameters ask for."""

from __future__ import annotations

from ..parameters import MusculoskeletalParameters
from ..resources import config_file
from .drive import Drive
from .effort import Effort
from .forward_drives import ExcitationDrive, TrackingDrive
from .kinematic_drive import KinematicDrive
from .model import MusculoskeletalModel

DRIVES: dict[str, type[Drive]] = {
    "kinematic": KinematicDrive,
    "tracking": TrackingDrive,
    "excitation": ExcitationDrive,
}


def load_model(parameters: MusculoskeletalParameters) -> MusculoskeletalModel:
    """The OpenSim model of the parameters.

    Raises:
        InvalidInput: It is missing or cannot be read.
    """
    return MusculoskeletalModel(config_file(parameters.model, ".osim", "models"))


def make_drive(parameters: MusculoskeletalParameters, model: MusculoskeletalModel) -> Drive:
    """The drive of the parameters for ``model``."""
    return DRIVES[parameters.drive](model, parameters.rate, parameters.natural_frequency)


def effort_of(parameters: MusculoskeletalParameters) -> Effort:
    """What the parameters let a drive ask of the muscles.

    Raises:
        InvalidInput: Co-contraction is not below the maximal effort.
    """
    return Effort(parameters.co_contraction, parameters.maximal_effort)
