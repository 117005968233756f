"""Whether the steps of a model run in machine code."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..description import Description
from .compile import CompiledModel
from .mechanism import Mechanism

if TYPE_CHECKING:
    from .native.steps import NativeSteps


def native_steps(description: Description, compiled: CompiledModel, mechanism: Mechanism) -> NativeSteps | None:
    """Return the steps in machine code.

    None without numba, and for models with coupled or constant joint axes or with paths that are given by functions.
    """
    if (
        description.functions
        or mechanism.order is None
        or not mechanism.passive.is_linear
        or find_spec("numba") is None
    ):
        return None
    from .native.steps import NativeSteps  # imports numba

    return NativeSteps(description, compiled, mechanism)
