"""The excitations that bring the muscles to the activations that a drive requests, step after step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..activation import activation_after, excitation_for, time_constant
from .compiled import compiled

Array = NDArray[np.float64]


def request(
    voluntary: Array, activation: Array, wanted: Array, extra: Array, step: float
) -> tuple[Array, Array, Array]:
    """Return excitations and activations of the next steps.

    Args:
        voluntary: [muscles] activation that results from the drive's own excitations alone, 0 to 1.
        activation: [muscles] activation, 0 to 1.
        wanted: [steps, muscles] activation that the drive requests, 0 to 1.
        extra: [steps, muscles] excitation that other sources add, 0 to 1.
        step: s.

    Returns:
        [steps, muscles] excitations, [steps, muscles] activations at the ends of the steps, and [muscles] the voluntary
        activation at the end.
    """
    run = _run if len(wanted) == 1 else compiled(_run, time_constant, activation_after, excitation_for)
    return run(voluntary, activation, wanted, extra, step)


def _run(voluntary: Array, activation: Array, wanted: Array, extra: Array, step: float) -> tuple[Array, Array, Array]:
    excitations, activations = np.empty_like(wanted), np.empty_like(wanted)
    for number in range(len(wanted)):
        own = excitation_for(voluntary, wanted[number], step)
        excitations[number] = np.minimum(np.maximum(own + extra[number], 0.0), 1.0)
        voluntary = activation_after(voluntary, own, step)
        activation = activation_after(activation, excitations[number], step)
        activations[number] = activation
    return excitations, activations, voluntary
