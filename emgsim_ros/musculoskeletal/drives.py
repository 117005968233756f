"""The drive that the parameters ask for."""

from __future__ import annotations

from ..parameters import MusculoskeletalParameters
from ..resources import config_file
from .drive import Drive
from .excitation_drive import ExcitationDrive
from .kinematic_drive import KinematicDrive
from .model import MusculoskeletalModel


def load_model(parameters: MusculoskeletalParameters) -> MusculoskeletalModel:
    """The OpenSim model of the parameters.

    Raises:
        InvalidInput: It is missing or cannot be read.
    """
    return MusculoskeletalModel(config_file(parameters.model, ".osim", "models"))


def make_drive(parameters: MusculoskeletalParameters, model: MusculoskeletalModel, start: int = 0) -> Drive:
    """A drive for ``model`` whose first step is number ``start``."""
    if parameters.drive == "excitation":
        return ExcitationDrive(model, parameters.rate, start)
    return KinematicDrive(model, parameters.rate, parameters.natural_frequency, start)
