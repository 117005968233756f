"""The MuJoCo engine against the OpenSim engine: the same file, the same state, the same numbers."""

import numpy as np
import pytest
from model_of_all_joints import build

from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import DynamicState, Integrator, load_engine

MODELS = ["forearm_hand", "arm", "leg", "human", "all_joints"]
STEP = {"human": 0.0005, "all_joints": 0.0005}  # s; others have the default


@pytest.fixture(scope="module", params=MODELS)
def both(request, tmp_path_factory):
    """A model by name, in OpenSim and in MuJoCo."""
    if request.param == "all_joints":
        path = tmp_path_factory.mktemp("models") / "all_joints.osim"
        build().printToXML(str(path))
    else:
        path = config_file(request.param, ".osim", "models")
    return request.param, load_engine("opensim").model(path), load_engine("mujoco").model(path)


def poses(name, model, count=15, seed=0):
    """Yield poses within and somewhat beyond the ranges, velocities and accelerations."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        position = rng.uniform(model.low - 0.2, model.high + 0.2)
        if name == "human":  # the feet at different depths in the ground, and above it
            position[: len(position)] = start(name, model) + rng.normal(0.0, 0.05, len(position))
        yield position, rng.normal(0.0, 3.0, len(position)), rng.normal(0.0, 30.0, len(position))


def start(name, model):
    position = model.rest.copy()
    if name == "human":
        position[model.coordinates.index("pelvis_height")] = 0.93
    return position


def test_names_and_ranges_are_the_same(both):
    _, theirs, ours = both
    assert ours.coordinates == theirs.coordinates and ours.muscles == theirs.muscles
    for quantity in ("low", "high", "rest"):
        assert np.array_equal(getattr(ours, quantity), getattr(theirs, quantity))
    assert np.allclose(ours.reference_fiber_length, theirs.reference_fiber_length, atol=1e-9)
    assert ours.mass == pytest.approx(theirs.mass, abs=1e-9)


def test_geometry_is_the_same_in_random_poses(both):
    name, theirs, ours = both
    for position, velocity, _ in poses(name, ours):
        for model in (theirs, ours):
            model.set_pose(position, velocity)
        assert np.allclose(ours.moment_arms(), theirs.moment_arms(), atol=1e-9)
        assert np.allclose(ours.bone_lines(), theirs.bone_lines(), atol=1e-9)
        for line, reference in zip(ours.muscle_lines(), theirs.muscle_lines(), strict=True):
            assert np.allclose(line, reference, atol=1e-9)
        assert np.allclose(ours.mass_centre(), theirs.mass_centre(), atol=1e-8)


def test_fibres_are_the_same_in_random_poses(both):
    name, theirs, ours = both
    for position, velocity, _ in poses(name, ours):
        for model in (theirs, ours):
            model.set_pose(position, velocity)
        mine, reference = ours.fibers(), theirs.fibers()
        assert np.allclose(mine.length, reference.length, atol=1e-9)
        assert np.allclose(mine.velocity, reference.velocity, atol=1e-7)
        assert np.allclose(mine.active_force, reference.active_force, atol=1e-5)
        assert np.allclose(mine.passive_force, reference.passive_force, atol=1e-5)


def test_moments_and_ground_forces_are_the_same_in_random_states(both):
    name, theirs, ours = both
    pressed = 0.0
    for position, velocity, acceleration in poses(name, ours):
        for model in (theirs, ours):
            model.set_pose(position, velocity)
        forces = theirs.ground_forces()
        pressed = max(pressed, np.abs(forces).max(initial=0.0))
        assert np.allclose(ours.ground_forces(), forces, rtol=1e-8, atol=1e-6)
        moments = theirs.moments_needed(acceleration)
        assert np.allclose(ours.moments_needed(acceleration), moments, rtol=1e-8, atol=1e-6)
    assert pressed > 10.0 or name not in ("human", "all_joints")


def motion(name, model, seconds=1.0, integrator=None):
    """Return the positions every 10 ms under excitations that change every 100 ms, and the motion."""
    at_rest = DynamicState.at_rest(start(name, model), np.full(len(model.muscles), 0.02))
    moving = model.forward_dynamics(at_rest, integrator or Integrator(step=STEP.get(name, 0.00125)))
    rng, path = np.random.default_rng(1), []
    for number in range(round(100 * seconds)):
        if number % 10 == 0:
            excitation = rng.uniform(0.0, 0.3, len(model.muscles))
            moment = rng.normal(0.0, 0.05, len(model.rest))
        assert moving.advance(excitation, moment, 0.01)
        path.append(moving.state.position)
    return np.array(path), moving


def test_motion_under_excitations_is_the_same(both):
    name, theirs, ours = both
    # The contact of the stiff human with the ground amplifies the smallest difference, so its motion is shorter.
    seconds = 0.2 if name == "human" else 1.0
    (reference, their_motion), (path, our_motion) = (motion(name, model, seconds) for model in (theirs, ours))
    assert np.ptp(reference, axis=0).max() > np.radians(4.0 if name == "all_joints" else 10.0)
    assert np.degrees(np.abs(path - reference).max()) < (0.5 if name == "human" else 0.1)
    assert np.allclose(our_motion.state.activation, their_motion.state.activation, atol=1e-9)
    assert our_motion.energy() == pytest.approx(their_motion.energy(), rel=2e-3, abs=1e-3)
    assert np.allclose(our_motion.mass_centre(), their_motion.mass_centre(), atol=0.01)
