"""Speed of the environments with random actions, their memory use, and the error of their fixed time steps.

    python benchmarks/envs.py [--engine mujoco] [--steps 3000] [--long] [--write]

The table shows steps per second and the real-time factor of one process, steps per second of all cores, and p50 and p99
of the time of a step. The reference is osim-rl on the same kind of machine (measured once with a version patched for
OpenSim 4.6: arm 31 steps/s, human with 18 muscles 86 steps/s). The error is that of the pose after half a second of
smooth random excitations relative to OpenSim's RungeKuttaMerson with an accuracy of 1e-6. ``--long`` measures the
memory over 100,000 steps.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import gymnasium
import numpy as np
import psutil
from results import machine, write_section

from emgsim_ros import envs
from emgsim_ros.musculoskeletal.dynamics import DynamicState, Integrator

PEERS = {"emgsim/ArmReach-v0": 31.0, "emgsim/Stand-v0": 86.0}  # steps/s of osim-rl
REQUIRED = {  # times osim-rl's steps/s
    "opensim": {"emgsim/ArmReach-v0": 10.0, "emgsim/Stand-v0": 5.0},
    "mujoco": {"emgsim/ArmReach-v0": 300.0, "emgsim/Stand-v0": 50.0},
}
NAMES = ("emgsim/ArmReach-v0", "emgsim/HandPose-v0", "emgsim/Stand-v0")
REFERENCE = Integrator("RungeKuttaMerson", 0.0, 1e-6)
ERROR_TIME, TRIALS = 0.5, 5
TAIL_LIMIT = 3.0  # p99 over p50
LONG = 100_000


def step_times(name: str, engine: str, steps: int, seed: int = 0) -> np.ndarray:
    """Return the [steps] durations (s) of control steps; resets are not included."""
    env = gymnasium.make(name, engine=engine).unwrapped
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    env.step(env.action_space.sample())  # compiles
    times = np.empty(steps)
    for number in range(steps):
        action = rng.uniform(0.0, 1.0, env.action_space.shape).astype(np.float32)
        started = time.perf_counter()
        over = env.step(action)[2]
        times[number] = time.perf_counter() - started
        if over or number % 200 == 199:
            env.reset()
    return times


def wall_time(name: str, engine: str, steps: int, seed: int) -> tuple[float, float]:
    """Return the wall-clock times at which the steps began and ended."""
    env = gymnasium.make(name, engine=engine).unwrapped
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    env.step(env.action_space.sample())
    began = time.time()
    for number in range(steps):
        if env.step(rng.uniform(0.0, 1.0, env.action_space.shape).astype(np.float32))[2] or number % 200 == 199:
            env.reset()
    return began, time.time()


def together(name: str, engine: str, steps: int, processes: int) -> float:
    """Return the steps per second of all processes together, including resets."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        spans = list(
            pool.map(wall_time, [name] * processes, [engine] * processes, [steps] * processes, range(processes))
        )
    return processes * steps / (max(end for _, end in spans) - min(began for began, _ in spans))


def error(name: str, engine: str) -> float:
    """Return the RMS error (degrees) of all joints with fixed steps relative to the reference integrator."""
    fixed = gymnasium.make(name, engine=engine).unwrapped
    exact = gymnasium.make(name, integrator=REFERENCE).unwrapped
    errors = []
    for trial in range(TRIALS):
        fixed.reset(seed=trial)
        state = fixed.plant.state
        fixed.plant.forward.restore(state)
        exact.plant.forward.restore(DynamicState(*vars(state).values()))
        rng = np.random.default_rng(trial)
        slow = rng.uniform(0.0, 0.2, (3, len(state.activation)))
        for number in range(round(ERROR_TIME / 0.01)):
            share = 2.0 * number / (ERROR_TIME / 0.01)
            first, part = slow[int(share)], share - int(share)
            excitation = (1 - part) * first + part * slow[int(share) + 1]
            fixed.plant.step(excitation, 0.01)
            exact.plant.step(excitation, 0.01)
        angles = [
            n for n, c in enumerate(fixed.plant.model.coordinates) if c not in ("pelvis_forward", "pelvis_height")
        ]
        errors.append(np.degrees(fixed.plant.state.position - exact.plant.state.position)[angles])
    return float(np.sqrt(np.mean(np.square(errors))))


def memory(name: str, engine: str) -> tuple[float, float]:
    """Return the memory of this process (MiB) after 10,000 and after 100,000 steps."""
    env = gymnasium.make(name, engine=engine).unwrapped
    rng = np.random.default_rng(0)
    env.reset(seed=0)
    early = 0.0
    for number in range(LONG):
        if env.step(rng.uniform(0.0, 1.0, env.action_space.shape).astype(np.float32))[2] or number % 200 == 199:
            env.reset()
        if number == LONG // 10:
            early = psutil.Process().memory_full_info().uss / 2**20
    return early, psutil.Process().memory_full_info().uss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=list(REQUIRED), default="opensim")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument(
        "--long", action="store_true", help="measure the memory over 100,000 steps of the arm and the human"
    )
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    cores, engine = os.cpu_count() or 1, arguments.engine
    rows = [
        f"Engine {engine}, random actions, control steps of 10 ms, {date.today()}, {machine()}.",
        "",
        "| environment | steps/s | times real time | of osim-rl's | step p50 / p99, ms "
        f"| p99 / p50 (limit {TAIL_LIMIT:g}) | {cores} processes, steps/s | error of the fixed steps, degrees RMS |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in NAMES:
        assert name in envs.IDS
        times = step_times(name, engine, arguments.steps)
        rate, p50, p99 = 1.0 / times.mean(), 1e3 * np.median(times), 1e3 * np.quantile(times, 0.99)
        against = f"{rate / PEERS[name]:.1f} x (required {REQUIRED[engine][name]:g})" if name in PEERS else ""
        rows.append(
            f"| {name} | {rate:.0f} | {rate * 0.01:.1f} | {against} | {p50:.2f} / {p99:.2f} | {p99 / p50:.2f} "
            f"| {together(name, engine, arguments.steps, cores):.0f} | {error(name, engine):.2f} |"
        )
        print(rows[-1], flush=True)
    if arguments.long:
        for name in PEERS:
            early, late = memory(name, engine)
            rows += ["", f"Memory of {name} after 10,000 and 100,000 steps: {early:.1f}, {late:.1f} MiB."]
            print(rows[-1], flush=True)
    text = "\n".join(rows)
    print("\n" + text)
    if arguments.write:
        write_section("envs.py" if engine == "opensim" else f"envs.py --engine {engine}", text)


if __name__ == "__main__":
    main()
