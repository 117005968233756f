"""Models of the potentials of a limb's motor units: the trained network, the volume conductor and BioMime.

Each computes the potentials of the same units at any relative fibre length, so `bank` can use any of them.
"""

from __future__ import annotations

import dataclasses
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
from .network.identity import TRAITS, batch_of, standard_anatomy
from .network.unit_series import GeneratorSeries, LimbResponse, UnitSources
from .series import PotentialSeries, SeriesWithReference, series_of

Array = NDArray[np.float64]

BIOMIME_RATE = 2048  # Hz, sampling rate of BioMime's output, as in NeuroMotion
BIOMIME_AMPLITUDE = 1e-2  # mV per unit of its output, which was trained on volts times 1e5


@dataclass(frozen=True)
class PotentialRequest:
    """What a potential model has to compute.

    Attributes:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        units: All motor units whose potentials will be requested.
        relative_lengths: All relative fibre lengths that will be requested.
        checkpoint: File of the weights; None if the plan names none.
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
        """Return the checkpoint for a generator that needs one.

        Args:
            generator: Name of the generator, for the message.

        Raises:
            InvalidInput: The request has no checkpoint.
        """
        if self.checkpoint is None:
            raise InvalidInput("checkpoint", "", f"the weights of the generator {generator}")
        return self.checkpoint


class PotentialModel(Protocol):
    """A model that computes the potentials of motor units."""

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """Compute potentials.

        Args:
            units: Consecutive units of the limb, with their fibres at relative length 1.
            first: Index of the first of them among all units of the limb.
            relative_length: Relative length of their muscle's fibres.
            times: [times] since the discharge, s.

        Returns:
            [units, times, electrodes] potentials, mV.
        """
        ...


class SeriesModel(PotentialModel, Protocol):
    """A potential model that computes many lengths together; `series.EachLength` does without."""

    def over_lengths(
        self,
        units: Sequence[MotorUnit],
        first: int,
        relative_lengths: Array,
        times: Array,
        beside: PotentialSeries | None = None,
    ) -> PotentialSeries:
        """Return the series of some units; arguments as for `series.series_of`."""
        ...


class WithReference:
    """The potentials at the electrodes of a grid and, as a last one, at the reference electrode.

    Args:
        grid: Model of the potentials at the electrodes.
        reference: Model of the potentials at the discs of the reference electrode, which measures their mean.
        discs: Number of the discs.
    """

    def __init__(self, grid: PotentialModel, reference: PotentialModel, discs: int) -> None:
        self._grid, self._reference, self._discs = grid, reference, discs

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See `PotentialModel`; [units, times, electrodes + 1]."""
        discs = self._reference.potentials(units, first, relative_length, times)
        grid = self._grid.potentials(units, first, relative_length, times)
        return np.concatenate([grid, discs.mean(axis=2, keepdims=True)], axis=2)

    def over_lengths(
        self,
        units: Sequence[MotorUnit],
        first: int,
        relative_lengths: Array,
        times: Array,
        beside: PotentialSeries | None = None,
    ) -> PotentialSeries:
        """See `SeriesModel`."""
        grid = series_of(self._grid, units, first, relative_lengths, times, beside)
        reference = series_of(self._reference, units, first, relative_lengths, times, grid)
        return SeriesWithReference(grid, reference, self._discs)


class ConductorModel:
    """Potentials from the volume conductor, the reference model.

    Args:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        units: All units whose potentials will be requested.
        relative_lengths: All relative lengths that will be requested.
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
        at_extremes = [unit.lengthened(length, anatomy.cylinder) for unit in units for length in extremes]
        self._conductor = ForearmConductor(anatomy.cylinder, anatomy.fiber, grid.layout, at_extremes, device)

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See `PotentialModel`."""
        return np.stack(
            [self._conductor.potential(unit.lengthened(relative_length, self._cylinder), times) for unit in units]
        )


class NetworkModel:
    """Potentials from the trained generator.

    Args:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        checkpoint: File of the weights.
        device: Torch device.

    Raises:
        InvalidInput: The checkpoint is damaged, or the network was not trained for this limb or these electrodes.
    """

    def __init__(self, anatomy: ForearmAnatomy, grid: ElectrodeGrid, checkpoint: Path, device: str = "cpu") -> None:
        _check_trained_for(anatomy, grid)
        self._cylinder, self._grid = anatomy.cylinder, grid
        self._network = load_trained(checkpoint, device).generator
        self._response: LimbResponse | None = None

    def over_lengths(
        self,
        units: Sequence[MotorUnit],
        first: int,
        relative_lengths: Array,
        times: Array,
        beside: PotentialSeries | None = None,
    ) -> PotentialSeries:
        """See `SeriesModel`."""
        if isinstance(beside, GeneratorSeries):
            sources = beside.sources
        else:
            sources = UnitSources(
                batch_of(units, self._cylinder), relative_lengths, times, self._network.spectra.device
            )
        if self._response is None:
            self._response = LimbResponse(self._network, self._cylinder, self._grid.diameter)
        return GeneratorSeries(self._network, sources, self._grid, self._response)

    def potentials(
        self, units: Sequence[MotorUnit], first: int, relative_length: float, times: Array
    ) -> NDArray[np.float32]:
        """See `PotentialModel`."""
        batch, grid = batch_of(units, self._cylinder).lengthened(relative_length), self._grid
        made = self._network.potentials(batch, grid.heights, grid.angles, grid.diameter, times)
        return made.reshape(len(units), grid.count, len(times)).transpose(0, 2, 1)


