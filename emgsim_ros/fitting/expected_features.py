"""The expected spectra and covariances of a subject's EMG, without a simulation in time.

The EMG of a constant contraction is a sum of independent trains of potentials. By Campbell's theorem its cross-spectrum
is the sum over the units of the rate times the product of the potentials' spectra; regular intervals multiply it by the
spectrum of the spike train (`discharges.spike_train_factor`). One pass over the potentials thus gives what a simulation
would give in the limit of infinite time, as a smooth function of the subject's parameters. A common drive of the units
modulates the rates below about 5 Hz, outside the band of the EMG, and does not enter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, freqz_sos

from ..emg.amplifier import FILTER_ORDER
from ..emg.plan import bank_plan, electrode_grid
from ..muap import ForearmAnatomy
from ..muap.limb.motor_unit import MotorUnit, draw_motor_units
from ..parameters import EmgParameters
from ..parts import build_part
from ..subjects.subject import VirtualSubject
from .discharges import pool_discharges, spike_train_factor
from .second_order import SecondOrder

Array = NDArray[np.float64]

UNITS_PER_MUSCLE = 16  # representatives of each muscle's units
LEAST_SHARE = 1e-4  # units with a smaller share of a contraction's power are left out of its covariance


@dataclass(frozen=True)
class Contraction:
    """A constant contraction.

    Attributes:
        name: Its name.
        excitation: Excitation of each contracting muscle, 0 to 1.
        relative_length: Fibre lengths relative to those of the anatomy; 1 for muscles that it does not list.
        of_model: Whether the excitations are those of the musculoskeletal model, which a subject's are after division by
            its strength; otherwise they are the subject's own.
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


@dataclass(frozen=True)
class _Muscle:
    """Representatives of one muscle's units: each stands for a stratum of units with neighbouring ranks."""

    name: str
    units: list[MotorUnit]
    stratum: NDArray[np.int64]  # [all units] number of the representative
    power: Array  # [all units] squared number of fibres relative to that of the representative


