"""Excitations of the muscles in a segment: given, or those with which the musculoskeletal model holds a pose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..files.resources import config_file
from ..motion import Movement, Step, load_poses
from ..musculoskeletal import effort_of, load_model, make_drive
from ..parameters import MusculoskeletalParameters
from .situation import Segment

Array = NDArray[np.float64]

SETTLING = 0.5  # s after which the excitations of a held pose are constant


@dataclass(frozen=True)
class HeldMuscles:
    """Muscles during a constant contraction.

    Attributes:
        names: [muscles] names.
        excitation: [muscles] excitations, 0 to 1.
        relative_length: [muscles] fibre lengths relative to those of the anatomy.
    """

    names: tuple[str, ...]
    excitation: Array
    relative_length: Array


def held_muscles(segment: Segment) -> HeldMuscles:
    """Return the muscles of a segment.

    Raises:
        InvalidInput: The pose or a coordinate of the load is unknown.
    """
    if segment.excitation:
        names = tuple(segment.excitation)
        given, lengths = np.array(list(segment.excitation.values())), np.ones(len(names))
    else:
        held = _holding(segment.pose, tuple(sorted(segment.load.items())))
        names, given, lengths = held.names, held.excitation, held.relative_length
    return HeldMuscles(names, np.clip(given * segment.level, 0.0, 1.0), lengths)


@cache
def _holding(pose: str, load: tuple[tuple[str, float], ...]) -> HeldMuscles:
    parameters = MusculoskeletalParameters()
    poses = load_poses(config_file(parameters.poses, folder="movements"))
    loads: Mapping[str, float] = dict(load)
    step = Step(poses.angle(pose), poses.vector(loads, "segment: load"), 0.0, 1.0)
    movement = Movement(poses.coordinates, [step], repeat=False)
    model = load_model(parameters)
    drive, effort = make_drive(parameters, model), effort_of(parameters)
    state = None
    for _ in range(round(SETTLING * parameters.rate)):
        state = drive.step(movement.target(drive.next_stamp), np.zeros(len(model.muscles)), effort)
    assert state is not None
    return HeldMuscles(tuple(state.muscles), np.asarray(state.excitation), np.asarray(state.relative_fiber_length))