def _check_trained_for(anatomy: ForearmAnatomy, grid: ElectrodeGrid) -> None:
    standard, arm = standard_anatomy(), anatomy.cylinder
    for name in ("bone", "muscle_across", "muscle_along", "fat", "skin"):
        trained = getattr(standard.cylinder, name)
        if getattr(arm, name) != trained:
            field = f"generator: network: conductivity of {name}"
            raise InvalidInput(field, getattr(arm, name), f"{trained:g} S/m, as trained (or generator: conductor)")
    trained_density = standard.fiber.territory_density
    if dataclasses.replace(anatomy.fiber, territory_density=trained_density) != standard.fiber:
        raise InvalidInput("generator: network: fiber", anatomy.fiber, f"{standard.fiber} (or generator: conductor)")
    # The spread of a unit's fibres is an input of the network; it falls with the root of the density.
    spread = np.sqrt(trained_density / anatomy.fiber.territory_density)
    values = {
        TRAITS[0].name: (arm.skin_radius, INPUT_LOW[0], INPUT_HIGH[0]),
        TRAITS[1].name: (arm.fat_radius - arm.muscle_radius, INPUT_LOW[2], INPUT_HIGH[2]),
        TRAITS[2].name: (arm.skin_radius - arm.fat_radius, INPUT_LOW[3], INPUT_HIGH[3]),
        "bone radius": (arm.bone_radius, INPUT_LOW[4], INPUT_HIGH[4]),
        "electrode diameter": (grid.diameter, INPUT_LOW[5], INPUT_HIGH[5]),
        TRAITS[8].name: (float(spread), TRAITS[8].low, TRAITS[8].high),
    }
    for name, (value, low, high) in values.items():
        if not low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
            expected = f"{low:g} to {high:g} m, as trained (or generator: conductor)"
            raise InvalidInput(f"generator: network: {name}", value, expected)


class BioMimeModel:
    """Potentials from BioMime's network with the user's weights.

    Each unit has a fixed latent vector, drawn from the prior. Conditions outside BioMime's ranges are clipped to them.

    Args:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        weights: File of the weights, ``model_linear.pth``.
        seed: Scenario seed of the latents.
        device: Torch device.

    Raises:
        InvalidInput: The weights are damaged, or the grid is not 10 x 32.
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
        """See `PotentialModel`."""
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
        conditions = np.array([unit.fibers, depth, angle, share, velocity, relative_length])
        return np.clip(conditions, [c.low for c in CONDITIONS], [c.high for c in CONDITIONS])


def _resampled(potentials: NDArray[np.float32], times: Array) -> NDArray[np.float32]:
    """Interpolate BioMime's [electrodes, samples] potentials at other times; they are 0 after their end."""
    known = np.arange(potentials.shape[1]) / BIOMIME_RATE
    return np.stack([np.interp(times, known, row, right=0.0) for row in potentials]).astype(np.float32)


def conductor_potentials(request: PotentialRequest) -> PotentialModel:
    """Build the volume conductor, which needs no weights."""
    return ConductorModel(request.anatomy, request.grid, request.units, request.relative_lengths, request.device)


def network_potentials(request: PotentialRequest) -> PotentialModel:
    """Load the trained generator.

    Raises:
        InvalidInput: The weights are missing or damaged, or the network was not trained for this limb or electrodes.
    """
    return NetworkModel(request.anatomy, request.grid, request.weights("network"), request.device)


def biomime_potentials(request: PotentialRequest) -> PotentialModel:
    """Load BioMime's network with the user's weights.

    Raises:
        InvalidInput: The weights are missing or damaged, or the grid is not 10 x 32.
    """
    weights = request.weights("biomime")
    return BioMimeModel(request.anatomy, request.grid, weights, request.seed, request.device)


network_potentials.needs_checkpoint = True  # type: ignore[attr-defined]
biomime_potentials.needs_checkpoint = True  # type: ignore[attr-defined]
biomime_potentials.fixed_electrodes = True  # type: ignore[attr-defined]
