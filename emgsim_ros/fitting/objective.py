"""The robust distance between recorded and expected statistics of EMG.

Four aspects count alike: the pattern of the RMS over the channels, the spectra, the correlations of the channels, and
the rank of their covariance. Differences are divided by tolerances, which are the differences that two people of the
same build have by chance because their motor units lie elsewhere. Large differences grow linearly (the pseudo-Huber
function), so that one bad channel cannot dominate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .second_order import SecondOrder

Array = NDArray[np.float64]

ASPECTS = ("amplitude", "spectrum", "correlation", "rank")
AMPLITUDE_TOLERANCE = 0.15  # of the logarithm of the RMS
SPECTRUM_TOLERANCE = 0.25  # of the logarithm of a band's share of the power
CORRELATION_TOLERANCE = 0.15
RANK_TOLERANCE = 0.15  # of the logarithm of the participation ratio
BANDS = 8  # bands of the spectrum
LOUDEST = 0.5  # channels with at least this share of the greatest RMS give the spectrum of the strong channels


class Objective:
    """The distance of expected from recorded statistics of several contractions.

    Args:
        recorded: Statistics of each contraction.
        arbitrary: Whether the unit of the recording is unknown; a gain common to all contractions is then free.
    """

    def __init__(self, recorded: Sequence[SecondOrder], arbitrary: bool = False) -> None:
        self._recorded, self._arbitrary = tuple(recorded), arbitrary
        self._bands = [_band_edges(one.frequencies) for one in self._recorded]
        self._targets = [_spectrum(one, edges) for one, edges in zip(self._recorded, self._bands, strict=True)]
        self._loud = [np.flatnonzero(one.rms >= LOUDEST * one.rms.max()) for one in self._recorded]

    def differences(self, expected: Sequence[SecondOrder]) -> dict[str, list[Array]]:
        """Return the scaled differences of each aspect for each contraction, expected minus recorded."""
        levels = [np.log(e.rms / r.rms) for e, r in zip(expected, self._recorded, strict=True)]
        free = float(np.median(np.concatenate(levels))) if self._arbitrary else 0.0
        found: dict[str, list[Array]] = {aspect: [] for aspect in ASPECTS}
        for number, (e, r) in enumerate(zip(expected, self._recorded, strict=True)):
            found["amplitude"].append((levels[number] - free) / AMPLITUDE_TOLERANCE)
            spectrum = _spectrum(e, self._bands[number])
            target, loud = self._targets[number], self._loud[number]
            change = spectrum - target
            both = np.concatenate([change.mean(axis=1), change[:, loud].mean(axis=1)])
            found["spectrum"].append(both / SPECTRUM_TOLERANCE)
            first, second = np.triu_indices(len(r.rms), 1)
            if len(first):
                pairs = (e.correlation - r.correlation)[first, second]
                found["correlation"].append(pairs / CORRELATION_TOLERANCE)
                rank = np.log(e.participation_ratio() / r.participation_ratio())
                found["rank"].append(np.array([rank / RANK_TOLERANCE]))
        return found

    def residuals(self, expected: Sequence[SecondOrder]) -> Array:
        """Return residuals half of whose sum of squares is the distance."""
        parts = []
        for blocks in self.differences(expected).values():
            for block in blocks:
                weight = 2.0 / (len(block) * len(blocks) * len(ASPECTS))
                parts.append(np.sign(block) * np.sqrt(weight * _huber(block)))
        return np.concatenate(parts)

    def distance(self, expected: Sequence[SecondOrder]) -> float:
        """Return the distance, 0 for equal statistics; about 0.4 where everything differs by its tolerance."""
        return float(sum(self.by_aspect(expected).values()) / len(ASPECTS))

    def by_aspect(self, expected: Sequence[SecondOrder]) -> dict[str, float]:
        """Return the distance in each aspect."""
        return {
            aspect: float(np.mean([_huber(block).mean() for block in blocks])) if blocks else 0.0
            for aspect, blocks in self.differences(expected).items()
        }


def _huber(difference: Array) -> Array:
    return np.sqrt(1 + np.square(difference)) - 1


def _band_edges(frequencies: Array) -> NDArray[np.int64]:
    """Return the first index of each band; the bands are equally wide on a logarithmic axis, none is empty."""
    edges = np.geomspace(frequencies[0], frequencies[-1] * 1.001, BANDS + 1)[:-1]
    return np.unique(np.searchsorted(frequencies, edges))


def _spectrum(one: SecondOrder, edges: NDArray[np.int64]) -> Array:
    """Return the [bands, channels] logarithm of each band's share of a channel's power."""
    power = np.add.reduceat(one.density, edges, axis=0)
    return np.log(power / power.sum(axis=0) + 1e-12)
