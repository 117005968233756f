"""The model and the drive that the parameters name."""

from __future__ import annotations

from ...files.resources import config_file
from ...motion import load_poses
from ...parameters import MusculoskeletalParameters
from ...parts import build_part
from ..engine import Engine, MuscleModel, load_engine
from .drive import Drive
from .effort import Effort
from .holding import named_position


def load_model(parameters: MusculoskeletalParameters, engine: Engine | None = None) -> MuscleModel:
    """Load the model that the parameters name, with their reference pose.

    Args:
        parameters: Model, engine and reference pose.
        engine: The engine, if it is loaded already; default the one that the parameters name.

    Raises:
        InvalidInput: The model is missing or cannot be read, or the pose table does not have the reference pose.
        UnknownPart: The engine is not registered.
    """
    engine = engine or load_engine(parameters.engine, parameters.options)
    model = engine.model(config_file(parameters.model, engine.suffix, "models"))
    if parameters.reference_pose:
        poses = load_poses(config_file(parameters.poses, folder="movements"))
        model.refer_to(named_position(model, poses, parameters.reference_pose))
    return model


def make_drive(parameters: MusculoskeletalParameters, model: MuscleModel) -> Drive:
    """Build the drive that the parameters name for ``model``.

    Raises:
        UnknownPart: The drive is not registered.
        InvalidInput: The drive rejects the rate or one of its options.
    """
    drive: Drive = build_part(
        "drive", parameters.drive, model, parameters.rate, parameters.natural_frequency, options=parameters.options
    )
    return drive


def effort_of(parameters: MusculoskeletalParameters) -> Effort:
    """Return the effort that the parameters describe.

    Raises:
        InvalidInput: Co-contraction is not below the maximal effort.
    """
    return Effort(
        co_contraction=parameters.co_contraction,
        maximal=parameters.maximal_effort,
        resistance=parameters.resistance,
        tone=parameters.tone,
        speed_tone=parameters.speed_tone,
        enslaving=parameters.enslaving,
    )
