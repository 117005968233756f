"""The ways to make the potentials of an arm's motor units: the trained network, the conductor, BioMime.

Each gives the potentials of the same units at any relative fibre length, so that the bank (:mod:`.bank`) does not
care which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..seeds import generator
from .biomime import COLUMNS, LATENT, ROWS, SAMPLES, load_biomime
from .conditions import CONDITIONS
from .conductor.limb_conductor import ForearmConductor
from .limb.anatomy import ForearmAnatomy
from .limb.electrodes import ElectrodeGrid
from .limb.motor_unit import MotorUnit
from .network.checkpoint import load_trained
from .network.generator import INPUT_HIGH, INPUT_LOW
from .network.identity import TRAITS, UnitBatch, batch_of, standard_anatomy

Array = NDArray[np.float64]

BIOMIME_RATE = 2048  # Hz at which BioMime's samples are taken, as NeuroMotion does
BIOMIME_AMPLITUDE = 1e-2  # mV per unit of its output: trained on volts times 1e5


@dataclass(frozen=True)
class PotentialRequest:
    """What a model of potentials is made for.

    Attributes:
        anatomy, grid: Limb and electrodes.
        units: All motor units that will be asked for.
        relative_lengths: All relative fibre lengths that will be asked for.
        checkpoint: Weights; None if none were given.
        seed: Scenario seed.
        device: Torch device.
    """

    anatomy: ForearmAnatomy
    grid: ElectrodeGrid
    units: Sequence[MotorUnit]
    relative_lengths: Array
    checkpoint: Path | None = None
    seed: int = 1
    device: str = "cpu"

    def weights(self, generator: str) -> Path:
        """The checkpoint, for a generator that needs one.

        Raises:
            InvalidInput: None was given.
        """
        if self.checkpoint is None:
            raise InvalidInput("checkpoint", "", f"the weights of the generator {generator}")
        return self.checkpoint


class PotentialModel(Protocol):
    """Makes potentials."""

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """[units, times, electrodes] potentials, mV.

        Args:
            units: Some units of the arm, with their fibres at relative length 1.
            first: Number of the first among all units of the arm (they follow each other).
            relative_length: Of their muscle's fibres.
            times: [times] since the discharge, s.
        """
        ...


class ConductorModel:
    """The reference.

    Args:
        anatomy, grid: Arm and electrodes.
        units: All units that will be asked for.
        relative_lengths: All lengths that will be asked for.
        device: Torch device.
    """

    def __init__(
        self,
        anatomy: ForearmAnatomy,
        grid: ElectrodeGrid,
        units: Sequence[MotorUnit],
        relative_lengths: Array,
        device: str = "cpu",
    ) -> None:
        self._cylinder = anatomy.cylinder
        extremes = (relative_lengths.min(), relative_lengths.max())
        everywhere = [unit.lengthened(length, anatomy.cylinder) for unit in units for length in extremes]
        self._conductor = ForearmConductor(anatomy.cylinder, anatomy.fiber, grid.layout, everywhere, device)

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See :class:`PotentialModel`."""
        return np.stack(
            [self._conductor.potential(unit.lengthened(relative_length, self._cylinder), times) for unit in units]
        )


