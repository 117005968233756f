"""The drives of the musculoskeletal model: speed, variation of the step times, memory, and error of the fixed step.

    python benchmarks/musculoskeletal.py [--seconds 60] [--write]

The excitation drive runs with random excitations, the other drives follow the default movement, each with an output at
100 and 500 Hz. The real-time factor is relative to the wall clock of the same run. The error of the fixed Euler step is
relative to RungeKuttaMerson with an accuracy of 1e-6 and the same excitations.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import psutil
from results import machine, write_section

from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import MotionTarget, load_movement
from emgsim_ros.musculoskeletal import Drive, Effort, MusculoskeletalModel, make_drive
from emgsim_ros.musculoskeletal.opensim.forward_dynamics import DynamicState, ForwardDynamics, Integrator
from emgsim_ros.parameters import MusculoskeletalParameters

RATES = (100, 500)
REFERENCE_SECONDS = 5.0
MEMORY_SECONDS = 600.0
STRONGEST = 0.3  # upper limit of the random excitations, which are drawn every 10 ms


def load() -> MusculoskeletalModel:
    """Load the model of the forearm and hand."""
    return MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))


def targets(drive: str, model: MusculoskeletalModel) -> Callable[[int], MotionTarget]:
    """Return the motion target as a function of the stamp (ns)."""
    if drive != "excitation":
        return load_movement("hand_tour").target
    rest = model.rest
    return lambda stamp: MotionTarget(stamp, model.coordinates, rest, 0 * rest, 0 * rest)


def drive_for(name: str, rate: int) -> tuple[Drive, MusculoskeletalModel]:
    """Build a drive with its own model."""
    model = load()
    return make_drive(MusculoskeletalParameters(drive=name, rate=rate), model), model


def speed(name: str, rate: int, seconds: float) -> str:
    """Measure the steps of a drive and return a row of the table."""
    drive, model = drive_for(name, rate)
    target, rng, times = targets(name, model), np.random.default_rng(0), []
    excitation = np.zeros(len(model.muscles))
    for step in range(round(seconds * rate)):
        if name == "excitation" and step % (rate // 100) == 0:
            excitation = rng.uniform(0, STRONGEST, len(model.muscles))
        motion_target = target(drive.next_stamp)
        started = time.perf_counter()
        drive.step(motion_target, excitation, Effort())
        times.append(time.perf_counter() - started)
    elapsed = np.array(times[10:])
    p50, p99, longest = 1e3 * np.percentile(elapsed, [50, 99, 100])
    missed = 100 * np.mean(elapsed > 1 / rate)
    factor = 1 / (rate * elapsed.mean())
    return f"| {name} | {rate} | {factor:.1f} | {p50:.2f} / {p99:.2f} / {longest:.1f} | {missed:.2f} |"


def integration(seconds: float) -> str:
    """Measure forward dynamics alone (integration over 10 ms, reading of the state) and return a row of the table."""
    model = load()
    dynamics, rng, times = _forward(model), np.random.default_rng(0), []
    nothing = np.zeros(len(model.rest))
    for _ in range(round(seconds * 100)):
        excitation = rng.uniform(0, STRONGEST, len(model.muscles))
        started = time.perf_counter()
        dynamics.advance(excitation, nothing, 0.01)
        times.append(time.perf_counter() - started)
    elapsed = np.array(times[10:])
    p50, p99, longest = 1e3 * np.percentile(elapsed, [50, 99, 100])
    missed = 100 * np.mean(elapsed > 0.01)
    return (
        f"| forward dynamics alone | 100 | {0.01 / elapsed.mean():.1f} | {p50:.2f} / {p99:.2f} / {longest:.1f} | "
        f"{missed:.2f} |"
    )


def _forward(model: MusculoskeletalModel, integrator: Integrator | None = None) -> ForwardDynamics:
    start = DynamicState.at_rest(model.rest, np.full(len(model.muscles), 0.02))
    return ForwardDynamics(model.path, start, model.low, model.high, integrator)


def step_error() -> float:
    """Return the RMS difference of the joint angles (degrees) between the fixed Euler step and the reference."""
    model = load()
    runs = []
    for integrator in (Integrator(), Integrator("RungeKuttaMerson", step=0.0, accuracy=1e-6)):
        dynamics, rng, path = _forward(model, integrator), np.random.default_rng(0), []
        for _ in range(round(REFERENCE_SECONDS * 100)):
            excitation = rng.uniform(0, STRONGEST, len(model.muscles))
            dynamics.advance(excitation, np.zeros(len(model.rest)), 0.01)
            path.append(dynamics.state.position)
        runs.append(np.degrees(path))
    return float(np.sqrt(np.mean((runs[0] - runs[1]) ** 2)))


def memory_growth() -> float:
    """Return the growth of memory (MiB) over 10 simulated minutes of the excitation drive, from 10 s on."""
    drive, model = drive_for("excitation", 100)
    target, process = targets("excitation", model), psutil.Process()
    excitation, before = np.full(len(model.muscles), 0.05), 0.0
    for step in range(round(MEMORY_SECONDS * 100)):
        drive.step(target(drive.next_stamp), excitation, Effort())
        if step == 1000:
            before = process.memory_info().rss
    return (process.memory_info().rss - before) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="simulated time per row")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    rows = [
        f"{arguments.seconds:g} s per row, {machine()}. A step contains all computations of a drive: integration, "
        "fibres, moment arms and, except for excitation, inverse dynamics and static optimisation.",
        "",
        "| drive | output, Hz | real-time factor | step p50 / p99 / max, ms | missed deadlines, % |",
        "|---|---|---|---|---|",
    ]
    for name in ("kinematic", "tracking", "excitation"):
        for rate in RATES:
            rows.append(speed(name, rate, arguments.seconds))
            print(rows[-1], flush=True)
    rows.append(integration(arguments.seconds))
    print(rows[-1], flush=True)
    rows += [
        "",
        f"Joint angles with Euler steps of {1e3 * Integrator().step:g} ms against RungeKuttaMerson 1e-6, 5 s: "
        f"{step_error():.2f} degrees RMS.",
    ]
    print(rows[-1], flush=True)
    rows += ["", f"Memory growth over {MEMORY_SECONDS / 60:g} simulated minutes: {memory_growth():.1f} MiB."]
    print(rows[-1], flush=True)
    if arguments.write:
        write_section("musculoskeletal.py", "\n".join(rows))


if __name__ == "__main__":
    main()
