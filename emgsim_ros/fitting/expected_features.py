"""The expected spectra and covariances of a subject's EMG, without a simulation in time.

The EMG of a constant contraction is a sum of independent trains of potentials. By Campbell's theorem its cross-spectrum
is the sum over the units of the rate times the product of the potentials' spectra; regular intervals multiply it by the
spectrum of the spike train (`discharges.spike_train_factor`). One pass over the potentials thus gives what a simulation
would give in the limit of infinite time, as a smooth function of the subject's parameters. A common drive of the units
modulates the rates below about 5 Hz, outside the band of the EMG, and does not enter.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, freqz_sos

from ..emg.amplifier import FILTER_ORDER
from ..emg.plan import bank_plan, electrode_grid, montage, reference
from ..muap import BankPlan, ElectrodeGrid, ForearmAnatomy
from ..muap.limb.anatomy import FiberConstants, MuscleTerritory
from ..muap.limb.cylinder import LayeredCylinder
from ..muap.limb.motor_unit import MotorUnit, draw_motor_units
from ..parameters import EmgParameters
from ..subjects.subject import VirtualSubject
from .discharges import Discharges, pool_discharges, spike_train_factor
from .expected_noise import Noise, expected_noise
from .second_order import SecondOrder

Array = NDArray[np.float64]

UNITS_PER_MUSCLE = 32  # representatives of each muscle's units
SPECTRA, CONTRIBUTIONS = 250, 1500  # muscles of which spectra and contributions are kept


@dataclass(frozen=True)
class Contraction:
    """A constant contraction.

    Attributes:
        name: Its name.
        excitation: Excitation of each contracting muscle, 0 to 1.
        relative_length: Fibre lengths relative to those of the anatomy; 1 for muscles that it does not list.
        of_model: Whether the excitations are those of the musculoskeletal model; a subject's are these over its
            strength. Otherwise they are the subject's own.
    """

    name: str
    excitation: Mapping[str, float]
    relative_length: Mapping[str, float] = field(default_factory=dict)
    of_model: bool = False

    def of_subject(self, muscle: str, strength: float, effort: float = 1.0) -> float:
        """Return the excitation of one of a subject's muscles.

        Args:
            muscle: The muscle; one that the contraction does not list is at rest.
            strength: Strength of the subject.
            effort: Factor of the excitation.
        """
        excitation = self.excitation.get(muscle, 0.0) * effort
        return float(np.clip(excitation / strength if self.of_model else excitation, 0.0, 1.0))


_Part = tuple["_Muscle", float, float]  # a muscle, the relative length of its fibres, and its excitation


@dataclass(frozen=True)
class _Muscle:
    """A muscle as far as its EMG depends on it: equal ones have equal EMG."""

    name: str
    territory: MuscleTerritory
    cylinder: LayeredCylinder
    fiber: FiberConstants
    count: int
    seed: int
    pool: tuple[str, ...]  # the pool and its options


@dataclass(frozen=True)
class _Representatives:
    """Representatives of a muscle's units: each stands for a stratum of units with neighbouring ranks."""

    units: list[MotorUnit]
    stratum: NDArray[np.int64]  # [all units] number of the representative
    power: Array  # [all units] squared number of fibres relative to that of the representative


