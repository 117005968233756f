"""Fitting of the generator to given potentials, so that they can be morphed.

The encoder's estimate is refined by the Levenberg-Marquardt method on traits and conditions together, expressed as
shares of their ranges. A weak penalty on the distance from the estimate determines what the potential does not.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..conditions import CONDITIONS
from .dataset import FIBERS
from .encoder import ANGLE, UNKNOWNS, MuapEncoder
from .generator import MuapGenerator, Recording, TorchUnits
from .identity import TRAITS, depth_range, units_under

Array = NDArray[np.float64]

STEPS = 8  # Levenberg-Marquardt steps
DIFFERENCE = 1e-3  # share of a range, difference for the numerical derivatives
PENALTY = 1e-3  # a deviation by an unknown's whole range costs as much as this share of the potential
FIRST_DAMPING = 1e-3

_TRAIT_LOW, _TRAIT_HIGH = (np.array([getattr(item, end) for item in TRAITS]) for end in ("low", "high"))


def shares_of(traits: Array, conditions: Array) -> Array:
    """Return [num, 17] traits and conditions as shares of their ranges (for fibres: share of the logarithm's range)."""
    columns = [2 * condition.normalised(column) - 1 for condition, column in zip(CONDITIONS, conditions.T, strict=True)]
    return np.concatenate([(traits - _TRAIT_LOW) / (_TRAIT_HIGH - _TRAIT_LOW), np.stack(columns, axis=1)], axis=1)


def from_shares(shares: Array) -> tuple[Array, Array]:
    """Return the traits and conditions of [num, 17] shares; the inverse of `shares_of`."""
    count = len(TRAITS)
    traits = _TRAIT_LOW + (_TRAIT_HIGH - _TRAIT_LOW) * shares[:, :count]
    columns = [condition.at((1 + share) / 2) for condition, share in zip(CONDITIONS, shares[:, count:].T, strict=True)]
    return traits, np.stack(columns, axis=1)


def possible(shares: Array) -> Array:
    """Return the nearest shares that a unit can have: within their ranges, and in the muscle of the limb.

    The angle is not limited. The number of fibres is limited to the range of the training data, which is larger than
    the range of the condition.
    """
    inside = np.clip(shares, 0.0, 1.0)
    inside[:, len(TRAITS) + ANGLE] = shares[:, len(TRAITS) + ANGLE]
    most = 2 * CONDITIONS[0].normalised(np.array(FIBERS[1])) - 1
    inside[:, len(TRAITS)] = np.clip(shares[:, len(TRAITS)], 0.0, most)
    traits, conditions = from_shares(np.where(np.arange(UNKNOWNS) == len(TRAITS) + 1, shares, inside))
    return shares_of(traits, MuapFit.within_arm(traits, conditions))


class MuapFit:
    """Fits units to potentials.

    Args:
        network: The generator.
        encoder: Encoder of potentials on the same electrodes.
        recording: Electrodes and times of the potentials; ``diameter`` has one value, or one per potential.
    """

    AT_ONCE = 8  # potentials fitted together

    def __init__(self, network: MuapGenerator, encoder: MuapEncoder, recording: Recording) -> None:
        self._network, self._encoder, self._recording = network, encoder, recording

    @torch.inference_mode()
    def fit(self, potentials: Tensor, known: Array | None = None) -> tuple[Array, Array]:
        """Estimate the traits and conditions of potentials.

        Args:
            potentials: [num, rows, columns, samples] potentials, mV.
            known: [num, 6] conditions of the potentials; None to estimate them.

        Returns:
            [num, 11] traits and [num, 6] conditions.
        """
        pieces = [slice(at, at + self.AT_ONCE) for at in range(0, len(potentials), self.AT_ONCE)]
        return from_shares(
            np.concatenate([self._fit(potentials[at], None if known is None else known[at]) for at in pieces])
        )

    @staticmethod
    def within_arm(traits: Array, conditions: Array) -> Array:
        """Return the conditions with the depth clipped to the muscle of the limb that the traits describe."""
        low, high = depth_range(traits)
        held = conditions.copy()
        held[:, 1] = np.clip(held[:, 1], low, high)
        return held

    def _fit(self, potentials: Tensor, known: Array | None) -> Array:
        guess = self._encoder(potentials).cpu().numpy().astype(float)
        free = np.ones(UNKNOWNS, dtype=bool)
        if known is not None:
            free[len(TRAITS) :] = False
            guess[:, len(TRAITS) :] = shares_of(np.zeros((len(known), len(TRAITS))), known)[:, len(TRAITS) :]
        guess = possible(guess)
        size = potentials.square().flatten(1).sum(1)
        shares, damping = guess.copy(), np.full(len(guess), FIRST_DAMPING)
        made = self._made(shares)
        error = self._error(made, potentials, size, shares - guess)
        for _ in range(STEPS):
            step = self._step(shares, made, potentials, size, guess, damping, free)
            trial = possible(shares + step)
            trial_made = self._made(trial)
            trial_error = self._error(trial_made, potentials, size, trial - guess)
            better = trial_error < error
            shares[better], error[better] = trial[better], trial_error[better]
            made[torch.from_numpy(better)] = trial_made[torch.from_numpy(better)]
            damping = np.where(better, damping / 10, damping * 10)
        return shares

    def _made(self, shares: Array) -> Tensor:
        units = TorchUnits.of(units_under(*from_shares(possible(shares))), self._network.spectra.device)
        recording = self._recording
        diameter = recording.diameter.expand(len(shares))
        return self._network(units, Recording(recording.heights, recording.angles, diameter, recording.times))

    @staticmethod
    def _error(made: Tensor, target: Tensor, size: Tensor, deviation: Array) -> Array:
        misfit = (made - target).square().flatten(1).sum(1) / size
        return misfit.cpu().numpy() + np.square(PENALTY * deviation).sum(1)

    def _step(
        self, shares: Array, made: Tensor, target: Tensor, size: Tensor, guess: Array, damping: Array, free: NDArray
    ) -> Array:
        """Return one damped Gauss-Newton step of the unknowns of every potential."""
        columns = []
        scale = size.sqrt()[:, None]
        for unknown in range(UNKNOWNS):
            inward = np.where(shares[:, unknown] > 0.5, -DIFFERENCE, DIFFERENCE)
            change = np.zeros_like(shares)
            change[:, unknown] = inward
            moved = (self._made(shares + change) - made).flatten(1) / scale
            columns.append(moved / torch.from_numpy(inward).to(moved)[:, None])
        slope = torch.stack(columns, dim=1)  # [num, unknowns, values]
        rest = ((target - made).flatten(1) / scale)[:, :, None]
        square = torch.bmm(slope, slope.transpose(1, 2)).cpu().numpy().astype(float)
        pull = torch.bmm(slope, rest)[:, :, 0].cpu().numpy() + PENALTY**2 * (guess - shares)
        square += PENALTY**2 * np.eye(UNKNOWNS)
        diagonal = np.einsum("nii->ni", square)
        diagonal *= 1 + damping[:, None]
        square[:, ~free, :] = square[:, :, ~free] = 0.0
        square[:, ~free, ~free] = 1.0
        return np.linalg.solve(square, np.where(free, pull, 0.0)[:, :, None])[:, :, 0]
