"""The drive that the parameters ask for."""

from __future__ import annotations

from ...files.resources import config_file
from ...motion import load_poses
from ...parameters import MusculoskeletalParameters
from ..opensim.model import MusculoskeletalModel
from .drive import Drive
from .effort import Effort
from .forward import ExcitationDrive, TrackingDrive
from .holding import named_position
from .kinematic import KinematicDrive

DRIVES: dict[str, type[Drive]] = {
    "kinematic": KinematicDrive,
    "tracking": TrackingDrive,
    "excitation": ExcitationDrive,
}


def load_model(parameters: MusculoskeletalParameters) -> MusculoskeletalModel:
    """The OpenSim model of the parameters, referred to their reference pose.

    Raises:
        InvalidInput: It is missing or cannot be read, or there is no such pose.
    """
    model = MusculoskeletalModel(config_file(parameters.model, ".osim", "models"))
    if parameters.reference_pose:
        poses = load_poses(config_file(parameters.poses, folder="movements"))
        model.refer_to(named_position(model, poses, parameters.reference_pose))
    return model


def make_drive(parameters: MusculoskeletalParameters, model: MusculoskeletalModel) -> Drive:
    """The drive of the parameters for ``model``."""
    return DRIVES[parameters.drive](model, parameters.rate, parameters.natural_frequency)


def effort_of(parameters: MusculoskeletalParameters) -> Effort:
    """What the parameters let a drive ask of the muscles.

    Raises:
        InvalidInput: Co-contraction is not below the maximal effort.
    """
    return Effort(parameters.co_contraction, parameters.maximal_effort)
