"""Analysis of a trained network: its hidden activity under periodic stimulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .command import Configuration, Stimulation, electrode_signal
from .network import StimulationNetwork

Array = NDArray[np.float64]

RATE = 1000.0  # Hz
SETTLING = 1.0  # s; the activity before it is left out of an orbit


@dataclass(frozen=True)
class Orbit:
    """Hidden activity under a long pulse train, after the initial transient.

    Attributes:
        activity: [samples, units] activity of the hidden units.
        components: [samples, 3] first three principal components of the activity.
        period: Measured period, s: the shortest lag after which the activity nearly repeats itself.
        closure: Root-mean-square distance between activities one period apart, divided by the root-mean-square size of
            the orbit; 0 for a closed orbit.
    """

    activity: Array
    components: Array
    period: float
    closure: float


def orbit(
    network: StimulationNetwork, configuration: Configuration, amplitude: float, frequency: float, electrodes: int
) -> Orbit:
    """Return the orbit of a network's hidden activity under a pulse train of 2 s.

    Args:
        network: Network of the patient.
        configuration: Cathodes and anodes.
        amplitude: Amplitude of the stimulation, mA.
        frequency: Frequency of the pulses, Hz.
        electrodes: Number of electrodes, the case included.
    """
    seconds = SETTLING + 1.0
    stimulation = Stimulation(configuration.current(amplitude, electrodes), frequency, 300.0, 1, seconds)
    signal = electrode_signal(stimulation, round(seconds * RATE), RATE)
    device = next(network.parameters()).device
    with torch.inference_mode():
        _, hidden, _ = network.run(torch.as_tensor(signal[None], dtype=torch.float32, device=device))
    activity = hidden[0].cpu().numpy().astype(float)[round(SETTLING * RATE) :]
    centred = activity - activity.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    lags = np.arange(5, round(0.12 * RATE))
    size = np.sqrt(np.square(centred).sum(axis=1).mean())
    distance = np.array([np.sqrt(np.square(activity[lag:] - activity[:-lag]).sum(axis=1).mean()) for lag in lags])
    closed = distance <= distance.min() + 0.02 * size  # multiples of the period qualify as well: take the first
    first = int(np.argmax(closed))
    return Orbit(activity, centred @ directions[:3].T, lags[first] / RATE, float(distance[first] / max(size, 1e-12)))
