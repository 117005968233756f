"""The full state of a drive: all quantities that determine its subsequent steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..dynamics import DynamicState
from .reference import JointMotion

Array = NDArray[np.float64]

FORMAT = "emgsim musculoskeletal state 1"
JOINT_FIELDS = ("position", "velocity", "outer_moment")
REFERENCE_FIELDS = ("position", "velocity", "acceleration")
MUSCLE_FIELDS = ("activation", "excitation")


@dataclass(frozen=True)
class DriveState:
    """All quantities that a drive needs to continue exactly as if it had not been interrupted.

    Attributes:
        coordinates, muscles: Names of the coordinates and of the muscles.
        dynamics: State of the joints and muscles.
        reference: Joint motion that the drive follows.
        correction: [coordinates] offset that the feedback has accumulated against lasting errors, rad.
        voluntary: [muscles] activation that results from the drive's own excitations alone, 0 to 1.
    """

    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    dynamics: DynamicState
    reference: JointMotion
    correction: Array
    voluntary: Array

    def save(self, path: Path) -> None:
        """Write the state as JSON, with one entry per joint and per muscle.

        Raises:
            InvalidInput: The file cannot be written.
        """
        joints = {f: getattr(self.dynamics, f) for f in JOINT_FIELDS}
        joints |= {f"reference_{f}": getattr(self.reference, f) for f in REFERENCE_FIELDS}
        joints["correction"] = self.correction
        muscles = {f: getattr(self.dynamics, f) for f in MUSCLE_FIELDS} | {"voluntary": self.voluntary}
        content = {
            "format": FORMAT,
            "joints": _rows(self.coordinates, joints),
            "muscles": _rows(self.muscles, muscles),
        }
        try:
            path.write_text(json.dumps(content, indent=1) + "\n")
        except OSError as error:
            raise InvalidInput("state file", str(path), f"a file that can be written ({error.strerror})") from None

    @staticmethod
    def load(path: Path) -> DriveState:
        """Read a state that `save` has written.

        Raises:
            InvalidInput: The file cannot be read or is not a state file, or a value is missing or not finite.
        """
        try:
            content = json.loads(path.read_text())
        except OSError as error:
            raise InvalidInput("state file", str(path), f"a readable file ({error.strerror})") from None
        except ValueError:
            raise InvalidInput("state file", str(path), "JSON") from None
        if not isinstance(content, Mapping) or content.get("format") != FORMAT:
            raise InvalidInput("state file", str(path), f"a file of format {FORMAT!r}")
        joints, muscles = content.get("joints", {}), content.get("muscles", {})
        reference = {f: _column(joints, f"reference_{f}") for f in REFERENCE_FIELDS}
        dynamics = {f: _column(joints, f) for f in JOINT_FIELDS} | {f: _column(muscles, f) for f in MUSCLE_FIELDS}
        return DriveState(
            tuple(joints),
            tuple(muscles),
            DynamicState(**dynamics),
            JointMotion(**reference),
            _column(joints, "correction"),
            _column(muscles, "voluntary"),
        )


def _rows(names: tuple[str, ...], columns: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    return {name: {key: float(column[i]) for key, column in columns.items()} for i, name in enumerate(names)}


def _column(rows: Mapping[str, Any], key: str) -> Array:
    for name, row in rows.items():
        value = row.get(key) if isinstance(row, Mapping) else None
        if not isinstance(value, int | float) or not np.isfinite(value):
            raise InvalidInput(f"state of {name!r}: {key}", value, "a finite number")
    return np.array([row[key] for row in rows.values()], dtype=float)
