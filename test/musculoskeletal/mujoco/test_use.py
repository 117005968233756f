"""The MuJoCo engine where an engine is chosen by name: drives, the offline simulation, environments."""

import sys

import gymnasium
import numpy as np
import pytest

import emgsim_ros.envs  # noqa: F401 (registers the environments)
from emgsim_ros.errors import MissingExtra, UnknownPart
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import Effort, load_engine, load_model, make_drive
from emgsim_ros.offline.simulate import OfflineSimulation
from emgsim_ros.parameters import MusculoskeletalParameters
from emgsim_ros.scenario import load_scenario
from emgsim_ros.subjects.cohort import CohortPlan


def drive_with(engine, drive):
    parameters = MusculoskeletalParameters(engine=engine, drive=drive)
    return make_drive(parameters, load_model(parameters))


@pytest.mark.parametrize(("name", "tolerance"), [("kinematic", 1e-6), ("tracking", 1e-3), ("excitation", 1e-3)])
def test_every_drive_gives_the_states_of_opensim(name, tolerance):
    theirs, ours = drive_with("opensim", name), drive_with("mujoco", name)
    movement, effort = load_movement("hand_tour"), Effort(resistance=0.2, tone=0.05, speed_tone=0.01, enslaving=1.0)
    extra = np.full(43, 0.05 if name == "excitation" else 0.0)
    for _ in range(60):
        reference, state = (drive.step(movement.target(drive.next_stamp), extra, effort) for drive in (theirs, ours))
        assert np.allclose(state.position, reference.position, atol=tolerance)
        assert np.allclose(state.excitation, reference.excitation, atol=tolerance)
        assert np.allclose(state.moment, reference.moment, atol=10 * tolerance)
        assert np.allclose(state.relative_fiber_length, reference.relative_fiber_length, atol=tolerance)


def test_a_state_of_one_engine_is_restored_by_the_other():
    theirs, ours = drive_with("opensim", "tracking"), drive_with("mujoco", "tracking")
    movement, quiet, effort = load_movement("hand_tour"), np.zeros(43), Effort()
    for _ in range(20):
        theirs.step(movement.target(theirs.next_stamp), quiet, effort)
    ours.begin(20)
    ours.restore(theirs.save())
    for _ in range(10):
        reference, state = (drive.step(movement.target(drive.next_stamp), quiet, effort) for drive in (theirs, ours))
        assert np.allclose(state.position, reference.position, atol=1e-4)


def test_the_offline_simulation_takes_the_engine_of_the_parameters(tmp_path):
    config, runs = tmp_path / "config.yaml", []
    for engine in ("opensim", "mujoco"):
        config.write_text(f"musculoskeletal:\n  ros__parameters:\n    engine: {engine}\n")
        simulation = OfflineSimulation(load_scenario("leg_sim", str(config)))
        runs.append([simulation.step()[0].excitation for _ in range(5)])
    assert np.allclose(*runs, atol=1e-6)


@pytest.mark.parametrize("task", ["ArmReach", "HandPose", "Stand"])
def test_environments_take_an_engine(task):
    ends = []
    for engine in ("opensim", "mujoco"):
        env = gymnasium.make(f"emgsim/{task}-v0", engine=engine)
        env.reset(seed=3)
        for _ in range(10):
            observation, reward, *_ = env.step(np.full(env.action_space.shape, 0.1, dtype=np.float32))
        ends.append((observation, reward))
    assert np.allclose(ends[0][0], ends[1][0], atol=2e-2) and ends[0][1] == pytest.approx(ends[1][1], abs=1e-2)


def test_an_unknown_engine_is_rejected_with_the_known_ones():
    with pytest.raises(UnknownPart, match=r"environment: engine.*opensim, mujoco"):
        gymnasium.make("emgsim/ArmReach-v0", engine="mujoko")
    with pytest.raises(UnknownPart, match=r"cohort: engine.*opensim, mujoco"):
        CohortPlan(engine="mujoko")


def test_without_mujoco_the_message_names_the_package(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("emgsim_ros.musculoskeletal.mujoco")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mujoco", None)
    with pytest.raises(MissingExtra, match=r"mujoco.*pip install 'mujoco>=4,<5'"):
        load_engine("mujoco")


def test_warnings_of_mujoco_are_passed_on():
    import mujoco

    received = []
    load_engine("mujoco").forward_log(received.append)
    spec = mujoco.MjSpec()
    body = spec.worldbody.add_body()
    body.add_joint(type=mujoco.mjtJoint.mjJNT_SLIDE)
    body.add_geom(size=[0.1, 0.1, 0.1], mass=1.0)
    model = spec.compile()
    data = mujoco.MjData(model)
    data.qvel[0] = np.nan
    mujoco.mj_step(model, data)
    assert any("QVEL" in message or "Nan" in message for message in received)
