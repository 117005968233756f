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
        peaks: Mean over muscles of the predicted over the measured index, where the measured one is largest.
    """

    recruitment: float
    selectivity: float
    peaks: float


def fidelity(measured: NDArray, predicted: NDArray) -> Fidelity:
    """Of [trials, samples, muscles] envelopes."""
    real, made = recruitment(measured), recruitment(predicted)
    explained = 1 - np.square(made - real).sum() / np.square(real - real.mean()).sum()
    index, guess = selectivity(real), selectivity(made)
    best = index.argmax(axis=0)
    muscles = np.arange(index.shape[1])
    peaks = np.mean(guess[best, muscles] / index[best, muscles])
    return Fidelity(float(explained), float(np.corrcoef(index.ravel(), guess.ravel())[0, 1]), float(peaks))
