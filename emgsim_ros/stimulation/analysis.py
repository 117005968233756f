"""Looking into a trained network: its hidden activity under periodic stimulation, its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .command import Configuration, Stimulation, electrode_signal
from .network import StimulationNetwork

Array = NDArray[np.float64]

RATE = 1000.0  # Hz
SETTLING = 1.0  # s left out before an orbit is looked at


@dataclass(frozen=True)
class Orbit:
    """Hidden activity under a long train, after it has settled.

    Attributes:
        activity: [samples, units].
        components: [samples, 3] its first principal components.
        period: Measured: the lag at which the activity comes back to itself best, s.
        closure: Distance between activity one period apart, over the size of the orbit (root mean square); 0: closed.
    """

    activity: Array
    components: Array
    period: float
    closure: float


def orbit(
    network: StimulationNetwork, configuration: Configuration, amplitude: float, frequency: float, electrodes: int
) -> Orbit:
    """The orbit under a train of 2 s.

    Args:
        network: Of the patient.
        configuration, amplitude: What is stimulated, mA.
        frequency: Hz.
        electrodes: Contacts and case.
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
    away = np.array([np.sqrt(np.square(activity[lag:] - activity[:-lag]).sum(axis=1).mean()) for lag in lags])
    closed = away <= away.min() + 0.02 * size  # multiples of the period come back as well: the first counts
    first = int(np.argmax(closed))
    return Orbit(activity, centred @ directions[:3].T, lags[first] / RATE, float(away[first] / max(size, 1e-12)))