class ExpectedEmg:
    """Computes the expected statistics of a subject's EMG in several contractions.

    The contributions of the muscles are kept, so a subject that differs from an earlier one in a single muscle takes a
    fraction of the time.

    Args:
        parameters: Electrodes, amplifier, potential model; the person's own parameters are those of the subject.
        contractions: The contractions.
        frequencies: [frequencies] Hz, see `second_order.compared_frequencies`.
        channels: Numbers of the channels; default all.
        units_per_muscle: Number of units that represent those of a muscle.
        placed: Changes the subject's anatomy for the place of the electrodes; default none.
    """

    def __init__(
        self,
        parameters: EmgParameters,
        contractions: Sequence[Contraction],
        frequencies: Array,
        channels: Sequence[int] | None = None,
        units_per_muscle: int = UNITS_PER_MUSCLE,
        placed: Callable[[ForearmAnatomy], ForearmAnatomy] | None = None,
    ) -> None:
        active = {name for one in contractions for name, value in one.excitation.items() if value > 0}
        self._parameters, self.contractions = parameters, tuple(contractions)
        self._frequencies, self._channels = frequencies, None if channels is None else np.asarray(channels)
        self._per_muscle, self._placed = units_per_muscle, placed or (lambda anatomy: anatomy)
        self._active = parameters.muscles or tuple(active)
        self._gain = _amplifier_power(parameters, frequencies)
        self._resolution = float(np.diff(frequencies).min())
        needed = 2 * len(self._active) * len(self.contractions)
        self._spectra, self._contributions = _Recent(max(needed, SPECTRA)), _Recent(max(needed, CONTRIBUTIONS))

    def of(self, subject: VirtualSubject, efforts: Sequence[float] = ()) -> list[SecondOrder]:
        """Return the expected statistics of each contraction.

        Args:
            subject: The subject.
            efforts: Factor of the excitations of each contraction; default 1.

        Raises:
            InvalidInput: The potential model does not cover the subject's limb.
        """
        anatomy = self._placed(subject.anatomy)
        parameters = dataclasses.replace(
            subject.emg_parameters(self._parameters),
            muscles=tuple(name for name in anatomy.muscles if name in self._active),
        )
        plan = bank_plan(parameters, anatomy)
        channels = _Channels(parameters, electrode_grid(parameters, anatomy), self._channels)
        discharges = pool_discharges(parameters, anatomy, plan.units)
        pool = (parameters.pool, *parameters.options, str(parameters.independent_noise))
        muscles = [
            _Muscle(name, anatomy.muscles[name], anatomy.cylinder, anatomy.fiber, count, plan.seed, pool)
            for name, count in plan.units.items()
        ]
        wanted: list[list[_Part]] = []
        for number, one in enumerate(self.contractions):
            effort = efforts[number] if len(efforts) else 1.0
            levels = [one.of_subject(muscle.name, subject.strength, effort) for muscle in muscles]
            wanted.append(
                [
                    (muscle, one.relative_length.get(muscle.name, 1.0), level)
                    for muscle, level in zip(muscles, levels, strict=True)
                    if level > 0
                ]
            )
        missing = self._contributions.missing(part for parts in wanted for part in parts)
        self._add_spectra(dict.fromkeys((muscle, length) for muscle, length, _ in missing), plan, channels)
        for muscle, length, level in missing:
            self._contributions[muscle, length, level] = self._contribution(muscle, length, discharges, level)
        noise = expected_noise(parameters, self._frequencies, self._channels)
        return [self._statistics([self._contributions[part] for part in parts], noise) for parts in wanted]

    def _add_spectra(self, wanted: Mapping[tuple[_Muscle, float], None], plan: BankPlan, channels: _Channels) -> None:
        """Compute the spectra of muscles at fibre lengths for which they are not known yet."""
        unknown = self._spectra.missing(wanted)
        if not unknown:
            return
        drawn = {muscle: self._represented(muscle, plan.anatomy) for muscle in dict.fromkeys(one[0] for one in unknown)}
        model = plan.model([unit for one in drawn.values() for unit in one.units], "cpu")
        times = np.arange(plan.samples) / plan.sample_rate
        fourier = np.exp(-2j * np.pi * self._frequencies[:, None] * times) / plan.sample_rate
        real, imaginary = (part.astype(np.float32) for part in (fourier.real, fourier.imag))
        first = 0
        for muscle, found in drawn.items():
            for length in [length for one, length in unknown if one == muscle]:
                signals = channels.of(model.potentials(found.units, first, length, times))
                self._spectra[muscle, length] = found, np.matmul(real, signals), np.matmul(imaginary, signals)
            first += len(found.units)

    def _represented(self, muscle: _Muscle, anatomy: ForearmAnatomy) -> _Representatives:
        """Choose units whose strata have equal shares of the number of units and of their fibres, half each."""
        units = draw_motor_units(anatomy, muscle.name, muscle.count, muscle.seed)
        fibers = np.array([unit.fibers for unit in units], dtype=float)
        share = 0.5 * (np.arange(1, len(units) + 1) / len(units) + np.cumsum(fibers) / fibers.sum())
        strata = min(self._per_muscle, len(units))
        stratum = np.minimum((share - 1e-9) * strata, strata - 1).astype(int)
        used, stratum = np.unique(stratum, return_inverse=True)
        middle = [int(np.median(np.flatnonzero(stratum == number))) for number in range(len(used))]
        power = np.square(fibers / fibers[middle][stratum])
        return _Representatives([units[one] for one in middle], stratum, power)

    def _contribution(
        self, muscle: _Muscle, length: float, discharges: Mapping[str, Discharges], level: float
    ) -> tuple[Array, Array]:
        """Return the [frequencies, channels] density and the [channels, channels] covariance of one muscle's EMG."""
        found, real, imaginary = self._spectra[muscle, length]
        rates, variation = discharges[muscle.name].at(level)
        count = len(found.units)
        rate = np.bincount(found.stratum, rates * found.power, count)
        recruited = np.bincount(found.stratum, found.power * (rates > 0), count)
        factor = spike_train_factor(self._frequencies, rate / np.maximum(recruited, 1e-12), variation)
        scaled = (2 * self._gain * rate[:, None] * factor).astype(np.float32)
        power = np.square(real) + np.square(imaginary)
        density = np.einsum("uf,ufc->fc", scaled, power)
        root = np.sqrt(scaled)[..., None]
        active = rate > 0
        covariance = np.zeros((real.shape[2],) * 2)
        for part in (real, imaginary):
            rows = (root[active] * part[active]).reshape(-1, part.shape[2])
            covariance += rows.T @ rows
        return density.astype(float), covariance * self._resolution

    def _statistics(self, parts: Sequence[Noise], noise: Noise) -> SecondOrder:
        density = noise[0] + sum((one[0] for one in parts), np.zeros(())) + 1e-30
        covariance = noise[1] + sum((one[1] for one in parts), np.zeros(()))
        return SecondOrder(self._frequencies, density, covariance)


