"""The nodes of this package."""

from __future__ import annotations

from typing import Any

from ..parameters import (
    EmgParameters,
    GraphNodeParameters,
    MonitorParameters,
    MotionParameters,
    MusculoskeletalParameters,
    PolicyParameters,
    PoseParameters,
    RecorderParameters,
    ReplayParameters,
    StimulationParameters,
    ViewerParameters,
)
from ..signals import topics
from .node_kind import EVERY_TOPIC, NodeKind, Requirement

TORCH = Requirement("torch", "torch")
OPENSIM = Requirement("opensim", "opensim", "opensim==4.6")
MUJOCO = Requirement("mujoco", "mujoco", "mujoco>=4,<5")
GYMNASIUM = Requirement("gymnasium", "gymnasium")
BAGS = (Requirement("mcap", "mcap"), Requirement("rosbags", "rosbags"))
RERUN = Requirement("rerun", "rerun-sdk", "emgsim-ros[view]")


def _kind(name: str, parameters: type[GraphNodeParameters], **attributes: Any) -> NodeKind:
    return NodeKind(name, parameters, module=f"emgsim_ros.nodes.{name}", **attributes)


MOTION = _kind("motion", MotionParameters, reads=(topics.CLOCK,), writes=(topics.MOTION_TARGET,), simulates=True)
STIMULATION = _kind(
    "stimulation",
    StimulationParameters,
    reads=(topics.STIMULATION_COMMAND, topics.CLOCK),
    writes=(topics.STIMULATION_EXCITATION, topics.STIMULATION_ELECTRODES),
    simulates=True,
    requires=(TORCH,),
)
MUSCULOSKELETAL = _kind(
    "musculoskeletal",
    MusculoskeletalParameters,
    reads=(topics.MOTION_TARGET, topics.MOTION_TARGET),
    writes=(topics.JOINT_STATES, topics.MUSCLE_STATE, topics.MODEL_MARKERS, topics.CLOCK),
    reads_by="excitation_topics",
    simulates=True,
    requires=(OPENSIM,),
    requires_for=(("engine", "mujoco", MUJOCO),),
)
EMG = _kind(
    "emg",
    EmgParameters,
    reads=(topics.MUSCLE_STATE,),
    writes=(topics.EMG_HD, topics.EMG_INFO, topics.EMG_SPIKES),
    simulates=True,
    requires=(TORCH,),
)
POSE = _kind(
    "pose",
    PoseParameters,
    reads=(topics.EMG_HD, topics.EMG_INFO, topics.JOINT_STATES),
    writes=(topics.HAND_JOINT_STATES, topics.HAND_MARKERS),
    requires=(TORCH,),
)
POLICY = _kind(
    "policy",
    PolicyParameters,
    reads=(topics.MOTION_TARGET, topics.JOINT_STATES, topics.MUSCLE_STATE),
    writes=(topics.POLICY_EXCITATION,),
    simulates=True,
    requires=(TORCH, OPENSIM, GYMNASIUM),
)
MONITOR = _kind(
    "monitor",
    MonitorParameters,
    reads=(topics.MUSCLE_STATE, topics.EMG_HD, topics.EMG_INFO, topics.JOINT_STATES, topics.HAND_JOINT_STATES),
    writes=(topics.DIAGNOSTICS,),
)
RECORDER = _kind("recorder", RecorderParameters, reads_by="topics", collects=(EVERY_TOPIC,), requires=BAGS)
VIEWER = _kind(
    "viewer",
    ViewerParameters,
    reads_by="topics",
    collects=tuple(topic.name for topic in topics.VIEWED),
    requires=(RERUN,),
)
REPLAY = _kind("replay", ReplayParameters, requires=BAGS)
