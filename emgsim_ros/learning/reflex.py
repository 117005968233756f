"""A reflex controller of the human with feedback of joints and trunk.

After Geyer & Herr 2010 and Song & Geyer 2015, reduced to what standing needs: the excitation of a muscle is the sum of
its tone and of terms proportional to the angle and the velocity of the joint that it crosses, and to the lean of the
trunk and its rate (the vestibular part). Both legs have the same gains.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..envs.layout import ObservationLayout
from ..errors import InvalidInput

Array = NDArray[np.float64]

MUSCLES = ("GMAX", "HAM", "BFSH", "ILPSO", "RF", "VAS", "GAS", "SOL", "TA")
JOINT_OF = {
    **dict.fromkeys(("GMAX", "HAM", "ILPSO"), "hip_flexion"),
    **dict.fromkeys(("BFSH", "RF", "VAS"), "knee_flexion"),
    **dict.fromkeys(("GAS", "SOL", "TA"), "ankle_dorsiflexion"),
}
GAINS = ("tone", "angle", "velocity", "lean", "lean_rate")
SCALES = np.array([0.05, 0.5, 0.1, 0.5, 0.2])  # typical sizes of the gains, in their units
SIDES = ("left", "right")


@dataclass(frozen=True)
class ReflexGains:
    """Gains of the reflexes.

    Attributes:
        values: [9 muscles, 5] tone (excitation); gains of the joint's angle and velocity, per rad and per rad/s; gains
            of the trunk's lean and its rate, per rad and per rad/s. Angles are relative to standing.
        environment: ID of the environment for which they were found.
    """

    values: Array
    environment: str

    @staticmethod
    def of_vector(vector: Array, environment: str) -> ReflexGains:
        """Return the gains for a vector [45] of numbers of the order of 1, which are multiplied by `SCALES`."""
        return ReflexGains(np.reshape(vector, (len(MUSCLES), len(GAINS))) * SCALES, environment)

    def save(self, path: Path, about: dict[str, object]) -> None:
        """Write the gains as JSON, together with the entries of ``about``."""
        values = zip(MUSCLES, self.values.tolist(), strict=True)
        rows = {muscle: dict(zip(GAINS, row, strict=True)) for muscle, row in values}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"environment": self.environment, **about, "gains": rows}, indent=2) + "\n")


def load_gains(path: Path) -> ReflexGains:
    """Load gains from a file.

    Raises:
        InvalidInput: The file is missing or contains no gains.
    """
    try:
        content = json.loads(path.read_text())
        values = np.array([[float(content["gains"][muscle][gain]) for gain in GAINS] for muscle in MUSCLES])
        return ReflexGains(values, str(content["environment"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("reflex gains", str(path), f"a file of gains ({error!r})") from None


class ReflexController:
    """Excites the muscles of the human by reflexes.

    Args:
        gains: Gains of the reflexes.
        layout: Layout of the human's observations.
        muscles: Names of the muscles, in the order of the action.
        standing: Joint angles (rad), by name, that the gains of angles are relative to.
    """

    name = "reflexes"

    def __init__(
        self, gains: ReflexGains, layout: ObservationLayout, muscles: tuple[str, ...], standing: dict[str, float]
    ) -> None:
        place = {name: number for number, name in enumerate(layout.names)}
        scale = {part.name: part.scale for part in layout.parts}
        joints = [f"{JOINT_OF[name.rpartition('_')[0]]}_{name.rpartition('_')[2]}" for name in muscles]
        self._gains = np.array([gains.values[MUSCLES.index(name.rpartition("_")[0])] for name in muscles])
        self._angle = np.array([place[f"position.{joint}"] for joint in joints])
        self._velocity = np.array([place[f"velocity.{joint}"] for joint in joints])
        self._rest = np.array([standing[joint] for joint in joints])
        self._lean, self._lean_rate = place["position.pelvis_tilt"], place["velocity.pelvis_tilt"]
        self._upright, self._velocity_scale = standing["pelvis_tilt"], scale["velocity"]

    def begin(self, seed: int) -> None:
        """Do nothing: the reflexes have no state."""

    def action(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the excitations for an observation, [muscles] 0 to 1."""
        seen = observation.astype(float)
        tone, angle, velocity, lean, lean_rate = self._gains.T
        total = tone + angle * (seen[self._angle] - self._rest) + velocity * seen[self._velocity] * self._velocity_scale
        total += lean * (seen[self._lean] - self._upright) + lean_rate * seen[self._lean_rate] * self._velocity_scale
        return np.clip(total, 0.0, 1.0).astype(np.float32)
