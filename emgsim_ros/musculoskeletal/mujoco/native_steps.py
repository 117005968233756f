"""Whether the steps and the poses of a model are computed in machine code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..description import Description
from .compile import CompiledModel
from .mechanism import Mechanism

if TYPE_CHECKING:
    from .native.poses import NativePoses
    from .native.steps import NativeSteps


def native_steps(description: Description, compiled: CompiledModel, mechanism: Mechanism) -> NativeSteps | None:
    """Return the steps in machine code.

    None for models with coupled or constant joint axes, and for models with paths that are given by functions.
    """
    if not _is_plain(description, mechanism):
        return None
    from .native.steps import NativeSteps  # imports numba

    return NativeSteps(description, compiled, mechanism)


def native_poses(description: Description, compiled: CompiledModel, mechanism: Mechanism) -> NativePoses | None:
    """Return the computation of many poses in machine code; None as for `native_steps`."""
    if not _is_plain(description, mechanism):
        return None
    from .native.poses import NativePoses  # imports numba

    return NativePoses(description, compiled)


def _is_plain(description: Description, mechanism: Mechanism) -> bool:
    return mechanism.order is not None and mechanism.passive.is_linear and not description.functions