class NetworkModel:
    """The trained generator.

    Args:
        anatomy, grid: Arm and electrodes.
        checkpoint: Weights.
        device: Torch device.

    Raises:
        InvalidInput: A broken checkpoint, or an arm or electrodes that the network was not trained for.
    """

    def __init__(self, anatomy: ForearmAnatomy, grid: ElectrodeGrid, checkpoint: Path, device: str = "cpu") -> None:
        _check_trained_for(anatomy, grid)
        self._cylinder, self._grid = anatomy.cylinder, grid
        self._network = load_trained(checkpoint, device).generator
        self._batch: UnitBatch | None = None
        self._last = (0, 0)

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See :class:`PotentialModel`."""
        if self._batch is None or self._last != (
            first,
            len(units),
        ):  # a muscle is asked for at one length after the other
            self._batch, self._last = batch_of(units, self._cylinder), (first, len(units))
        batch, grid = self._batch.lengthened(relative_length), self._grid
        made = self._network.potentials(batch, grid.heights, grid.angles, grid.diameter, times)
        return made.reshape(len(units), grid.count, len(times)).transpose(0, 2, 1)


def _check_trained_for(anatomy: ForearmAnatomy, grid: ElectrodeGrid) -> None:
    standard, arm = standard_anatomy(), anatomy.cylinder
    for name in ("bone", "muscle_across", "muscle_along", "fat", "skin"):
        wanted = getattr(standard.cylinder, name)
        if getattr(arm, name) != wanted:
            field = f"generator: network: conductivity of {name}"
            raise InvalidInput(field, getattr(arm, name), f"{wanted:g} S/m, as trained (or generator: conductor)")
    if anatomy.fiber != standard.fiber:
        raise InvalidInput("generator: network: fiber", anatomy.fiber, f"{standard.fiber} (or generator: conductor)")
    values = {
        TRAITS[0].name: (arm.skin_radius, INPUT_LOW[0], INPUT_HIGH[0]),
        TRAITS[1].name: (arm.fat_radius - arm.muscle_radius, INPUT_LOW[2], INPUT_HIGH[2]),
        TRAITS[2].name: (arm.skin_radius - arm.fat_radius, INPUT_LOW[3], INPUT_HIGH[3]),
        "bone radius": (arm.bone_radius, INPUT_LOW[4], INPUT_HIGH[4]),
        "electrode diameter": (grid.diameter, INPUT_LOW[5], INPUT_HIGH[5]),
    }
    for name, (value, low, high) in values.items():
        if not low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
            expected = f"{low:g} to {high:g} m, as trained (or generator: conductor)"
            raise InvalidInput(f"generator: network: {name}", value, expected)


class BioMimeModel:
    """BioMime's network with a user's weights: each unit is one latent drawn from the prior, kept for life.

    Conditions beyond its ranges are held at their ends.

    Args:
        anatomy, grid: Arm and electrodes.
        weights: ``model_linear.pth``.
        seed: Scenario seed of the latents.
        device: Torch device.

    Raises:
        InvalidInput: Broken weights, or a grid that is not 10 x 32.
    """

    def __init__(
        self, anatomy: ForearmAnatomy, grid: ElectrodeGrid, weights: Path, seed: int, device: str = "cpu"
    ) -> None:
        if (grid.rows, grid.columns) != (ROWS, COLUMNS):
            raise InvalidInput("generator: biomime: rows and columns", (grid.rows, grid.columns), f"{(ROWS, COLUMNS)}")
        self._cylinder, self._seed = anatomy.cylinder, seed
        self._network = load_biomime(weights, device)

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See :class:`PotentialModel`."""
        made = []
        for number, unit in enumerate(units, first):
            latent = generator(self._seed, "biomime", number).standard_normal((1, LATENT))
            potential = self._network.make(latent, self._conditions(unit, relative_length)[None])[0]
            made.append(_resampled(potential.reshape(-1, SAMPLES), times).T)
        return np.stack(made)

    def _conditions(self, unit: MotorUnit, relative_length: float) -> Array:
        depth = np.mean(self._cylinder.skin_radius - unit.radii) * relative_length**-0.5
        angle = np.mean(unit.angles) / (2 * np.pi) % 1.0
        share = unit.proximal / (unit.proximal + unit.distal)
        velocity = unit.conduction_velocity / relative_length
        wanted = np.array([unit.fibers, depth, angle, share, velocity, relative_length])
        return np.clip(wanted, [c.low for c in CONDITIONS], [c.high for c in CONDITIONS])


def _resampled(potentials: NDArray[np.float32], times: Array) -> NDArray[np.float32]:
    """[electrodes, samples] of BioMime at other times; nothing before and after."""
    known = np.arange(potentials.shape[1]) / BIOMIME_RATE
    return np.stack([np.interp(times, known, row, right=0.0) for row in potentials]).astype(np.float32)


def conductor_potentials(request: PotentialRequest) -> PotentialModel:
    """The volume conductor; it needs no weights."""
    return ConductorModel(request.anatomy, request.grid, request.units, request.relative_lengths, request.device)


def network_potentials(request: PotentialRequest) -> PotentialModel:
    """The trained generator.

    Raises:
        InvalidInput: No weights or broken ones, or a limb or electrodes that the network was not trained for.
    """
    return NetworkModel(request.anatomy, request.grid, request.weights("network"), request.device)


def biomime_potentials(request: PotentialRequest) -> PotentialModel:
    """BioMime's network with the user's weights.

    Raises:
        InvalidInput: No weights or broken ones, or a grid that is not 10 x 32.
    """
    weights = request.weights("biomime")
    return BioMimeModel(request.anatomy, request.grid, weights, request.seed, request.device)


network_potentials.needs_checkpoint = True  # type: ignore[attr-defined]
biomime_potentials.needs_checkpoint = True  # type: ignore[attr-defined]
