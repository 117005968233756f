"""Simulation of the situation of a recording: the same electrodes, contraction, duration, pass band and sampling."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ..emg import EmgBlock, EmgStream
from ..errors import InvalidInput
from ..files.resources import config_file
from ..jobs.cores import one_thread
from ..jobs.progress import Progress, no_progress
from ..muap import ForearmAnatomy, load_anatomy
from ..parameters import EmgParameters, from_mapping
from ..signals.simulation_time import from_seconds
from .excitations import HeldMuscles, held_muscles
from .recording import Recording, cut_discharges
from .situation import Segment, Situation, oversampling
from .unit_selection import identifiable

LEAD = 1.0  # s that are simulated before the segment: recruitment and the filters have settled
STATE_PERIOD = 0.1  # s between muscle states; the contraction is constant


@one_thread()
def simulate_segments(
    situation: Situation,
    recorded: Sequence[Recording],
    anatomy: ForearmAnatomy | None = None,
    changes: Mapping[str, Any] | None = None,
    trial: int = 0,
    progress: Progress = no_progress,
    cache: Path | None = None,
) -> list[Recording]:
    """Simulate the situation of every segment of a recording.

    Args:
        situation: Anatomy, electrodes, pass band.
        recorded: The segments; their contraction, duration, sampling rate and channels are those of the simulation.
        anatomy: The limb; default that of the situation.
        changes: Parameters of the emg node that replace those of the situation, by name.
        trial: Another number gives other discharges and other noise of the same motor units.
        progress: Receives the number of units whose potentials have been computed, then the simulated time, s.
        cache: Folder of computed potentials; default the user's cache.

    Returns:
        A simulated segment for each recorded one. Where units of the recording are known, ``discharges`` are those of
        the simulated units that could be identified as well; see `unit_selection`.

    Raises:
        InvalidInput: A muscle that the anatomy lacks, or a value that the emg node rejects.
    """
    limb = shifted(anatomy or load_anatomy(config_file(situation.anatomy, folder="anatomy")), situation)
    for one in recorded:
        _check_muscles(one.segment, limb)
    held = [held_muscles(one.segment) for one in recorded]
    total = sum(one.duration + LEAD for one in recorded)
    simulated, done = [], 0.0
    for number, (segment, muscles) in enumerate(zip(recorded, held, strict=True)):
        parameters = _parameters(situation, segment, limb, held, changes or {})
        stream = EmgStream(parameters, progress, cache, limb, trial=trial * len(recorded) + number)
        simulated.append(_simulated(stream, segment, muscles, progress, done, total))
        done += segment.duration + LEAD
    return simulated


def shifted(anatomy: ForearmAnatomy, situation: Situation) -> ForearmAnatomy:
    """Return the anatomy relative to the electrodes of the situation: a proximal shift moves the muscles distally."""
    shift = situation.electrodes.shift * 1e-3
    muscles = {
        name: dataclasses.replace(muscle, belly=muscle.belly - shift) for name, muscle in anatomy.muscles.items()
    }
    return dataclasses.replace(anatomy, muscles=muscles)


def _check_muscles(segment: Segment, anatomy: ForearmAnatomy) -> None:
    for name in segment.excitation:
        if name not in anatomy.muscles:
            raise InvalidInput(f"segment {segment.name!r}: muscle", name, "one of " + ", ".join(anatomy.muscles))


def _parameters(
    situation: Situation,
    segment: Recording,
    anatomy: ForearmAnatomy,
    held: Sequence[HeldMuscles],
    changes: Mapping[str, Any],
) -> EmgParameters:
    """Return the parameters; the muscles are those that contract in any segment, so that all share their potentials."""
    parameters = situation.emg_parameters(segment.sample_rate)
    active = {name for one in held for name in one.names}
    muscles = parameters.muscles or tuple(name for name in anatomy.muscles if name in active)
    return from_mapping(EmgParameters, {**asdict(parameters), "muscles": muscles, **changes}, "emg")


def _simulated(
    stream: EmgStream, segment: Recording, muscles: HeldMuscles, progress: Progress, done: float, total: float
) -> Recording:
    blocks: list[EmgBlock] = []
    rate, factor = stream.parameters.sample_rate, oversampling(segment.sample_rate)
    needed, skipped = len(segment.emg) * factor, round(LEAD * rate / factor) * factor
    length, number = stream.parameters.block_length, 0
    while len(blocks) * length < needed + skipped:
        blocks += stream.push(
            from_seconds(number * STATE_PERIOD), muscles.names, muscles.excitation, muscles.relative_length
        )
        number += 1
        progress("simulation", min(done + number * STATE_PERIOD, done + LEAD + segment.duration), total)
    emg = np.concatenate([block.emg for block in blocks])[skipped : skipped + needed]
    if factor > 1:
        emg = resample_poly(emg, 1, factor, axis=0)[: len(segment.emg)]
    layout = segment.layout
    channels = layout.row * layout.columns + layout.column
    trains = cut_discharges(_trains(blocks, length), skipped, skipped + needed) or ()
    whole = dataclasses.replace(
        segment,
        emg=np.ascontiguousarray(emg[:, channels], dtype=np.float32),
        force=None,
        discharges=tuple(train // factor for train in trains),
    )
    known = segment.discharges is not None
    return dataclasses.replace(whole, discharges=identifiable(whole, segment) if known else None)


def _trains(blocks: Sequence[EmgBlock], length: int) -> tuple[NDArray[np.int64], ...]:
    """Return the samples of the discharges of each unit that was active."""
    sample = np.concatenate([block.spike_sample + number * length for number, block in enumerate(blocks)])
    muscle, unit = (np.concatenate([getattr(one, f"spike_{name}") for one in blocks]) for name in ("muscle", "unit"))
    pairs, number = np.unique(np.stack([muscle, unit], axis=1), axis=0, return_inverse=True)
    return tuple(sample[number.ravel() == one] for one in range(len(pairs)))
