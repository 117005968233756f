"""The simulated motor units that a decomposition of the EMG could identify.

A decomposition finds few, large units. Measures of all simulated units would therefore not match those of a recording.
The criterion is the pulse-to-noise ratio (Holobar, Minetto & Farina 2013, doi 10.1109/NER.2013.6696002), computed in
the same way for recorded and simulated units: a simulated unit counts as identifiable if its ratio is at least the
smallest among the units that were identified in the recording.

The ratio is that of a linear filter made from the known discharges. With the spike-triggered average s of a unit over
channels and lags and the covariance C of the EMG, the filter is C^-1 s and its output at a discharge is q = s' C^-1 s.
With p discharges per sample, the share p q of the output's variance is the unit's own, so the power at a discharge over
the power elsewhere is 1 + q / (1 - p q).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .preparation import Prepared
from .recording import Recording

Array = NDArray[np.float64]

MOST_UNITS = 20  # a decomposition rarely finds more in one recording
COMPONENTS = 24  # principal components of the channels that are used
HALF_WINDOW = 0.010  # s to either side of a discharge
LAG_STEP = 0.001  # s between lags
FEWEST_DISCHARGES = 30
RIDGE = 1e-6  # share of the mean variance that is added to every variance


def pulse_to_noise(recording: Recording) -> Array:
    """Return [units] pulse-to-noise ratio of each known unit, dB; minus infinity with too few discharges."""
    emg = _components(Prepared(recording).emg)
    rate = recording.sample_rate
    step, half = max(1, round(LAG_STEP * rate)), round(HALF_WINDOW * rate)
    lags = np.arange(-half, half + 1, step)
    inverse = np.linalg.inv(_covariance(emg, lags))
    ratios = []
    for train in recording.discharges or ():
        inside = train[(train >= half) & (train < len(emg) - half)]
        if len(inside) < FEWEST_DISCHARGES:
            ratios.append(-np.inf)
            continue
        shape = emg[inside[:, None] + lags].mean(axis=0).ravel()
        pulse = shape @ inverse @ shape
        elsewhere = max(1 - len(inside) / len(emg) * pulse, 1e-3)
        ratios.append(10 * np.log10(1 + pulse / elsewhere))
    return np.array(ratios)


def identifiable(simulated: Recording, recorded: Recording) -> tuple[NDArray[np.int64], ...]:
    """Return the discharges of the simulated units that are as identifiable as those of the recording.

    Returns:
        At most `MOST_UNITS` trains, those with the greatest pulse-to-noise ratio first.
    """
    ratios, known = pulse_to_noise(simulated), pulse_to_noise(recorded)
    needed = known[np.isfinite(known)].min(initial=np.inf)
    order = [number for number in np.argsort(-ratios) if np.isfinite(ratios[number]) and ratios[number] >= needed]
    trains = simulated.discharges or ()
    return tuple(trains[number] for number in order[:MOST_UNITS])


def _components(emg: Array) -> Array:
    """Return [samples, components] the strongest principal components of the channels."""
    vectors = np.linalg.eigh(emg.T @ emg)[1]
    return emg @ vectors[:, ::-1][:, :COMPONENTS]


def _covariance(emg: Array, lags: NDArray[np.int64]) -> Array:
    """Return the covariance of all components at all lags, in the order (lag, component)."""
    samples, size = emg.shape
    shifts = lags - lags[0]
    at = [emg[: samples - shift].T @ emg[shift:] / samples for shift in shifts]
    matrix = np.empty((len(lags), size, len(lags), size))
    for first in range(len(lags)):
        for second in range(len(lags)):
            block = at[second - first] if second >= first else at[first - second].T
            matrix[first, :, second] = block
    whole = matrix.reshape(len(lags) * size, len(lags) * size)
    return whole + RIDGE * np.trace(whole) / len(whole) * np.eye(len(whole))
