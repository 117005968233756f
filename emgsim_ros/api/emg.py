"""EMG from the excitations of muscles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..emg import EmgBlock, EmgStream
from ..emg.stream import SPAN
from ..errors import InvalidInput
from ..muap import ElectrodeGrid, ForearmAnatomy
from ..parameters import EmgParameters
from ..signals.simulation_time import NANOSECONDS, from_seconds, sample_stamp
from ..subjects.stream import subject_stream
from .anatomies import load_anatomy
from .settings import emg_parameters

Array = NDArray[np.float64]

SLOWEST_RATE = 4.0  # Hz; an EMG stream starts again after a gap of more than 0.25 s


@dataclass(frozen=True)
class SimulatedEmg:
    """EMG and the discharges of motor units behind it.

    Attributes:
        emg: [samples, channels] float32, mV. With the montage ``monopolar`` a channel is an electrode.
        sample_rate: Hz.
        start: Time of the first sample, s.
        positions: [channels, 3] in the frame of the anatomy, m.
        rows, columns: Layout of the channels; channel ``row * columns + column``, row 0 the most proximal.
        muscles: [muscles] names of the muscles that were synthesised.
        spikes: For each muscle, [motor units] arrays of sample numbers in ``emg`` at which the unit discharged; the
            units are in the order of recruitment.
        electrodes: The electrodes; None if nothing was recorded.
    """

    emg: NDArray[np.float32]
    sample_rate: int
    start: float
    positions: Array
    rows: int
    columns: int
    muscles: tuple[str, ...]
    spikes: Mapping[str, tuple[NDArray[np.int64], ...]]
    electrodes: ElectrodeGrid | None

    @property
    def times(self) -> Array:
        """[samples] time of each sample, s."""
        return self.start + np.arange(len(self.emg)) / self.sample_rate

    def rms(self) -> Array:
        """[rows, columns] root mean square of each channel, mV."""
        power = np.square(self.emg, dtype=np.float64).mean(axis=0)
        return np.sqrt(power).reshape(self.rows, self.columns)


def simulate_emg(
    excitation: ArrayLike | Mapping[str, ArrayLike],
    rate: float,
    muscles: Sequence[str] = (),
    *,
    duration: float | None = None,
    relative_length: ArrayLike | Mapping[str, ArrayLike] = 1.0,
    anatomy: ForearmAnatomy | str | Path | None = None,
    parameters: EmgParameters | None = None,
    trial: int = 0,
    cache: Path | None = None,
    **settings: Any,
) -> SimulatedEmg:
    """Simulate the EMG of muscles with given excitations.

    Between the instants at which they are given, excitations and lengths are interpolated linearly. The last value
    holds for one more period, so n values at ``rate`` give n / rate seconds of EMG.

    Args:
        excitation: [times, muscles] neural excitations, 0 to 1; or for each muscle by name [times] values or one
            value that holds throughout.
        rate: Excitations per second, above 4 Hz.
        muscles: [muscles] names of the columns; default those of the anatomy, in its order. Not with a mapping.
        duration: Length of the EMG, s; necessary if no value of ``excitation`` is an array over time.
        relative_length: Fibre lengths over those of the anatomy, in one of the forms of ``excitation`` or one value.
        anatomy: The limb: a name in config/anatomy, a path, or what `load_anatomy` and `limb` return. Default: the
            anatomy that the parameters name, ``forearm``.
        parameters: Electrodes, motor units, amplifier and noise; default those of the forearm graph.
        trial: Another number gives the same motor units other discharges and other noise.
        cache: Folder for computed potentials; default the user's cache.
        **settings: Changes of ``parameters``, by field of `EmgParameters`: ``rows=4, columns=8, montage="laplacian",
            noise=("white",), seed=7``.

    Returns:
        The EMG, [samples, channels] mV, and the discharges of all motor units.

    Raises:
        InvalidInput: Excitations of the wrong shape or out of range, an unknown muscle or setting, or a limb or
            electrodes that the model of the potentials does not support.

    Example:
        Flexor carpi ulnaris at 30 % of its maximal excitation under 4 rows of 8 electrodes:

        >>> import emgsim_ros as es
        >>> made = es.simulate_emg({"FCU": 0.3}, rate=100, duration=0.5, rows=4, columns=8, units_per_muscle=12)
        >>> made.emg.shape, made.sample_rate, len(made.spikes["FCU"])
        ((1024, 32), 2048, 12)
    """
    limb = load_anatomy(anatomy) if isinstance(anatomy, str | Path) else anatomy
    wanted = emg_parameters(parameters, settings)
    if isinstance(excitation, Mapping):
        wanted = emg_parameters(wanted, {"muscles": wanted.muscles or tuple(excitation)})
    stream = subject_stream(wanted, cache=cache, anatomy=limb, trial=trial)
    names = tuple(excitation) if isinstance(excitation, Mapping) else tuple(muscles) or stream.muscles
    count = round(duration * rate) if duration is not None else _times(excitation)
    if not rate > SLOWEST_RATE:
        raise InvalidInput("rate", rate, f"above {SLOWEST_RATE:g} Hz")
    if count < 1:
        raise InvalidInput("excitation: times", count, "1 or more, or a duration above 0 s")
    driven = _columns("excitation", excitation, names, count)
    lengths = _columns("relative_length", relative_length, names, count)
    samples = round(count / rate * wanted.sample_rate)
    return collect_blocks(stream, _blocks(stream, names, driven, lengths, rate, samples), samples)


def collect_blocks(stream: EmgStream, blocks: Iterator[EmgBlock], samples: int | None = None) -> SimulatedEmg:
    """Join the blocks of a stream.

    Args:
        stream: The stream that makes the blocks.
        blocks: Its blocks, oldest first.
        samples: Number of samples to keep; default all.
    """
    every = list(blocks)
    channels = stream.montage.rows * stream.montage.columns
    emg = np.concatenate([np.zeros((0, channels), np.float32), *(block.emg for block in every)])[:samples]
    length = stream.parameters.block_length
    sample = _joined([block.spike_sample + number * length for number, block in enumerate(every)])
    muscle, unit = (_joined([getattr(block, f"spike_{name}") for block in every]) for name in ("muscle", "unit"))
    kept = sample < len(emg)
    sample, muscle, unit = sample[kept], muscle[kept], unit[kept]
    spikes = {
        name: tuple(sample[(muscle == index) & (unit == number)] for number in range(stream.units[index]))
        for index, name in enumerate(stream.muscles)
    }
    return SimulatedEmg(
        emg=emg,
        sample_rate=stream.parameters.sample_rate,
        start=every[0].stamp / NANOSECONDS if every else 0.0,
        positions=stream.positions,
        rows=stream.montage.rows,
        columns=stream.montage.columns,
        muscles=stream.muscles,
        spikes=spikes,
        electrodes=stream.grid,
    )


def _blocks(
    stream: EmgStream, names: Sequence[str], driven: Array, lengths: Array, rate: float, samples: int
) -> Iterator[EmgBlock]:
    """The blocks of all samples; after the last excitation its value holds until the last block is complete."""
    length, sample_rate = stream.parameters.block_length, stream.parameters.sample_rate
    end = sample_stamp(-(-samples // length) * length - 1, sample_rate)
    at_once = max(round(rate * SPAN), 1)
    for first in itertools.count(step=at_once):
        stamps = np.array([from_seconds(number / rate) for number in range(first, first + at_once)])
        needed = np.searchsorted(stamps, end) + 1  # up to the one that completes the last block
        rows = np.minimum(np.arange(first, first + at_once), len(driven) - 1)[:needed]
        yield from stream.push_many(stamps[:needed], names, driven[rows], lengths[rows])
        if stamps[-1] >= end:
            return


def _times(excitation: ArrayLike | Mapping[str, ArrayLike]) -> int:
    """Number of instants at which excitations are given; 0 if all of them are constant."""
    if not isinstance(excitation, Mapping):
        return len(np.atleast_2d(np.asarray(excitation))) if np.ndim(excitation) else 0
    return max((len(np.asarray(values)) for values in excitation.values() if np.ndim(values)), default=0)


def _columns(field: str, given: ArrayLike | Mapping[str, ArrayLike], names: Sequence[str], count: int) -> Array:
    """[times, muscles] values of an array, of a mapping by muscle, or of one number."""
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                raise InvalidInput(f"{field}: muscle", name, "one of " + ", ".join(names))
        columns = [_column(f"{field} of {name!r}", given.get(name, 1.0), count) for name in names]
        return np.stack(columns, axis=1)
    values = np.asarray(given, dtype=float)
    if values.ndim == 0:
        return np.full((count, len(names)), float(values))
    if values.shape != (count, len(names)):
        expected = f"({count}, {len(names)}): times and muscles"
        raise InvalidInput(f"{field}: shape", values.shape, expected)
    return values


def _column(field: str, given: ArrayLike, count: int) -> Array:
    values = np.asarray(given, dtype=float)
    if values.ndim and values.shape != (count,):
        raise InvalidInput(f"{field}: shape", values.shape, f"({count},), or one number")
    return np.broadcast_to(values, (count,))


def _joined(arrays: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *arrays])
