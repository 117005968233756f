"""Comparison of simulated EMG with public recordings.

    python benchmarks/against_recordings.py FOLDER [--set NAME] [--write]

FOLDER contains one folder for each set that has been downloaded: `openhdemg` (the file otb_testfile.mat of the PyPI
package openhdemg 0.1.2), `ContractionIntensity` and `3DCDataset` (GitHub, LibEMG), `Suguru55` (GitHub,
Suguru55/Wearable_Sensor_Long-term_sEMG_Dataset). Sets that are missing are left out. The situations are in
config/validation. A situation is simulated once, with the default subject, and compared with every person of the set.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from results import machine, write_section
from rich.console import Console

from emgsim_ros.cli.progress import progress_bars
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.validation.comparison import Comparison, comparison_of
from emgsim_ros.validation.matching import simulate_segments
from emgsim_ros.validation.recording import read_segments
from emgsim_ros.validation.report import number_text
from emgsim_ros.validation.situation import load_situation


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


def compare_set(one: RecordedSet, folder: Path) -> tuple[list[Comparison], list[str]]:
    """Return the comparison with every person of a set, and why people were left out."""
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
    return comparisons, left_out


def table(comparisons: Sequence[Comparison]) -> list[str]:
    """Return the rows of a Markdown table: median and range over people, beside the simulation."""
    first = comparisons[0]
    rows = ["| | recorded: median (range over people) | simulated | within |", "|---|---|---|---|"]
    names = [row.name for row in first.rows]
    for name in names:
        every = [row for one in comparisons for row in one.rows if row.name == name]
        recorded = np.array([row.recorded.value for row in every if row.recorded is not None])
        simulated = [row.simulated.value for row in every if row.simulated is not None]
        unit = every[0].unit
        middle = "–" if not len(recorded) else number_text(float(np.median(recorded)))
        span = f" ({number_text(recorded.min())} to {number_text(recorded.max())})" if len(recorded) > 1 else ""
        value = number_text(simulated[0]) if simulated else "–"
        within = ""
        if simulated and len(recorded) > 1:
            within = "yes" if recorded.min() <= simulated[0] <= recorded.max() else "no"
        rows.append(f"| {name}{', ' + unit if unit else ''} | {middle}{span} | {value} | {within} |")
    rows.append(_over_people("distance", [one.distance for one in comparisons]))
    found = [one.discrimination for one in comparisons if one.discrimination]
    if found:
        rows.append(_over_people("discriminator, AUC", [one.overall.auc for one in found]))
        rows += [
            _over_people(f"discriminator, {group} alone", [one.groups[group].auc for one in found])
            for group in found[0].groups
        ]
    return rows


def _over_people(name: str, values: Sequence[float]) -> str:
    span = f" ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else ""
    return f"| {name} | | {np.median(values):.2f}{span} | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", choices=list(SETS), action="append", help="only this set; may be given several times")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    lines = [f"Median over channels and segments of every person; the same situation simulated. {machine()}.", ""]
    for name, one in SETS.items():
        if (arguments.set and name not in arguments.set) or not list(arguments.folder.glob(one.recordings)):
            continue
        comparisons, left_out = compare_set(one, arguments.folder)
        for text in left_out:
            Console(stderr=True).print(f"left out: {text}")
        if comparisons:
            title = comparisons[0].situation.name
            lines += [f"**{title}**, people: {len(comparisons)}", "", *table(comparisons), ""]
    print("\n".join(lines))
    if arguments.write:
        write_section("against_recordings.py", "\n".join(lines))


if __name__ == "__main__":
    main()
