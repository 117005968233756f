import time
from pathlib import Path

import numpy as np
import pytest
from emgsim_ros.msg import MuscleState
from emgsim_ros.srv import ResetModel, RestoreState, SaveState
from sensor_msgs.msg import JointState

from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import load_poses
from emgsim_ros.musculoskeletal import DriveState
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.musculoskeletal import MusculoskeletalNode


@pytest.fixture
def running(ros):
    """A musculoskeletal node under excitation 0 whose clock runs, and its joint states."""
    ros.make(MusculoskeletalNode, drive="excitation", marker_rate=0)
    joints = ros.collect(JointState, "/joint_states", qos.stream(100.0))
    ros.until(lambda: len(joints) > 3)
    return joints


def call(ros, kind, name, **request):
    client = ros.probe.create_client(kind, f"/musculoskeletal/{name}")
    ros.until(client.service_is_ready)
    answer = client.call_async(kind.Request(**request))
    ros.until(answer.done)
    return answer.result()


def angle(message, joint):
    return np.degrees(message.position[message.name.index(joint)])


def until_seen(ros, running, first, met):
    """Spin until the middle finger has met a condition in any joint state from number ``first`` on.

    The relaxed hand leaves a pose within half a second, which may pass before a service has answered.
    """
    ros.until(lambda: any(met(angle(one, "middle_pip_flexion")) for one in running[first:]))


def test_reset_puts_the_hand_into_a_named_pose_and_the_clock_goes_on(ros, running):
    before = running[-1].header.stamp
    assert call(ros, ResetModel, "reset", pose="grasp+udev").success
    ros.until(lambda: angle(running[-1], "middle_pip_flexion") > 60.0)
    assert (running[-1].header.stamp.sec, running[-1].header.stamp.nanosec) > (before.sec, before.nanosec)
    wanted = load_poses(config_file("poses", folder="movements")).angle("grasp+udev")
    assert len(wanted) == len(running[-1].name)


def test_a_seed_gives_the_same_random_pose(ros, tmp_path):
    ros.make(MusculoskeletalNode, nodes_awaited=["emg"])  # the clock waits, so nothing moves
    drawn = []
    for number, seed in enumerate((5, 5, 6)):
        path = tmp_path / f"{number}.json"
        assert call(ros, ResetModel, "reset", pose="grasp", spread=0.05, seed=seed).success
        assert call(ros, SaveState, "save_state", path=str(path)).success
        drawn.append(path.read_text())
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_state_is_kept_in_the_node_or_in_a_file(ros, running, tmp_path):
    path = str(tmp_path / "state.json")
    for _ in range(20):  # without excitation the hand opens at once: on a busy machine the state may be saved too late
        assert call(ros, ResetModel, "reset", pose="grasp").success
        assert call(ros, SaveState, "save_state", path=path).success
        saved = DriveState.load(Path(path))
        if np.degrees(saved.dynamics.position[saved.coordinates.index("middle_pip_flexion")]) > 60.0:
            break
    for where in ("", path):
        before = len(running)
        assert call(ros, ResetModel, "reset", pose="open").success
        until_seen(ros, running, before, lambda flexion: flexion < 40.0)
        before = len(running)
        assert call(ros, RestoreState, "restore_state", path=where).success
        until_seen(ros, running, before, lambda flexion: flexion > 55.0)


@pytest.mark.parametrize(
    ("kind", "name", "request_fields", "named"),
    [
        (ResetModel, "reset", {"pose": "handstand"}, "handstand"),
        (ResetModel, "reset", {"spread": -1.0}, "spread"),
        (ResetModel, "reset", {"spread": float("nan")}, "spread"),
        (ResetModel, "reset", {"seed": -3}, "seed"),
        (RestoreState, "restore_state", {"path": "/nowhere/state.json"}, "state.json"),
        (RestoreState, "restore_state", {}, "no state was saved"),
        (SaveState, "save_state", {"path": "/nowhere/state.json"}, "state.json"),
    ],
)
def test_bad_requests_are_answered_and_the_node_goes_on(ros, running, kind, name, request_fields, named):
    answer = call(ros, kind, name, **request_fields)
    assert not answer.success and named in answer.message
    count = len(running)
    ros.until(lambda: len(running) > count + 3)


def test_before_the_clock_runs_there_is_nothing_to_save(ros):
    ros.make(MusculoskeletalNode, nodes_awaited=["emg"])
    answer = call(ros, SaveState, "save_state")
    assert not answer.success and "first step" in answer.message


def test_a_reset_before_the_start_is_where_the_clock_starts(ros):
    node = ros.make(MusculoskeletalNode, drive="excitation", links_awaited=["/muscle/state"], marker_rate=0)
    assert call(ros, ResetModel, "reset", pose="grasp").success
    joints = ros.collect(JointState, "/joint_states", qos.stream(100.0))
    ros.collect(MuscleState, "/muscle/state", qos.stream(100.0))
    time.sleep(0.1)
    ros.until(lambda: joints)
    assert angle(joints[0], "middle_pip_flexion") > 75.0
    assert node.simulation_stamp() >= 0
