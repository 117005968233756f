"""Groups of muscles that a calibration does not tell apart: neighbours that contract together in all of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from ..muap import ForearmAnatomy
from .expected_features import Contraction
from .quantities import MuscleGroup

MOST = 6  # groups; more would not be determined by a short calibration
ALIKE = (
    0.25  # distance (1 - cosine of the excitations, plus the distance around the limb) below which muscles are alike
)


def muscle_groups(anatomy: ForearmAnatomy, contractions: Sequence[Contraction], most: int = MOST) -> list[MuscleGroup]:
    """Group the muscles that contract by their excitations over the calibration and by their place around the limb.

    Args:
        anatomy: The standard anatomy.
        contractions: The contractions of the calibration.
        most: Greatest number of groups.

    Returns:
        The groups, named after their largest muscle, in the order of the anatomy.
    """
    names = [name for name in anatomy.muscles if any(one.excitation.get(name, 0.0) > 0 for one in contractions)]
    if len(names) < 2:
        return [MuscleGroup(name, (name,)) for name in names]
    excitation = np.array([[one.excitation.get(name, 0.0) for one in contractions] for name in names])
    angles = 2 * np.pi * np.array([np.mean(anatomy.muscles[name].angle) for name in names])
    unit = excitation / np.linalg.norm(excitation, axis=1, keepdims=True)
    first, second = np.triu_indices(len(names), 1)
    apart = np.abs(np.exp(1j * angles[first]) - np.exp(1j * angles[second])) / 2
    distance = 1 - (unit @ unit.T)[first, second] + 0.5 * apart
    tree = linkage(np.maximum(distance, 0), "average")
    labels = fcluster(tree, ALIKE, "distance")
    if labels.max() > most:
        labels = fcluster(tree, most, "maxclust")
    found = []
    for label in dict.fromkeys(labels.tolist()):
        members = [name for name, one in zip(names, labels, strict=True) if one == label]
        largest = max(members, key=lambda name: anatomy.muscles[name].area)
        found.append(MuscleGroup(largest if len(members) == 1 else f"{largest} group", tuple(members)))
    return found
