"""A recording beside the simulation of its situation: measures with intervals, distance, discriminator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from .discriminator import Discrimination, discriminate, require_sklearn
from .features import FEATURES, Measured, distance, features_of, scaled_differences
from .matching import simulate_segments
from .recording import Recording, read_segments
from .situation import Situation


@dataclass(frozen=True)
class Row:
    """One measure of a comparison.

    Attributes:
        name, unit, group: Of the measure.
        recorded, simulated: Its values; None where it does not exist.
        difference: Simulated minus recorded over the scale of `features.distance`; None if one is missing.
    """

    name: str
    unit: str
    group: str
    recorded: Measured | None
    simulated: Measured | None
    difference: float | None


@dataclass(frozen=True)
class Comparison:
    """A recording and its simulation.

    Attributes:
        situation: What was compared.
        source: The recording's file or folder.
        recorded, simulated: Their segments.
        rows: All measures that either has.
        distance: Robust distance over all measures.
        discrimination: Result of the discriminator; None if the segments are too short.
        remark: Why there is no discriminator; empty if there is one.
    """

    situation: Situation
    source: Path
    recorded: tuple[Recording, ...]
    simulated: tuple[Recording, ...]
    rows: tuple[Row, ...]
    distance: float
    discrimination: Discrimination | None
    remark: str


def compare(
    recording: Path, situation: Situation, progress: Progress = no_progress, cache: Path | None = None
) -> Comparison:
    """Read a recording, simulate its situation and measure both.

    Args:
        recording: File or folder of the recording.
        situation: What it contains.
        progress: Receives the progress of the simulation.
        cache: Folder of computed potentials; default the user's cache.

    Raises:
        InvalidInput: The recording cannot be read or does not match the situation, or the simulation rejects a value.
        MissingExtra: scikit-learn, or a package that reads the format, is not installed.
    """
    require_sklearn()  # before the long simulation
    recorded = read_segments(recording, situation)
    return comparison_of(
        recording, situation, recorded, simulate_segments(situation, recorded, progress=progress, cache=cache)
    )


def comparison_of(
    source: Path, situation: Situation, recorded: list[Recording], simulated: list[Recording]
) -> Comparison:
    """Measure recorded and simulated segments.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    a, b = features_of(recorded), features_of(simulated)
    differences = scaled_differences(a, b)
    rows = tuple(
        Row(one.name, one.unit, one.group, a.get(one.name), b.get(one.name), differences.get(one.name))
        for one in FEATURES
        if one.name in a or one.name in b
    )
    discrimination, remark = None, ""
    try:
        discrimination = discriminate(recorded, simulated)
    except InvalidInput as error:
        remark = str(error)
    return Comparison(
        situation, source, tuple(recorded), tuple(simulated), rows, distance(a, b), discrimination, remark
    )
