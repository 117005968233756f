"""Measures of how well a network predicts a patient: recruitment and selectivity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def recruitment(envelopes: NDArray) -> Array:
    """Return the [trials, muscles] responses: the largest value of each of the [trials, samples, muscles] envelopes."""
    return envelopes.max(axis=1).astype(float)


def selectivity(responses: Array) -> Array:
    """Return the [trials, muscles] selectivity index: a muscle's response minus the mean response of the others."""
    others = (responses.sum(axis=1, keepdims=True) - responses) / (responses.shape[1] - 1)
    return responses - others


@dataclass(frozen=True)
class Fidelity:
    """Agreement of predicted with measured responses.

    Attributes:
        recruitment: Coefficient of determination (R2) of the responses, over trials and muscles.
        selectivity: Correlation of the selectivity indices.
        peaks: Ratio of the predicted to the measured selectivity index in the trial in which the measured one is
            largest, averaged over muscles. The largest of many scattered values is partly due to chance, and a repeated
            measurement of the same trial gives a smaller value.
    """

    recruitment: float
    selectivity: float
    peaks: float


def fidelity(measured: NDArray, predicted: NDArray, again: NDArray | None = None) -> Fidelity:
    """Compare predicted with measured envelopes.

    Args:
        measured: [trials, samples, muscles] measured envelopes.
        predicted: [trials, samples, muscles] predicted envelopes of the same trials.
        again: Envelopes of a repeated measurement of the same trials. If given, the trials of the peaks are chosen in
            ``measured`` and their indices are taken from ``again``, which avoids the bias of choosing and measuring in
            the same noise.
    """
    real, made = recruitment(measured), recruitment(predicted)
    explained = 1 - np.square(made - real).sum() / np.square(real - real.mean()).sum()
    index, guess = selectivity(real), selectivity(made)
    best = index.argmax(axis=0)
    muscles = np.arange(index.shape[1])
    peak = index if again is None else selectivity(recruitment(again))
    peaks = np.mean(guess[best, muscles] / peak[best, muscles])
    return Fidelity(float(explained), float(np.corrcoef(index.ravel(), guess.ravel())[0, 1]), float(peaks))
