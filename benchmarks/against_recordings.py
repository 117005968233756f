"""Comparison of simulated EMG with public recordings.

    python benchmarks/against_recordings.py FOLDER [--set NAME] [--people 10] [--workers 0] [--write]

FOLDER contains one folder for each set that has been downloaded: `openhdemg` (the file otb_testfile.mat of the PyPI
package openhdemg 0.1.2), `ContractionIntensity` and `3DCDataset` (GitHub, LibEMG), `Suguru55` (GitHub,
Suguru55/Wearable_Sensor_Long-term_sEMG_Dataset). Sets that are missing are left out. The situations are in
config/validation. A situation is simulated with the standard subject, which is compared with every person of the set,
and for sets of several people also with virtual people, who are drawn like those of a cohort.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from results import machine, write_section
from rich.console import Console

from emgsim_ros.cli.progress import progress_bars
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.fitting.simulation import simulate_subject
from emgsim_ros.jobs.cores import pool_of_cores
from emgsim_ros.muap import load_anatomy
from emgsim_ros.subjects.subject import draw_subject
from emgsim_ros.validation.comparison import Comparison, comparison_of
from emgsim_ros.validation.discriminator import discriminate
from emgsim_ros.validation.features import distance, features_of
from emgsim_ros.validation.matching import simulate_segments
from emgsim_ros.validation.people import FEWEST_PEOPLE, separate_people
from emgsim_ros.validation.recording import Recording, read_segments
from emgsim_ros.validation.report import number_text
from emgsim_ros.validation.situation import Situation, load_situation

SEED = 201  # of the virtual people


@dataclass(frozen=True)
class RecordedSet:
    """A public set of recordings.

    Attributes:
        situation: Name in config/validation.
        recordings: Pattern of the people's files or folders in the folder of sets.
    """

    situation: str
    recordings: str


SETS = {
    "openhdemg": RecordedSet("openhdemg_vl", "openhdemg/otb_testfile.mat"),
    "ContractionIntensity": RecordedSet("contraction_intensity", "ContractionIntensity/S*"),
    "3DCDataset": RecordedSet("three_dc", "3DCDataset/Participant*"),
    "Suguru55": RecordedSet("wearable_long_term", "Suguru55/data/sub*"),
}


@dataclass(frozen=True)
class SetComparison:
    """A set beside its simulations.

    Attributes:
        people: Comparison of each recorded person with the standard subject.
        virtual: Segments of each virtual person.
        left_out: Why people of the set were left out.
    """

    people: list[Comparison]
    virtual: list[list[Recording]]
    left_out: list[str]


def compare_set(one: RecordedSet, folder: Path, virtual_people: int, workers: int) -> SetComparison:
    """Compare the people of a set with the standard subject and with virtual people."""
    situation = load_situation(config_file(one.situation, folder="validation"))
    comparisons, left_out, simulated = [], [], None
    with progress_bars() as progress:
        people = sorted(folder.glob(one.recordings))
        for number, person in enumerate(people):
            progress("people", number, len(people), person.name)
            try:
                recorded = read_segments(person, situation)
            except InvalidInput as error:
                left_out.append(f"{person.name}: {error}")
                continue
            simulated = simulated or simulate_segments(situation, recorded, progress=progress)
            comparisons.append(comparison_of(person, situation, recorded, simulated))
        progress("people", len(people), len(people))
        virtual = []
        if len(comparisons) >= FEWEST_PEOPLE and virtual_people:
            with pool_of_cores(workers) as pool:
                jobs = [
                    pool.submit(virtual_person, number, situation, comparisons[number % len(comparisons)].recorded)
                    for number in range(virtual_people)
                ]
                for job in jobs:
                    progress("virtual people", len(virtual), len(jobs))
                    virtual.append(job.result())
    return SetComparison(comparisons, virtual, left_out)


def virtual_person(number: int, situation: Situation, recorded: Sequence[Recording]) -> list[Recording]:
    """Simulate the situation with a virtual person."""
    person = draw_subject(load_anatomy(config_file(situation.anatomy, folder="anatomy")), SEED, number)
    with TemporaryDirectory() as cache:
        return simulate_subject(person, situation, recorded, trial=1, cache=Path(cache))


def table(one: SetComparison) -> list[str]:
    """Return the rows of a Markdown table: people of the set, the standard subject and virtual people."""
    rows = [
        "| | recorded: median (range over people) | standard subject | virtual people: median (range) | within |",
        "|---|---|---|---|---|",
    ]
    made = [features_of(person, resamples=0) for person in one.virtual]
    for first in one.people[0].rows:
        every = [row for person in one.people for row in person.rows if row.name == first.name]
        recorded = [row.recorded.value for row in every if row.recorded is not None]
        standard = [row.simulated.value for row in every if row.simulated is not None]
        virtual = [person[first.name].value for person in made if first.name in person]
        inside = [value for value in virtual if recorded and min(recorded) <= value <= max(recorded)]
        cells = [
            first.name + (f", {first.unit}" if first.unit else ""),
            _with_range(recorded),
            number_text(standard[0]) if standard else "–",
            _with_range(virtual),
            f"{len(inside)} of {len(virtual)}" if virtual and recorded else "",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return [*rows, *_separation(one.people), "", *_between_people(one)]


def _with_range(values: Sequence[float], text: Callable[[float], str] = number_text) -> str:
    """Return the median of values with their range."""
    if not values:
        return "–"
    span = f" ({text(min(values))} to {text(max(values))})" if len(values) > 1 else ""
    return text(float(np.median(values))) + span


def _between_people(one: SetComparison) -> list[str]:
    """Return the table of the classifier that is tested on new people."""
    if not one.virtual:
        return []
    found = separate_people([person.recorded for person in one.people], one.virtual)
    rows = [
        "| classifier tested on new people | AUC, recorded or virtual (95 % of the divisions) "
        "| AUC, two halves of the recorded people |",
        "|---|---|---|",
    ]
    for group, row in found.items():
        rows.append(
            f"| {group} | {row.auc:.2f} ({row.low:.2f} to {row.high:.2f}) "
            f"| {row.chance:.2f} ({row.chance_low:.2f} to {row.chance_high:.2f}) |"
        )
    return rows


def _separation(comparisons: Sequence[Comparison]) -> list[str]:
    """Return the rows of distance and AUC: each person against the simulation, and against the next person."""
    found = [one.discrimination for one in comparisons if one.discrimination]
    pairs = list(itertools.pairwise(comparisons))
    between = [distance(features_of(a.recorded), features_of(b.recorded)) for a, b in pairs]
    rows = [_over_people("distance", between, [one.distance for one in comparisons])]
    if found:
        others = [discriminate(a.recorded, b.recorded) for a, b in pairs]
        rows.append(_over_people("AUC", [one.overall.auc for one in others], [one.overall.auc for one in found]))
        rows += [
            _over_people(f"AUC, {group} alone", *([one.groups[group].auc for one in side] for side in (others, found)))
            for group in found[0].groups
        ]
    return rows


def _over_people(name: str, recorded: Sequence[float], simulated: Sequence[float]) -> str:
    """Return a row whose recorded values compare people with each other."""
    cells = [_with_range(values, "{:.2f}".format) for values in (recorded, simulated)]
    return f"| {name} | {cells[0]}{' between two people' if recorded else ''} | {cells[1]} | | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", choices=list(SETS), action="append", help="only this set; may be given several times")
    parser.add_argument(
        "--people", type=int, default=10, help="number of virtual people for each set of several people"
    )
    parser.add_argument("--workers", type=int, default=0, help="processes; 0: one for each core")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    lines = [
        "Medians over channels and segments of every person, beside the same situation simulated with the standard "
        "subject and with virtual people, drawn like those of a cohort. `distance` and `AUC` (windows of 250 ms, one "
        "classifier for each pair): between the recordings of two people, and between a person and the standard "
        f"subject. {machine()}.",
        "",
    ]
    for name, one in SETS.items():
        if (arguments.set and name not in arguments.set) or not list(arguments.folder.glob(one.recordings)):
            continue
        compared = compare_set(one, arguments.folder, arguments.people, arguments.workers)
        for text in compared.left_out:
            Console(stderr=True).print(f"left out: {text}")
        if compared.people:
            title = compared.people[0].situation.name
            lines += [f"**{title}**, people: {len(compared.people)}", "", *table(compared), ""]
    print("\n".join(lines))
    if arguments.write:
        write_section("against_recordings.py", "\n".join(lines))


if __name__ == "__main__":
    main()
