"""Fitting the generator to given potentials, so that they can be morphed.

The encoder's guess is improved by Levenberg-Marquardt on traits and conditions together, in shares of their ranges;
weak ties to the guess decide what the potential leaves open.
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

STEPS = 8
DIFFERENCE = 1e-3  # of a range, for the derivatives
TIE = 1e-3  # an error of a whole range of an unknown weighs as much as this share of the potential
FIRST_DAMPING = 1e-3

_TRAIT_LOW, _TRAIT_HIGH = (np.array([getattr(item, end) for item in TRAITS]) for end in ("low", "high"))


def shares_of(traits: Array, conditions: Array) -> Array:
    """[num, 17] traits and conditions as shares of their ranges (number of fibres: of its logarithm's)."""
    columns = [2 * condition.normalised(column) - 1 for condition, column in zip(CONDITIONS, conditions.T, strict=True)]
    return np.concatenate([(traits - _TRAIT_LOW) / (_TRAIT_HIGH - _TRAIT_LOW), np.stack(columns, axis=1)], axis=1)


def from_shares(shares: Array) -> tuple[Array, Array]:
    """Traits and conditions of [num, 17] shares; the inverse of :func:`shares_of`."""
    count = len(TRAITS)
    traits = _TRAIT_LOW + (_TRAIT_HIGH - _TRAIT_LOW) * shares[:, :count]
    columns = [condition.at((1 + share) / 2) for condition, share in zip(CONDITIONS, shares[:, count:].T, strict=True)]
    return traits, np.stack(columns, axis=1)


def possible(shares: Array) -> Array:
    """The nearest shares that a unit can have: within the ranges, in the muscle of the arm.

    The angle is free, and the number of fibres is held to what training data sets have, which is more than the
    condition's range.
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
        encoder: Of potentials on the same electrodes.
        recording: Electrodes and times of the potentials; ``diameter`` of one electrode, or of each potential's.
    """

    AT_ONCE = 8  # potentials fitted together

    def __init__(self, network: MuapGenerator, encoder: MuapEncoder, recording: Recording) -> None:
        self._network, self._encoder, self._recording = network, encoder, recording

    @torch.inference_mode()
    def fit(self, potentials: Tensor, known: Array | None = None) -> tuple[Array, Array]:
        """Traits and conditions that make the potentials.

        Args:
            potentials: [num, rows, columns, samples], mV.
            known: [num, 6] conditions under which they were taken, if known.

        Returns:
            [num, 11] traits and [num, 6] conditions.
        """
        pieces = [slice(at, at + self.AT_ONCE) for at in range(0, len(potentials), self.AT_ONCE)]
        return from_shares(
            np.concatenate([self._fit(potentials[at], None if known is None else known[at]) for at in pieces])
        )

    @staticmethod
    def within_arm(traits: Array, conditions: Array) -> Array:
        """The nearest conditions that units of these traits can have: their depth is held within the arm's muscle."""
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
    def _error(made: Tensor, wanted: Tensor, size: Tensor, away: Array) -> Array:
        misfit = (made - wanted).square().flatten(1).sum(1) / size
        return misfit.cpu().numpy() + np.square(TIE * away).sum(1)

    def _step(
        self, shares: Array, made: Tensor, wanted: Tensor, size: Tensor, guess: Array, damping: Array, free: NDArray
    ) -> Array:
        """One damped Gauss-Newton step of every potential's unknowns."""
        columns = []
        scale = size.sqrt()[:, None]
        for unknown in range(UNKNOWNS):
            inward = np.where(shares[:, unknown] > 0.5, -DIFFERENCE, DIFFERENCE)
            change = np.zeros_like(shares)
            change[:, unknown] = inward
            moved = (self._made(shares + change) - made).flatten(1) / scale
            columns.append(moved / torch.from_numpy(inward).to(moved)[:, None])
        slope = torch.stack(columns, dim=1)  # [num, unknowns, values]
        rest = ((wanted - made).flatten(1) / scale)[:, :, None]
        square = torch.bmm(slope, slope.transpose(1, 2)).cpu().numpy().astype(float)
        pull = torch.bmm(slope, rest)[:, :, 0].cpu().numpy() + TIE**2 * (guess - shares)
        square += TIE**2 * np.eye(UNKNOWNS)
        diagonal = np.einsum("nii->ni", square)
        diagonal *= 1 + damping[:, None]
        square[:, ~free, :] = square[:, :, ~free] = 0.0
        square[:, ~free, ~free] = 1.0
        return np.linalg.solve(square, np.where(free, pull, 0.0)[:, :, None])[:, :, 0]
