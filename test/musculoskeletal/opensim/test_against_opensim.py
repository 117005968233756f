"""Paths and fibres for all muscles at once, against OpenSim muscle by muscle."""

import numpy as np
import pytest

from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import MusculoskeletalModel
from emgsim_ros.musculoskeletal.opensim.joints import Joints
from emgsim_ros.musculoskeletal.opensim.preparation import read_model


@pytest.fixture(scope="module", params=["forearm_hand", "leg"])
def both(request):
    """Our view of a model, and OpenSim's: muscles, joints, state, model."""
    ours = MusculoskeletalModel(config_file(request.param, ".osim", "models"))
    model = read_model(ours.path)
    muscles = [model.getMuscles().get(i) for i in range(model.getMuscles().getSize())]
    joints = Joints(model)
    return ours, (muscles, joints, model.initSystem(), model)


def poses(model, count=30, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield rng.uniform(model.low, model.high), rng.normal(0.0, 3.0, len(model.rest))


def test_fibres_are_opensims(both):
    ours, (muscles, joints, state, model) = both
    for position, velocity in poses(ours):
        ours.set_pose(position, velocity)
        fibers = ours.fibers()
        joints.put(state, position, velocity)
        model.realizeDynamics(state)
        theirs = np.array(
            [
                (
                    m.getFiberLength(state),
                    m.getFiberVelocity(state),
                    m.getActiveForceLengthMultiplier(state) * m.getForceVelocityMultiplier(state),
                    m.getPassiveForceMultiplier(state),
                    m.getCosPennationAngle(state),
                    m.getMaxIsometricForce(),
                )
                for m in muscles
            ]
        ).T
        length, velocity_, active, passive, cosine, force = theirs
        assert np.allclose(fibers.length, length, atol=1e-9)
        assert np.allclose(fibers.velocity, velocity_, atol=1e-7)
        assert np.allclose(fibers.active_force, force * active * cosine, atol=1e-4 * force.max())
        assert np.allclose(fibers.passive_force, force * passive * cosine, atol=1e-4 * force.max())


def test_moment_arms_are_opensims(both):
    ours, (muscles, joints, state, model) = both
    for position, _ in poses(ours, 5):
        ours.set_pose(position, 0 * position)
        arms = ours.moment_arms()
        joints.put(state, position, 0 * position)
        for joint in range(len(position)):
            joints.turn(state, position, joint, 1.0)
            model.realizeVelocity(state)
            assert np.allclose(arms[joint], [-m.getLengtheningSpeed(state) for m in muscles], atol=1e-9)
            joints.turn(state, position, joint, 0.0)


def test_asking_for_moment_arms_changes_nothing(both):
    ours, _ = both
    position, velocity = next(poses(ours))
    ours.set_pose(position, velocity)
    before = (ours.moments_needed(0 * position), ours.fibers().velocity)
    ours.moment_arms()
    assert np.array_equal(ours.moments_needed(0 * position), before[0])
    assert np.array_equal(ours.fibers().velocity, before[1])
