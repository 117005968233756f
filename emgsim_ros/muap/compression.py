"""The potentials of one muscle's motor units, compressed by principal components over the electrodes and over time.

The potentials are first projected on waveforms that keep nearly everything (`COURSE_ERROR`): those of the shortest and
the greatest fibre length, about a third as many as there are samples. The components over the electrodes are those of
the shortest, the middle and the greatest length, and the components over time those of all lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..seeds import generator
from .series import PotentialSeries

TAIL_THRESHOLD = 1e-3  # share of a potential's greatest size; the tail that stays below it is left out
PATTERN_ERROR = 0.005  # share (RMS) of a muscle's potentials that patterns, and also waveforms, may leave out
COURSE_ERROR = 0.0005  # share (RMS) that the waveforms of the first projection may leave out
MIXTURES = 32  # random sums of electrodes whose waveforms stand for those of all electrodes


@dataclass(frozen=True)
class MusclePotentials:
    """The potentials of one muscle's motor units.

    The [samples, electrodes] potential of a unit is ``waveforms.T @ weights @ patterns``. Its time axis is the time
    since the discharge divided by the relative length. Its number of samples is that of the muscle's longest potential.

    Attributes:
        patterns: [patterns, electrodes] float32; orthonormal in a bank as it is computed. The reference electrode, if
            the plan has one, is the last electrode.
        waveforms: [waveforms, samples] float32, orthonormal.
        weights: [lengths, units, waveforms, patterns] float32, mV, at each of `bank.RELATIVE_LENGTHS`.
    """

    patterns: NDArray[np.float32]
    waveforms: NDArray[np.float32]
    weights: NDArray[np.float32]


@torch.inference_mode()
def compressed(series: PotentialSeries, lengths: int, electrodes: int) -> MusclePotentials:
    """Compress one muscle's potentials.

    Args:
        series: The potentials.
        lengths: Number of fibre lengths in the series.
        electrodes: Number of electrodes, with that of the reference.
    """
    examples = list(dict.fromkeys((0, lengths // 2, lengths - 1)))
    courses = common_waveforms(series.at(examples[::2], None, _mixtures(electrodes)), COURSE_ERROR)
    patterns = common_patterns(list(series.at(examples, courses)), PATTERN_ERROR)
    weights = series.at(range(lengths), courses, patterns)
    products = torch.matmul(weights, weights.transpose(2, 3))
    energy = products.diagonal(dim1=2, dim2=3).sum(dim=2)
    together = (products / energy.clamp_min(1e-24)[..., None, None]).sum(dim=(0, 1), dtype=torch.float64)
    # Orthonormal waveforms of the samples before the tail, and how the courses are made from them.
    kept, mixing = torch.linalg.qr(courses[:, : _end(courses, products)].T)
    waveforms = _largest_directions(mixing.double() @ together @ mixing.double().T, PATTERN_ERROR)
    weights = torch.matmul(waveforms @ mixing, weights)
    return MusclePotentials(patterns.numpy(), (waveforms @ kept.T).numpy(), weights.numpy())


def _end(courses: Tensor, products: Tensor) -> int:
    """Return the number of samples before the common tail in which all potentials are negligible.

    Args:
        courses: [courses, samples] orthonormal waveforms.
        products: [lengths, units, courses, courses] sums over the patterns of the products of two courses' weights.
    """
    pairs = (courses[:, None] * courses).flatten(0, 1)
    energy = products.flatten(2) @ pairs  # [lengths, units, samples]
    relevant = (energy > TAIL_THRESHOLD**2 * energy.amax(dim=2, keepdim=True)).flatten(0, 1).any(dim=0)
    return (int(relevant.nonzero().max()) if relevant.any() else 0) + 2


def _mixtures(electrodes: int) -> Tensor:
    """Return [mixtures, electrodes] orthonormal random sums of electrodes, all with the same share of the energy.

    The waveforms of `MIXTURES` of them have the principal components of those of all electrodes.
    """
    numbers = generator(0, "mixtures of electrodes").standard_normal((electrodes, min(MIXTURES, electrodes)))
    return torch.from_numpy(np.linalg.qr(numbers)[0].T.astype(np.float32))


def common_patterns(potentials: Sequence[Tensor], error: float) -> Tensor:
    """Return the smallest orthonormal basis that represents all potentials within an error.

    All units have the same weight, whatever the size of their potentials.

    Args:
        potentials: Tensors of [units, samples, places].
        error: Share (RMS) that may be left out.

    Returns:
        [patterns, places] basis.
    """
    square = torch.zeros((potentials[0].shape[-1],) * 2, dtype=torch.float64)
    for made in potentials:
        size = made.square().sum(dim=(1, 2), keepdim=True).sqrt().clamp_min(1e-12)
        scaled = (made / size).flatten(0, 1).numpy()
        square += torch.from_numpy(scaled.T @ scaled)  # numpy computes one half of a symmetric product only
    return _largest_directions(square, error)


def common_waveforms(potentials: Tensor, error: float) -> Tensor:
    """Return the [waveforms, samples] basis of [lengths, units, samples, places] potentials, as `common_patterns`."""
    square = torch.zeros((potentials.shape[2],) * 2, dtype=torch.float64)
    for made in potentials:
        products = torch.bmm(made, made.transpose(1, 2))
        energy = products.diagonal(dim1=1, dim2=2).sum(dim=1).clamp_min(1e-24)
        square += (products / energy[:, None, None]).sum(dim=0)
    return _largest_directions(square, error)


def _largest_directions(square: Tensor, error: float) -> Tensor:
    """Return the eigenvectors, as rows, of a sum of squares that leave out no more than a share (RMS) of it."""
    energy, directions = torch.linalg.eigh(square)
    left_out = torch.cumsum(energy.clamp_min(0.0), dim=0) / energy.sum().clamp_min(1e-30)
    kept = directions[:, left_out > error**2]
    if not kept.shape[1]:  # all potentials are 0
        kept = directions[:, -1:]
    return kept.flip(1).T.float().contiguous()
