"""How well a network knows a patient: recruitment, selectivity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def recruitment(envelopes: NDArray) -> Array:
    """[trials, muscles] response of each muscle: the largest value of [trials, samples, muscles] envelopes."""
    return envelopes.max(axis=1).astype(float)


def selectivity(responses: Array) -> Array:
    """[trials, muscles] selectivity index: a muscle's response minus the mean of the others'."""
    others = (responses.sum(axis=1, keepdims=True) - responses) / (responses.shape[1] - 1)
    return responses - others


@dataclass(frozen=True)
class Fidelity:
    """Agreement of predicted with measured responses.

    Attributes:
        recruitment: R2 of the responses, over trials and muscles.
        selectivity: Correlation of the selectivity indices.
        peaks: Mean over muscles of the predicted over the measured index, where the measured one is largest. Of many
            trials that scatter, the largest is so in part by chance; measured again it is smaller.
    """

    recruitment: float
    selectivity: float
    peaks: float


def fidelity(measured: NDArray, predicted: NDArray, again: NDArray | None = None) -> Fidelity:
    """Of [trials, samples, muscles] envelopes.

    Args:
        measured, predicted: Of the same trials.
        again: The same trials measured once more: then peaks are where ``measured`` is largest, and are compared with
            what ``again`` has there, so that chance does not choose them and measure them too.
    """
    real, made = recruitment(measured), recruitment(predicted)
    explained = 1 - np.square(made - real).sum() / np.square(real - real.mean()).sum()
    index, guess = selectivity(real), selectivity(made)
    best = index.argmax(axis=0)
    muscles = np.arange(index.shape[1])
    peak = index if again is None else selectivity(recruitment(again))
    peaks = np.mean(guess[best, muscles] / peak[best, muscles])
    return Fidelity(float(explained), float(np.corrcoef(index.ravel(), guess.ravel())[0, 1]), float(peaks))
