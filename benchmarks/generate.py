"""Offline simulation of sessions of virtual subjects: speed, scaling, and recovery from a kill -9.

    python benchmarks/generate.py [--people 4] [--seconds 10] [--units 0] [--only stages|cohort] [--write]

The subjects are complete (all motor units, both sets of electrodes) and perform all stages of the shipped plan in short
sessions. The runs use one worker and all cores of this machine, as processes and with Ray. A last run is killed with
kill -9 and completed by the same command.

Two tables divide the CPU time of one process into stages: that of a cohort's subject, whose potentials are computed
first, and that of `emgsim simulate forearm_sim` with its file. `--people 3 --seconds 1 --units 4` is a short trial.
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

import torch
from results import machine, write_section
from stages import Stages

from emgsim_ros import musculoskeletal
from emgsim_ros.emg import Amplifier, ElectrodeNoise, MuapSynthesis, stream
from emgsim_ros.emg.muscle_activity import MuscleActivity
from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import Movement
from emgsim_ros.offline.engines import with_engine
from emgsim_ros.offline.simulate import OfflineSimulation, simulate
from emgsim_ros.scenario import load_scenario
from emgsim_ros.sessions.simulation_file import SimulationFile
from emgsim_ros.subjects import cohort, recording
from emgsim_ros.subjects.cohort import CohortPlan, cohort_sessions, record_subject, simulate_cohort
from emgsim_ros.subjects.manifest import broken_files, read_manifest

SHIPPED = load_plan(CohortPlan, config_file("cohort", folder="pose"))
STAGES = {
    "model": [(musculoskeletal, "load_model")],
    "potentials of the motor units": [(stream, "load_or_build_bank"), (recording, "build_bank")],
    "drive": [(musculoskeletal.Drive, "step"), (musculoskeletal.KinematicDrive, "steps"), (Movement, "targets")],
    "discharges": [(MuscleActivity, "advance")],
    "synthesis": [(MuapSynthesis, "advance")],
    "noise": [(ElectrodeNoise, "samples")],
    "amplifier": [(Amplifier, "process")],
    "files": [(cohort, "write_session")],
}


def timed(plan: CohortPlan, folder: Path, workers: int, address: str = "") -> float:
    """Return the wall-clock time (s) of the simulation of a cohort."""
    started = time.monotonic()
    simulate_cohort(plan, folder, workers, address=address)
    return time.monotonic() - started


def sums(folder: Path) -> dict[str, str]:
    """Return the checksums of all files of a cohort by name."""
    return {row.file: row.sha256 for row in read_manifest(folder)}


def command(folder: Path) -> list[str]:
    """Return the command line that simulates the cohort."""
    call = [sys.executable, "-P", "-m", "emgsim_ros.cli", "sessions", "generate", "--output", str(folder)]
    return [*call, "--plan", str(folder.parent / "plan.yaml")]


def killed_and_completed(plan: CohortPlan, folder: Path) -> tuple[int, int]:
    """Kill the command with all its workers when a third of the sessions is done, and complete the run.

    Returns:
        The number of sessions done at the kill, and the number of damaged files after the completion.
    """
    lines = [
        f"subjects: {plan.subjects}",
        "held_out_subjects: 1",
        "validation_subjects: 1",
        f"seconds: {plan.seconds:g}",
        f"units_per_muscle: {plan.units_per_muscle}",
    ]
    (folder.parent / "plan.yaml").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(command(folder), start_new_session=True, stdout=subprocess.DEVNULL)
    a_third = len(cohort_sessions(plan)) // 3
    while len(list(folder.glob("grid/*.hdf5"))) < a_third:
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = len(list(folder.glob("grid/*.hdf5")))
    subprocess.run(command(folder), check=True, stdout=subprocess.DEVNULL)
    return done, len(list(broken_files(folder)))


def stages_of_a_subject(plan: CohortPlan, folder: Path) -> tuple[Stages, float]:
    """Record one subject in this process; return its stages and the simulated time, s."""
    stages = Stages(STAGES)
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    with stages.measured():
        record_subject(plan, folder, 0)
    return stages, plan.seconds * sum(session.subject == 0 for session in cohort_sessions(plan))


def stages_of_simulate(seconds: float, folder: Path) -> tuple[Stages, float]:
    """Do what ``emgsim simulate forearm_sim`` does; return its stages and the simulated time, s."""
    scenario = with_engine(load_scenario("forearm_sim"))
    OfflineSimulation(scenario)  # the command finds the potentials in the cache
    files = [(SimulationFile, name) for name in ("__init__", "add_states", "add_block", "close")]
    stages = Stages({**STAGES, "model": [(OfflineSimulation, "__init__")], "files": files})
    with stages.measured():
        simulate(scenario, seconds, folder / "simulation.h5")
    return stages, seconds


def stage_tables(plan: CohortPlan, home: Path) -> list[str]:
    """Return the tables of the stages as lines of Markdown."""
    rows: list[str] = []
    for title, (stages, simulated) in {
        f"One subject, {plan.seconds:g} s per session": stages_of_a_subject(plan, home / "subject"),
        "`emgsim simulate forearm_sim`": stages_of_simulate(max(3 * plan.seconds, 2.0), home),
    }.items():
        spent = sum(stages.seconds.values())
        rows += ["", f"{title}: {simulated:g} s in {spent:.1f} CPU seconds of one core.", ""]
        rows += ["| stage | CPU seconds per simulated second | share |", "|---|---|---|", *stages.rows(simulated)]
    return rows


def cohort_rows(plan: CohortPlan, home: Path) -> list[str]:
    """Simulate the cohort with several engines, once with an interruption; return lines of Markdown."""
    sessions, cores = len(cohort_sessions(plan)), os.cpu_count() or 1
    signal_time = sessions * plan.seconds
    rows = [
        "",
        "| engine | workers | wall time, s | sessions per core-hour | times real time | speed-up |",
        "|---|---|---|---|---|---|",
    ]
    alone, kept = 0.0, {}
    for name, workers, address in (("processes", 1, ""), ("processes", cores, ""), ("Ray", cores, "local")):
        folder = home / f"{name}{workers}"
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
    done, damaged = killed_and_completed(plan, home / "killed")
    same = sums(home / "killed") == kept
    size = sum(row.bytes for row in read_manifest(home / "killed")) / signal_time * 60 / 1e6
    return [
        *rows,
        "",
        f"The command and all its workers were terminated with kill -9 with {done} of {sessions} sessions done, and "
        "the same command was run again: "
        f"{damaged} damaged files, checksums {'equal' if same else 'NOT equal'} to the undisturbed runs. "
        f"{size:.0f} MB per minute of signal.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a session, s")
    parser.add_argument("--units", type=int, default=0, help="motor units of each muscle; 0: the subjects' own numbers")
    parser.add_argument("--only", choices=("stages", "cohort"), help="leave the other part out")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    few = {"subjects": arguments.people, "held_out_subjects": 1, "validation_subjects": 1}
    plan = replace(SHIPPED, **few, seconds=arguments.seconds, units_per_muscle=arguments.units)
    rows = [
        f"{plan.subjects} subjects, {len(cohort_sessions(plan))} sessions of {plan.seconds:g} s, each with ring "
        f"(16 channels) and grid (320), {date.today()}, {machine()}.",
    ]
    with tempfile.TemporaryDirectory() as home:
        if arguments.only != "cohort":
            rows += stage_tables(plan, Path(home))
        if arguments.only != "stages":
            rows += cohort_rows(plan, Path(home))
    text = "\n".join(rows)
    print("\n" + text)
    if arguments.write:
        write_section("generate.py", text)


if __name__ == "__main__":
    main()