class ExpectedEmg:
    """Computes the expected statistics of a subject's EMG in several contractions.

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
        self._parameters, self._contractions = parameters, tuple(contractions)
        self._frequencies, self._channels = frequencies, None if channels is None else np.asarray(channels)
        self._per_muscle, self._placed = units_per_muscle, placed or (lambda anatomy: anatomy)
        self._active = parameters.muscles or tuple(active)
        self._gain = _amplifier_power(parameters, frequencies)

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
        muscles = [self._representatives(anatomy, name, count, parameters.seed) for name, count in plan.units.items()]
        every = [unit for one in muscles for unit in one.units]
        model = plan.model(every, parameters.device)
        grid = electrode_grid(parameters, anatomy)
        montage = build_part("montage", parameters.montage, grid, options=parameters.options)
        noise = self._noise(montage.apply(np.eye(grid.count, dtype=np.float32)), parameters)
        discharges = pool_discharges(parameters, plan.units)
        times = np.arange(plan.samples) / plan.sample_rate
        fourier = np.exp(-2j * np.pi * self._frequencies[:, None] * times) / plan.sample_rate
        spectra: dict[tuple[float, ...], NDArray[np.complex64]] = {}
        made = []
        for number, contraction in enumerate(self._contractions):
            lengths = tuple(contraction.relative_length.get(one.name, 1.0) for one in muscles)
            if lengths not in spectra:
                potentials, first = [], 0
                for one, length in zip(muscles, lengths, strict=True):
                    potentials.append(model.potentials(one.units, first, length, times))
                    first += len(one.units)
                spectra[lengths] = self._spectra(np.concatenate(potentials), montage.apply, fourier)
            effort = efforts[number] if len(efforts) else 1.0
            weights = []
            for one in muscles:
                rates, variation = discharges[one.name].at(contraction.of_subject(one.name, subject.strength, effort))
                by_unit = rates * one.power
                rate = np.bincount(one.stratum, by_unit, len(one.units))
                typical = rate / np.maximum(np.bincount(one.stratum, one.power * (rates > 0), len(one.units)), 1e-12)
                weights.append(rate[:, None] * spike_train_factor(self._frequencies, typical, variation))
            made.append(self._statistics(spectra[lengths], np.concatenate(weights), noise))
        return made

    def _representatives(self, anatomy: ForearmAnatomy, muscle: str, count: int, seed: int) -> _Muscle:
        """Choose units whose strata have equal shares of the number of units and of their fibres, half each."""
        units = draw_motor_units(anatomy, muscle, count, seed)
        fibers = np.array([unit.fibers for unit in units], dtype=float)
        share = 0.5 * (np.arange(1, count + 1) / count + np.cumsum(fibers) / fibers.sum())
        stratum = np.minimum((share - 1e-9) * min(self._per_muscle, count), min(self._per_muscle, count) - 1).astype(int)
        used, stratum = np.unique(stratum, return_inverse=True)
        middle = [int(np.median(np.flatnonzero(stratum == number))) for number in range(len(used))]
        power = np.square(fibers / fibers[middle][stratum])
        return _Muscle(muscle, [units[one] for one in middle], stratum, power)

    def _spectra(
        self,
        potentials: NDArray[np.float32],
        channels_of: Callable[[NDArray[np.float32]], NDArray[np.float32]],
        fourier: NDArray[np.complex128],
    ) -> NDArray[np.complex64]:
        """Return the [units, frequencies, channels] spectra (mV s) of [units, times, electrodes] potentials."""
        units, times, electrodes = potentials.shape
        channels = channels_of(potentials.reshape(-1, electrodes))
        if self._channels is not None:
            channels = channels[:, self._channels]
        signals = channels.reshape(units, times, -1)
        real, imaginary = (part.astype(np.float32) for part in (fourier.real, fourier.imag))
        return np.matmul(real, signals) + 1j * np.matmul(imaginary, signals)

    def _noise(self, montage: NDArray[np.float32], parameters: EmgParameters) -> tuple[Array, Array]:
        """Return the [frequencies, channels] density and the [channels, channels] covariance of the noise."""
        matrix = np.asarray(montage, dtype=float)
        if self._channels is not None:
            matrix = matrix[:, self._channels]
        together = matrix.T @ matrix
        density = 2 * parameters.noise_rms**2 / parameters.sample_rate * self._gain
        return density[:, None] * np.diag(together), density.sum() * self._resolution * together

    @property
    def _resolution(self) -> float:
        """Width of the frequencies' bins, Hz."""
        return float(np.diff(self._frequencies).min())

    def _statistics(
        self, spectra: NDArray[np.complex64], weights: Array, noise: tuple[Array, Array]
    ) -> SecondOrder:
        scaled = 2 * weights * self._gain
        power = np.square(spectra.real) + np.square(spectra.imag)
        density = np.einsum("uf,ufc->fc", scaled, power, optimize=True)
        share = scaled.sum(axis=1) * power.sum(axis=(1, 2))
        kept = np.flatnonzero(share > LEAST_SHARE * share.sum() / max(len(share), 1))
        root = np.sqrt(scaled[kept]).astype(np.float32)[..., None]
        covariance = np.zeros((spectra.shape[2],) * 2)
        for part in (spectra.real, spectra.imag):
            rows = (root * part[kept]).reshape(-1, spectra.shape[2])
            covariance += rows.T @ rows
        return SecondOrder(
            self._frequencies,
            density + noise[0] + 1e-30,
            covariance.astype(float) * self._resolution + noise[1],
        )


def _amplifier_power(parameters: EmgParameters, frequencies: Array) -> Array:
    """Return the [frequencies] squared gain of the amplifier's filters."""
    gain = np.ones(len(frequencies))
    for kind, edge in (("highpass", parameters.high_pass), ("lowpass", parameters.low_pass)):
        if edge:
            sections = butter(FILTER_ORDER, edge, kind, fs=parameters.sample_rate, output="sos")
            gain *= np.square(np.abs(freqz_sos(sections, frequencies, fs=parameters.sample_rate)[1]))
    return gain
