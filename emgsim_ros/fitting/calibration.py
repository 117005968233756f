"""A calibration: the contractions of a recording, with statistics for fitting and others that are held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from ..errors import InvalidInput
from ..files.resources import config_file
from ..muap import ForearmAnatomy, load_anatomy
from ..parameters import EmgParameters
from ..validation import Recording, Segment, Situation, read_segments
from ..validation.excitations import held_muscles
from ..validation.matching import shifted
from .expected_features import UNITS_PER_MUSCLE, Contraction, ExpectedEmg
from .objective import Objective
from .second_order import WINDOW, SecondOrder, compared_frequencies, measured

MOST_CHANNELS = 48  # channels of a larger grid are left out evenly; they would add time but little information
SHORTEST = 2 * WINDOW  # s; a shorter part has no statistics


@dataclass(frozen=True)
class Calibration:
    """The contractions of a recording and their statistics.

    Attributes:
        situation: Electrodes, anatomy, pass band.
        parameters: With which the emg node simulates these electrodes.
        standard: The standard anatomy.
        contractions: The different contractions; repetitions of one are taken together.
        channels: Numbers of the compared channels in the order of the montage.
        fitting, held_out: Statistics of each contraction in the part that is fitted and in the rest.
        held_out_segments: The held-out part of the recording itself.
    """

    situation: Situation
    parameters: EmgParameters
    standard: ForearmAnatomy
    contractions: tuple[Contraction, ...]
    channels: tuple[int, ...]
    fitting: tuple[SecondOrder, ...]
    held_out: tuple[SecondOrder, ...]
    held_out_segments: tuple[Recording, ...] = field(default=(), repr=False)

    def expected(self, units_per_muscle: int = UNITS_PER_MUSCLE) -> ExpectedEmg:
        """Return the computation of the expected statistics of any subject in these contractions."""
        return ExpectedEmg(
            self.parameters,
            self.contractions,
            self.fitting[0].frequencies,
            self.channels,
            units_per_muscle,
            partial(shifted, situation=self.situation),
        )

    def objective(self, held_out: bool = False) -> Objective:
        """Return the distance from the part that is fitted, or from the part that is held out."""
        return Objective(self.held_out if held_out else self.fitting, self.situation.arbitrary)


def load_calibration(recording: Path, situation: Situation) -> Calibration:
    """Read a calibration; see `calibration_of`.

    Args:
        recording: File or folder of the recording.
        situation: What it contains.

    Raises:
        InvalidInput: The recording cannot be read or does not match the situation, or as for `calibration_of`.
    """
    return calibration_of(read_segments(recording, situation), situation)


def calibration_of(segments: Sequence[Recording], situation: Situation) -> Calibration:
    """Prepare the segments of a recording for a fit.

    Of several repetitions of a contraction, every second one is held out; a contraction that occurs once is divided in
    the middle.

    Args:
        segments: The segments, all with the same electrodes and sampling rate.
        situation: What they contain.

    Raises:
        InvalidInput: A muscle that the anatomy lacks, different sampling rates, or a segment that is too short.
    """
    rates = {one.sample_rate for one in segments}
    if len(rates) != 1:
        raise InvalidInput("sampling rates of the segments", sorted(rates), "one rate")
    rate, layout = rates.pop(), segments[0].layout
    standard = load_anatomy(config_file(situation.anatomy, folder="anatomy"))
    band = (situation.band[0], situation.band[1])
    frequencies = compared_frequencies(rate, band, situation.mains)
    if len(frequencies) < 2:
        raise InvalidInput("band", band, "a pass band in which spectra can be compared")
    every = layout.row * layout.columns + layout.column
    kept = np.unique(np.linspace(0, len(every) - 1, min(len(every), MOST_CHANNELS)).round().astype(int))
    repetitions: dict[tuple[object, ...], list[Recording]] = {}
    for one in segments:
        repetitions.setdefault(_kind(one.segment), []).append(one)
    contractions, fitting, held_out, rest = [], [], [], []
    for found in repetitions.values():
        contractions.append(_contraction(found[0].segment, standard))
        parts = found if len(found) > 1 else _halves(found[0])
        fitting.append(_mean([_statistics(one, kept, frequencies) for one in parts[::2]]))
        held_out.append(_mean([_statistics(one, kept, frequencies) for one in parts[1::2]]))
        rest += parts[1::2]
    if not any(value > 0 for one in contractions for value in one.excitation.values()):
        raise InvalidInput("segments: excitation", 0.0, "at least one segment with a contraction")
    return Calibration(
        situation=situation,
        parameters=situation.emg_parameters(rate),
        standard=standard,
        contractions=tuple(contractions),
        channels=tuple(int(one) for one in every[kept]),
        fitting=tuple(fitting),
        held_out=tuple(held_out),
        held_out_segments=tuple(rest),
    )


def _kind(segment: Segment) -> tuple[object, ...]:
    """Return what repetitions of a contraction share."""
    excitation, load = (tuple(sorted(values.items())) for values in (segment.excitation, segment.load))
    return segment.name, excitation, segment.pose, load, segment.level, segment.contraction


def _halves(segment: Recording) -> list[Recording]:
    if segment.duration < 2 * max(SHORTEST, 0.5):
        expected = "at least 1 s for a contraction without repetitions"
        raise InvalidInput(f"segment {segment.segment.name!r}: duration", segment.duration, expected)
    middle = segment.duration / 2
    return [segment.part(0.0, middle), segment.part(middle, segment.duration)]


def _contraction(segment: Segment, standard: ForearmAnatomy) -> Contraction:
    muscles = held_muscles(segment)
    for name in muscles.names:
        if name not in standard.muscles and name not in standard.out_of_reach:
            raise InvalidInput(f"segment {segment.name!r}: muscle", name, "one of " + ", ".join(standard.muscles))
    rows = zip(muscles.names, muscles.excitation, muscles.relative_length, strict=True)
    reached = [(name, float(value), float(length)) for name, value, length in rows if name in standard.muscles]
    return Contraction(
        segment.name,
        {name: value for name, value, _ in reached},
        {name: length for name, _, length in reached},
        of_model=bool(segment.pose),
    )


def _statistics(one: Recording, channels: np.ndarray, frequencies: np.ndarray) -> SecondOrder:
    return measured(one.emg[:, channels], one.sample_rate, frequencies)


def _mean(found: Sequence[SecondOrder]) -> SecondOrder:
    density = np.mean([one.density for one in found], axis=0)
    covariance = np.mean([one.covariance for one in found], axis=0)
    return SecondOrder(found[0].frequencies, density, covariance)