class _Recent(OrderedDict[Any, Any]):
    """A mapping that keeps the entries used last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def missing(self, keys: Iterable[Any]) -> list[Any]:
        """Return the keys without an entry; the entries of the others are kept while the missing ones are added."""
        unknown = []
        for key in dict.fromkeys(keys):
            if key in self:
                self.move_to_end(key)
            else:
                unknown.append(key)
        return unknown

    def __getitem__(self, key: Any) -> Any:
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > self._most:
            self.popitem(last=False)


class _Channels:
    """The channels that reference and montage form from electrodes.

    Args:
        parameters: They name reference and montage.
        grid: The electrodes.
        chosen: Numbers of the channels; None for all.
    """

    def __init__(self, parameters: EmgParameters, grid: ElectrodeGrid, chosen: NDArray[np.int64] | None) -> None:
        self._montage, self._reference = montage(parameters, grid), reference(parameters, grid)
        self._chosen = chosen

    def of(self, potentials: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the [..., channels] signals of [..., electrodes] potentials; the reference electrode is the last."""
        flat = self._montage.apply(self._reference.apply(potentials.reshape(-1, potentials.shape[-1])))
        kept = flat if self._chosen is None else flat[:, self._chosen]
        return kept.reshape(*potentials.shape[:-1], -1)


def _amplifier_power(parameters: EmgParameters, frequencies: Array) -> Array:
    """Return the [frequencies] squared gain of the amplifier's filters."""
    gain = np.ones(len(frequencies))
    for kind, edge in (("highpass", parameters.high_pass), ("lowpass", parameters.low_pass)):
        if edge:
            sections = butter(FILTER_ORDER, edge, kind, fs=parameters.sample_rate, output="sos")
            gain *= np.square(np.abs(freqz_sos(sections, frequencies, fs=parameters.sample_rate)[1]))
    return gain
