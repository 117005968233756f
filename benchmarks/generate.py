"""Offline simulation of sessions of virtual subjects: speed, scaling, and recovery from a kill -9.

    python benchmarks/generate.py [--people 4] [--write]

The subjects are complete (all motor units, both sets of electrodes) and perform all stages of the shipped plan in short
sessions. The runs use one worker and all cores of this machine, as processes and with Ray. A last run is killed with
kill -9 and completed by the same command.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from results import machine, write_section

from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.subjects.cohort import CohortPlan, cohort_sessions, simulate_cohort
from emgsim_ros.subjects.manifest import broken_files, read_manifest

SECONDS = 10.0
SHIPPED = load_plan(CohortPlan, config_file("cohort", folder="pose"))


def timed(plan: CohortPlan, folder: Path, workers: int, address: str = "") -> float:
    """Return the wall-clock time (s) of the simulation of a cohort."""
    started = time.monotonic()
    simulate_cohort(plan, folder, workers, address=address)
    return time.monotonic() - started


def sums(folder: Path) -> dict[str, str]:
    """Return the checksums of all files of a cohort by name."""
    return {row.file: row.sha256 for row in read_manifest(folder)}


def command(people: int, folder: Path) -> list[str]:
    """Return the command line that simulates the cohort."""
    call = [sys.executable, "-P", "-m", "emgsim_ros.cli", "sessions", "generate", "--output", str(folder)]
    return [*call, "--subjects", str(people), "--seconds", str(SECONDS), "--plan", str(folder.parent / "plan.yaml")]


def killed_and_completed(plan: CohortPlan, folder: Path) -> tuple[int, int]:
    """Kill the command with all its workers when a third of the sessions is done, and complete the run.

    Returns:
        The number of sessions done at the kill, and the number of damaged files after the completion.
    """
    lines = [f"subjects: {plan.subjects}", "held_out_subjects: 1", "validation_subjects: 1", f"seconds: {SECONDS:g}"]
    (folder.parent / "plan.yaml").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(command(plan.subjects, folder), start_new_session=True, stdout=subprocess.DEVNULL)
    a_third = len(cohort_sessions(plan)) // 3
    while len(list(folder.glob("grid/*.hdf5"))) < a_third:
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = len(list(folder.glob("grid/*.hdf5")))
    subprocess.run(command(plan.subjects, folder), check=True, stdout=subprocess.DEVNULL)
    return done, len(list(broken_files(folder)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    plan = replace(SHIPPED, subjects=arguments.people, held_out_subjects=1, validation_subjects=1, seconds=SECONDS)
    sessions, cores = len(cohort_sessions(plan)), os.cpu_count() or 1
    signal_time = sessions * SECONDS
    rows = [
        f"{plan.subjects} subjects, {sessions} sessions of {SECONDS:g} s, each with ring (16 channels) and grid (320), "
        f"{date.today()}, {machine()}.",
        "",
        "| engine | workers | wall time, s | sessions per core-hour | times real time | speed-up |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as home:
        alone, kept = 0.0, {}
        for name, workers, address in (("processes", 1, ""), ("processes", cores, ""), ("Ray", cores, "local")):
            folder = Path(home) / f"{name}{workers}"
            took = timed(plan, folder, workers, address)
            alone = alone or took
            same = sums(folder)
            kept = kept or same
            if same != kept:
                raise SystemExit(f"{name} with {workers} workers gave different sessions")
            rows.append(
                f"| {name} | {workers} | {took:.0f} | {sessions * 3600 / took / workers:.0f} "
                f"| {signal_time / took:.1f} | {alone / took:.2f} |"
            )
            print(rows[-1], flush=True)
            shutil.rmtree(folder)
        done, damaged = killed_and_completed(plan, Path(home) / "killed")
        same = sums(Path(home) / "killed") == kept
        size = sum(row.bytes for row in read_manifest(Path(home) / "killed")) / signal_time * 60 / 1e6
    rows += [
        "",
        f"kill -9 of the command and all its workers with {done} of {sessions} sessions done, then the same command: "
        f"{damaged} damaged files, checksums {'equal' if same else 'NOT equal'} to the undisturbed runs. "
        f"{size:.0f} MB per minute of signal.",
    ]
    text = "\n".join(rows)
    print("\n" + text)
    if arguments.write:
        write_section("generate.py", text)


if __name__ == "__main__":
    main()
