"""The policy node by itself."""

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from emgsim_ros.msg import MuscleExcitation, MuscleState
from sensor_msgs.msg import JointState

from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.policy import PolicyNetwork, PolicyShape, save_policy
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.policy import PolicyNode
from emgsim_ros.nodes.stamps import header, to_stamp
from emgsim_ros.parts import add_part, registry

JOINTS = ["shoulder_flexion", "elbow_flexion"]
MUSCLES = ["TRIlong", "TRIlat", "TRImed", "BIClong", "BICshort", "BRA"]
STEP = 10_000_000  # ns


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("policy") / "policy.safetensors"
    save_policy(path, PolicyNetwork(PolicyShape(16, 6, (8,), "tanh", False, 2.0)), "emgsim/ArmReach-v0", {})
    return path


def states(number, joints=JOINTS, muscles=MUSCLES):
    time = header(number * STEP)
    nothing = [0.0] * len(joints)
    body = JointState(header=time, name=joints, position=[0.1] * len(joints), velocity=nothing)
    return body, MuscleState(header=time, name=muscles, activation=[0.1] * len(muscles))


def test_every_state_is_answered_at_its_own_time_and_aims_count(ros, weights):
    node = ros.make(PolicyNode, checkpoint=str(weights))
    answers = ros.collect(MuscleExcitation, "/policy/excitation")
    joints, muscles = ros.publisher(JointState, "/joint_states"), ros.publisher(MuscleState, "/muscle/state")
    targets = ros.publisher(JointState, "/motion/target", qos.history(100))
    for publisher in (joints, muscles, targets):
        ros.matched(publisher)
    targets.publish(JointState(header=header(0), name=JOINTS, position=[0.2, 0.5]))
    targets.publish(JointState(header=header(5 * STEP), name=JOINTS, position=[1.0, 1.8]))
    ros.until(lambda: len(node._targets._targets) == 2)
    for number in range(8):
        body, muscle = states(number)
        joints.publish(body)
        muscles.publish(muscle)
        ros.until(lambda number=number: len(answers) == number + 1)
    assert [to_stamp(answer.header.stamp) for answer in answers] == [number * STEP for number in range(8)]
    values = np.array([answer.excitation for answer in answers])
    assert answers[0].name == MUSCLES and values.min() >= 0 and values.max() <= 1
    assert np.array_equal(values[0], values[4]) and np.array_equal(values[5], values[7])
    assert not np.array_equal(values[4], values[5])  # the second target's time has come


def test_another_model_is_a_fault_and_the_node_goes_on(ros, weights):
    ros.make(PolicyNode, checkpoint=str(weights))
    answers, reports = ros.collect(MuscleExcitation, "/policy/excitation"), ros.collect(DiagnosticArray, "/diagnostics")
    joints, muscles = ros.publisher(JointState, "/joint_states"), ros.publisher(MuscleState, "/muscle/state")
    ros.matched(joints)
    ros.matched(muscles)
    for body, muscle in (states(0, muscles=["TA"]), states(1)):
        joints.publish(body)
        muscles.publish(muscle)
    ros.until(lambda: len(answers) == 1)
    ros.until(lambda: any("those it was trained on" in s.message for report in reports for s in report.status))


class ConstantPilot:
    """A policy part with an option."""

    coordinates, muscles = tuple(JOINTS), tuple(MUSCLES)

    def __init__(self, checkpoint, level=0.5):
        self.level = level

    def check(self, coordinates, muscles):
        """Accept every model."""

    def excitation(self, position, velocity, activation, target):
        return np.full(len(MUSCLES), self.level)


def test_another_policy_is_chosen_by_name_with_its_options(ros, monkeypatch):
    monkeypatch.setattr(registry, "_added", {})
    add_part("policy", "constant", ConstantPilot)
    ros.make(PolicyNode, policy="constant", options=["policy.level=0.25"])
    answers = ros.collect(MuscleExcitation, "/policy/excitation")
    joints, muscles = ros.publisher(JointState, "/joint_states"), ros.publisher(MuscleState, "/muscle/state")
    ros.matched(joints)
    ros.matched(muscles)
    body, muscle = states(0)
    joints.publish(body)
    muscles.publish(muscle)
    ros.until(lambda: len(answers) == 1)
    assert set(answers[0].excitation) == {0.25}
    with pytest.raises(InvalidInput, match="option of the policy 'constant'"):
        ros.make(PolicyNode, policy="constant", options=["policy.speed=1"])


def test_weights_of_something_else_are_refused(ros):
    with pytest.raises(InvalidInput, match="card of a policy"):
        ros.make(PolicyNode, checkpoint="pose_ring")
