"""The statistics of the noise of electrodes and amplifier, measured on the noise parts themselves.

The power of the noise is that of the parts without an adjustable amplitude plus, for each adjustable amplitude, its
square times the power at amplitude 1. These are measured once, on an EMG stream whose muscles are at rest, so every
registered noise part, reference and montage is treated as in a simulation.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..emg import EmgStream
from ..parameters import EmgParameters
from ..signals.simulation_time import from_seconds
from .second_order import measured

Array = NDArray[np.float64]
Noise = tuple[Array, Array]  # [frequencies, channels] density, mV^2/Hz; [channels, channels] covariance, mV^2

AMPLITUDES = ("noise_rms", "amplifier_rms")  # parameters of the EMG that are adjustable amplitudes of noise
SECONDS, LEAD = 8.0, 1.0  # s, measured and left out before
STATE_PERIOD = 0.1  # s


def expected_noise(parameters: EmgParameters, frequencies: Array, channels: NDArray[np.int64] | None) -> Noise:
    """Return density and covariance of the noise.

    Args:
        parameters: Electrodes, amplifier, noise parts and their amplitudes; at least one muscle.
        frequencies: [frequencies] Hz.
        channels: Numbers of the channels; None for all.
    """
    kept = None if channels is None else tuple(channels.tolist())
    constant, adjustable = _measured(_still(parameters), tuple(frequencies.tolist()), kept)
    density, covariance = constant
    for name, (one, together) in adjustable.items():
        power = getattr(parameters, name) ** 2
        density, covariance = density + power * one, covariance + power * together
    return density, covariance


def _still(parameters: EmgParameters) -> EmgParameters:
    """Return the parameters of the noise alone: few units, no mains (its frequencies are not compared), equal gains."""
    changes: Any = {
        "muscles": parameters.muscles[:1],
        "muscle_map": "",
        "units_per_muscle": 1,
        "mains_amplitude": 0.0,
        "gain_spread": 0.0,
        "adc_bits": 0,
        "lost_electrodes": 0,
        "block_length": 256,
        **dict.fromkeys(AMPLITUDES, 0.0),
    }
    return dataclasses.replace(parameters, **changes)


@lru_cache(maxsize=8)
def _measured(
    parameters: EmgParameters, frequencies: tuple[float, ...], channels: tuple[int, ...] | None
) -> tuple[Noise, Mapping[str, Noise]]:
    constant = _noise(parameters, np.array(frequencies), channels)
    adjustable = {}
    for name in AMPLITUDES:
        change: Any = {name: 1.0}
        density, covariance = _noise(dataclasses.replace(parameters, **change), np.array(frequencies), channels)
        adjustable[name] = density - constant[0], covariance - constant[1]
    return constant, adjustable


def _noise(parameters: EmgParameters, frequencies: Array, channels: tuple[int, ...] | None) -> Noise:
    with tempfile.TemporaryDirectory(prefix="emgsim_") as cache:
        stream = EmgStream(parameters, cache=Path(cache))
        blocks = []
        for number in range(round((LEAD + SECONDS) / STATE_PERIOD) + 2):
            blocks += stream.push(from_seconds(number * STATE_PERIOD), (), ())
    emg = np.concatenate([block.emg for block in blocks])[round(LEAD * parameters.sample_rate) :]
    found = measured(emg if channels is None else emg[:, list(channels)], parameters.sample_rate, frequencies)
    return found.density, found.covariance
