"""The two engines of the musculoskeletal model, OpenSim and MuJoCo: speed and agreement.

    python benchmarks/engines.py [--steps 1000] [--poses 200] [--write]

Every ratio is the time of OpenSim divided by the time of MuJoCo in the same run; the two take turns, and the medians of
the step times are compared. Everything that a step reads back is included:

- kinematic drive of the hand: steps of 10 ms with inverse dynamics and static optimisation, a second of them at once as
  offline and one by one as in the live graph, and the mechanics alone (pose, fibres, moment arms, inverse dynamics,
  places of fingertips);
- forward dynamics of hand, arm and human (contact with the ground): 10 ms of motion under random excitations, followed
  by fibres, moment arms, mass centre and ground forces in the new pose;
- the tracking drive of the hand, and steps of the environment HandPose.

The agreement is the largest difference over random poses within the joint ranges and 0.1 rad beyond, and over a second
of motion (human: 0.3 s) under excitations that change every 0.1 s. The error of the step is that of MuJoCo's motion
relative to its RungeKutta4 steps of a quarter of the length, and to OpenSim's RungeKuttaMerson with an accuracy of
1e-6. The last table compares explicit and linearly implicit steps of the hand with the least inertia of the shipped
model and with the real inertia of its fingers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import gymnasium
import numpy as np
from numpy.typing import NDArray
from results import machine, write_section

from emgsim_ros import envs  # noqa: F401 (registers the environments)
from emgsim_ros.files.resources import config_file, share_directory
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import (
    DynamicState,
    Integrator,
    MuscleModel,
    effort_of,
    load_engine,
    load_model,
    make_drive,
)
from emgsim_ros.musculoskeletal.drives.contact import TIPS
from emgsim_ros.musculoskeletal.opensim.build import write_model
from emgsim_ros.parameters import MusculoskeletalParameters

Array = NDArray[np.float64]

ENGINES = ("opensim", "mujoco")
MODELS = ("forearm_hand", "arm", "leg", "human")
TITLES = {"forearm_hand": "hand", "arm": "arm", "leg": "legs", "human": "human with contact"}
STEP = {"human": 0.0005}  # s; the others have the default
STANDING = 0.93  # m, height of the pelvis of the human on the ground
STRONGEST = 0.3  # upper limit of the random excitations
PERIOD = 0.01  # s
MANY = 100  # steps at once
IMPLICIT_SECONDS, EXACT = 0.2, 4e-6  # s; length and exact steps of the motions of light fingers
HAND_KINEMATIC = "kinematic drive of the hand, a second at once"
HAND_FORWARD = "forward dynamics of the hand"
HUMAN_FORWARD = "forward dynamics of the human with contact"
LIMITS = {"length": 1e-5, "arm": 5e-5, "moment": 1e-4, "motion": 0.5}  # m, m, N m, degrees
FACTORS = {HAND_KINEMATIC: 100.0, HAND_FORWARD: 25.0, HUMAN_FORWARD: 30.0}  # required real-time factors of MuJoCo
Step = Callable[[], object]


def model_of(name: str, engine: str) -> MuscleModel:
    """Load a model of this package."""
    return load_engine(engine).model(config_file(name, ".osim", "models"))


def start_of(name: str, model: MuscleModel) -> Array:
    """Return the initial pose of a motion."""
    position = model.rest.copy()
    if name == "human":
        position[model.coordinates.index("pelvis_height")] = STANDING
    return position


def integrator_of(name: str) -> Integrator:
    """Return the fixed steps of a model."""
    return Integrator(step=STEP.get(name, Integrator().step))


def drive_step(engine: str, drive_name: str) -> Step:
    """Return a function that makes one step of a drive of the hand."""
    parameters = MusculoskeletalParameters(engine=engine, drive=drive_name)
    model = load_model(parameters)
    drive, effort = make_drive(parameters, model), effort_of(parameters)
    movement, quiet = load_movement("hand_tour"), np.zeros(len(model.muscles))
    return lambda: drive.step(movement.target(drive.next_stamp), quiet, effort)


def drive_steps(engine: str) -> Step:
    """Return a function that makes `MANY` steps of the kinematic drive of the hand."""
    parameters = MusculoskeletalParameters(engine=engine)
    model = load_model(parameters)
    drive, effort = make_drive(parameters, model), effort_of(parameters)
    movement, quiet = load_movement("hand_tour"), np.zeros(len(model.muscles))

    def step() -> None:
        stamps = drive.next_stamp + drive.period * np.arange(MANY)
        drive.steps(movement.targets(stamps), quiet, effort)

    return step


def mechanics_step(engine: str) -> Step:
    """Return a function that computes what the kinematic drive reads from the model of the hand in a new pose."""
    model, rng = model_of("forearm_hand", engine), np.random.default_rng(0)
    tips = [(f"{digit}_distal", place) for digit, place in TIPS.items()]

    def step() -> None:
        model.set_pose(rng.uniform(model.low, model.high), rng.normal(size=len(model.rest)))
        model.fibers()
        model.moment_arms()
        model.moments_needed(rng.normal(size=len(model.rest)))
        model.places(tips)

    return step


def forward_step(name: str, engine: str) -> Step:
    """Return a function that moves a model for 10 ms and reads everything back; it begins anew every 0.5 s."""
    model, rng = model_of(name, engine), np.random.default_rng(0)
    begin = DynamicState.at_rest(start_of(name, model), np.full(len(model.muscles), 0.02))
    motion, nothing, count = model.forward_dynamics(begin, integrator_of(name)), np.zeros(len(model.rest)), [0]

    def step() -> None:
        if count[0] % 50 == 0:
            motion.restore(begin)
        count[0] += 1
        motion.advance(rng.uniform(0, STRONGEST, len(model.muscles)), nothing, PERIOD)
        model.set_pose(motion.state.position, motion.state.velocity)
        model.fibers()
        model.moment_arms()
        motion.mass_centre()
        motion.ground_forces()

    return step


def environment_step(engine: str) -> Step:
    """Return a function that makes one step of the environment HandPose."""
    env, rng = gymnasium.make("emgsim/HandPose-v0", engine=engine).unwrapped, np.random.default_rng(0)
    env.reset(seed=0)
    count = [0]

    def step() -> None:
        action = rng.uniform(0.0, STRONGEST, env.action_space.shape).astype(np.float32)
        count[0] += 1
        if env.step(action)[2] or count[0] % 200 == 0:
            env.reset()

    return step


def row(what: str, make: Callable[[str], Step], steps: int) -> str:
    """Measure the steps of both engines, in turns of 20 calls, and return a row of the table."""
    at_once = MANY if make is drive_steps else 1
    makers = {engine: make(engine) for engine in ENGINES}
    times: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for _ in range(max(steps // at_once // 20, 2)):
        for engine, step in makers.items():
            for _ in range(20):
                started = time.perf_counter()
                step()
                times[engine].append(time.perf_counter() - started)
    theirs, ours = (1e3 / at_once * np.array(times[engine][20:]) for engine in ENGINES)
    median = np.median(theirs), np.median(ours)
    tails = " / ".join(f"{np.percentile(one, 99):.2f}" for one in (theirs, ours))
    ratio, factor = median[0] / median[1], 1e3 * PERIOD / median[1]
    limit = f" ({FACTORS[what]:g})" if what in FACTORS else ""
    return f"| {what} | {median[0]:.2f} | {median[1]:.2f} | {ratio:.1f} | {factor:.0f}{limit} | {tails} |"


def agreement(name: str, poses: int) -> str:
    """Return a row of the largest differences between the engines."""
    theirs, ours = (model_of(name, engine) for engine in ENGINES)
    rng, length, arm, moment = np.random.default_rng(0), 0.0, 0.0, 0.0
    for _ in range(poses):
        position = rng.uniform(theirs.low - 0.1, theirs.high + 0.1)
        if name == "human":  # about standing, so that the feet are not deep in the ground
            position = start_of(name, theirs) + rng.normal(0.0, 0.1, len(position))
        velocity, acceleration = rng.normal(0.0, 3.0, len(position)), rng.normal(0.0, 30.0, len(position))
        for model in (theirs, ours):
            model.set_pose(position, velocity)
        lengths = [
            np.array([np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in model.muscle_lines()])
            for model in (theirs, ours)
        ]
        length = max(length, float(np.abs(lengths[0] - lengths[1]).max()))
        arm = max(arm, float(np.abs(theirs.moment_arms() - ours.moment_arms()).max()))
        needed = theirs.moments_needed(acceleration)
        moment = max(moment, float(np.abs(needed - ours.moments_needed(acceleration)).max()))
    paths = [motion_of(name, model) for model in (theirs, ours)]
    away = float(np.degrees(np.abs(paths[0] - paths[1]).max()))
    passed = length < LIMITS["length"] and arm < LIMITS["arm"] and moment < LIMITS["moment"] and away < LIMITS["motion"]
    exact = [
        motion_of(name, ours, Integrator("RungeKutta4", integrator_of(name).step / 4)),
        motion_of(name, theirs, Integrator("RungeKuttaMerson", 0.0, 1e-6)),
    ]
    errors = " / ".join(f"{np.degrees(np.sqrt(np.mean(np.square(paths[1] - path)))):.2f}" for path in exact)
    verdict = "yes" if passed else "no"
    return f"| {TITLES[name]} | {length:.0e} | {1e3 * arm:.0e} | {moment:.0e} | {away:.4f} | {verdict} | {errors} |"


def motion_of(
    name: str, model: MuscleModel, integrator: Integrator | None = None, seconds: float | None = None
) -> Array:
    """Return the positions every 10 ms of a motion under excitations that change every 0.1 s, [times, coordinates].

    NaN after a step that was not sound.
    """
    rng, seconds = np.random.default_rng(1), seconds or (0.3 if name == "human" else 1.0)
    begin = DynamicState.at_rest(start_of(name, model), np.full(len(model.muscles), 0.02))
    motion, sound = model.forward_dynamics(begin, integrator or integrator_of(name)), True
    path = []
    for number in range(round(seconds / PERIOD)):
        if number % 10 == 0:
            excitation = rng.uniform(0, STRONGEST, len(model.muscles))
        sound = sound and motion.advance(excitation, np.zeros(len(model.rest)), PERIOD)
        path.append(motion.state.position if sound else np.full(len(model.rest), np.nan))
    return np.array(path)


def speed_of(model: MuscleModel, integrator: Integrator) -> float:
    """Return the real-time factor of forward dynamics: the median of steps of 10 ms, without reading back."""
    motion = model.forward_dynamics(DynamicState.at_rest(model.rest, np.full(len(model.muscles), 0.02)), integrator)
    excitation, none, times = np.full(len(model.muscles), 0.1), np.zeros(len(model.rest)), []
    for _ in range(50):
        started = time.perf_counter()
        motion.advance(excitation, none, PERIOD)
        times.append(time.perf_counter() - started)
    return PERIOD / float(np.median(times))


def implicit_rows(folder: Path) -> list[str]:
    """Return a table of explicit and linearly implicit steps of the hand with the least and with real inertia."""
    tables = share_directory() / "config" / "models" / "forearm_hand"
    light = load_engine("mujoco").model(write_model(tables, folder / "light.osim", real_inertia=True))
    rows = [
        "",
        f"Motion of {IMPLICIT_SECONDS:g} s, error relative to RungeKutta4 (steps of {1e6 * EXACT:g} us).",
        "",
        "| hand | method | step, ms | real-time factor | error, degrees RMS | greatest |",
        "|---|---|---|---|---|---|",
    ]
    for title, model in (("least inertia 4e-4 kg m2", model_of("forearm_hand", "mujoco")), ("real inertia", light)):
        exact = motion_of("forearm_hand", model, Integrator("RungeKutta4", EXACT), IMPLICIT_SECONDS)
        for method, step in (("ExplicitEuler", 1.25), *(("LinearlyImplicitEuler", step) for step in (1.25, 2.5, 5.0))):
            integrator = Integrator(method, 1e-3 * step)
            wrong = np.degrees(np.abs(motion_of("forearm_hand", model, integrator, IMPLICIT_SECONDS) - exact))
            sound = bool(np.isfinite(wrong).all())
            errors = f"{np.sqrt(np.mean(wrong**2)):.2f} | {wrong.max():.1f}" if sound else "unstable | "
            factor = f"{speed_of(model, integrator):.0f}" if sound else ""
            rows.append(f"| {title} | {method} | {step:g} | {factor} | {errors} |")
            print(rows[-1], flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000, help="steps of each engine and row")
    parser.add_argument("--poses", type=int, default=200, help="random poses of each model")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    rows = [
        f"{arguments.steps} steps of 10 ms per row and engine, {machine()}. Times are medians; the two "
        "engines run in turns. The real-time factor is that of MuJoCo.",
        "",
        "| step | OpenSim, ms | MuJoCo, ms | ratio | real-time factor (limit) | p99, ms (OpenSim / MuJoCo) |",
        "|---|---|---|---|---|---|",
    ]
    measured: list[tuple[str, Callable[[str], Step]]] = [
        (HAND_KINEMATIC, drive_steps),
        ("kinematic drive of the hand, one by one", lambda engine: drive_step(engine, "kinematic")),
        ("mechanics of the kinematic drive alone", mechanics_step),
        ("tracking drive of the hand", lambda engine: drive_step(engine, "tracking")),
        (HAND_FORWARD, lambda engine: forward_step("forearm_hand", engine)),
        ("forward dynamics of the arm", lambda engine: forward_step("arm", engine)),
        (HUMAN_FORWARD, lambda engine: forward_step("human", engine)),
        ("environment HandPose", environment_step),
    ]
    for what, make in measured:
        rows.append(row(what, make, arguments.steps))
        print(rows[-1], flush=True)
    rows += [
        "",
        f"Largest differences over {arguments.poses} random poses, and of the joint angles during motion. Limits: path "
        f"length {LIMITS['length']:g} m, moment arm {1e3 * LIMITS['arm']:g} mm, moment {LIMITS['moment']:g} N m, "
        f"motion {LIMITS['motion']:g} degrees. The error is the RMS of all joint angles with MuJoCo's fixed step, "
        "relative to RungeKutta4 with a quarter of the step, and to OpenSim's RungeKuttaMerson with accuracy 1e-6.",
        "",
        "| model | path length, m | moment arm, mm | inverse dynamics, N m | motion, degrees | within the limits | "
        "error of the step, degrees |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in MODELS:
        rows.append(agreement(name, arguments.poses))
        print(rows[-1], flush=True)
    with TemporaryDirectory() as folder:
        rows += implicit_rows(Path(folder))
    if arguments.write:
        write_section("engines.py", "\n".join(rows))


if __name__ == "__main__":
    main()
