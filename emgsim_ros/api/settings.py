"""Parameters of the EMG given as keyword arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..parameters import EmgParameters, from_mapping


def emg_parameters(parameters: EmgParameters | None, settings: Mapping[str, Any]) -> EmgParameters:
    """The parameters with some of them changed, checked as those of the emg node are.

    Args:
        parameters: What the settings change; None for the defaults.
        settings: Fields of `EmgParameters` by name.

    Raises:
        InvalidInput: An unknown field, a value of the wrong type or out of its range, or an unknown part.
    """
    return from_mapping(EmgParameters, {**asdict(parameters or EmgParameters()), **settings}, "emg")
