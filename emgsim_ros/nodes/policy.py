"""The policy node: a controller excites the muscles."""

from __future__ import annotations

import time
from typing import Any

import torch
from sensor_msgs.msg import JointState

from emgsim_ros.msg import MuscleExcitation, MuscleState

from ..errors import InvalidInput
from ..learning.pilot import Pilot
from ..musculoskeletal import TargetBuffer
from ..parameters import PolicyParameters
from ..parts import build_part
from ..signals import topics
from ..signals.simulation_time import to_seconds
from . import qos
from .graph_node import GraphNode, run
from .motion_messages import TargetReader
from .named_arrays import NamedArrays
from .reading import ArrayReader, Reading
from .stamps import stamp_of_serialised


class PolicyNode(GraphNode):
    """Subscribes to /joint_states, /muscle/state and /motion/target (the goal); publishes /policy/excitation."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__("policy", PolicyParameters, **arguments)
        torch.set_num_threads(1)  # a policy is too small to share among cores
        chosen = self.parameters
        self._pilot: Pilot = build_part("policy", chosen.policy, chosen.checkpoint, options=chosen.options)
        self._messages = NamedArrays(MuscleExcitation, self._pilot.muscles, ("excitation",))
        self._targets, self._target_reader = TargetBuffer(), TargetReader()
        self._joint_reader = ArrayReader(JointState, "position", "velocity")
        self._muscle_reader = ArrayReader(MuscleState, "activation")
        self._joints: Reading | None = None
        self._stamp, self._made, self._slowest = 0, 0, 0.0
        self._excitations = self.publisher(topics.POLICY_EXCITATION, qos.stream(100.0))
        self.subscribe(topics.MOTION_TARGET, self._on_target, qos.history(2000), raw=True)
        self.subscribe(topics.JOINT_STATES, self._on_joints, qos.stream(100.0), raw=True)
        self.subscribe(topics.MUSCLE_STATE, self._on_muscles, qos.stream(100.0), raw=True)

    def simulation_stamp(self) -> int:
        """Return the stamp of the latest joint state, ns."""
        return self._stamp

    def health(self) -> dict[str, Any]:
        """Return the values for /diagnostics; the slowest answer is that since the previous call."""
        slowest, self._slowest = self._slowest, 0.0
        return {
            "simulation time (s)": to_seconds(self._stamp),
            "policy": self.parameters.checkpoint,
            "answers": self._made,
            "slowest answer (ms)": 1e3 * slowest,
        }

    def _on_target(self, message: bytes) -> None:
        try:
            target = self._target_reader.read(message)
            unknown = set(target.coordinates) - set(self._pilot.coordinates)
            if unknown:
                expected = "one of " + ", ".join(self._pilot.coordinates)
                raise InvalidInput("/motion/target: joint", sorted(unknown)[0], expected)
        except InvalidInput as error:
            self.fault(error)
            return
        self._targets.add(target)

    def _on_joints(self, message: bytes) -> None:
        self._joints = self._joint_reader.read(message)
        self._stamp = max(self._stamp, self._joints.stamp)

    def _on_muscles(self, message: bytes) -> None:
        joints, stamp = self._joints, stamp_of_serialised(message)
        if joints is None or joints.stamp != stamp:  # the joint state of this stamp has not come
            return
        started = time.perf_counter()
        muscles = self._muscle_reader.read(message)
        target = self._targets.at(stamp)
        aim = dict(zip(target.coordinates, target.position, strict=True)) if target is not None else {}
        try:
            self._pilot.check(joints.same.name, muscles.same.name)
            position, velocity = joints.arrays
            excitation = self._pilot.excitation(position.copy(), velocity.copy(), muscles.arrays[0].copy(), aim)
        except InvalidInput as error:
            self.fault(error)
            return
        self._excitations.publish(self._messages.serialised(stamp, excitation))
        self._made += 1
        self._slowest = max(self._slowest, time.perf_counter() - started)


def main() -> int:
    """Entry point of the node."""
    return run(PolicyNode)


if __name__ == "__main__":
    raise SystemExit(main())
