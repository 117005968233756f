"""The topics of the graph, each declared once, with its ROS type, under the node that publishes it.

Names are given as the nodes use them, before remapping. A node of another package declares its own topics with `Topic`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A topic.

    Attributes:
        name: Name before remapping, such as ``/emg/hd``.
        type_name: ROS type, such as ``sensor_msgs/msg/PointCloud2``.
    """

    name: str
    type_name: str


JOINT_STATE = "sensor_msgs/msg/JointState"
MARKER_ARRAY = "visualization_msgs/msg/MarkerArray"
EXCITATION = "emgsim_ros/msg/MuscleExcitation"

# every node
DIAGNOSTICS = Topic("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray")
GRAPH_READY = Topic("/graph/ready", "std_msgs/msg/String")
# the user
STIMULATION_COMMAND = Topic("/stim/command", "emgsim_ros/msg/StimulationCommand")
# motion
MOTION_TARGET = Topic("/motion/target", JOINT_STATE)
# musculoskeletal
CLOCK = Topic("/clock", "rosgraph_msgs/msg/Clock")
JOINT_STATES = Topic("/joint_states", JOINT_STATE)
MUSCLE_STATE = Topic("/muscle/state", "emgsim_ros/msg/MuscleState")
MODEL_MARKERS = Topic("/msk/markers", MARKER_ARRAY)
# emg
EMG_HD = Topic("/emg/hd", "sensor_msgs/msg/PointCloud2")
EMG_INFO = Topic("/emg/info", "emgsim_ros/msg/EmgInfo")
EMG_SPIKES = Topic("/emg/spikes", "emgsim_ros/msg/MotorUnitSpikes")
# pose
HAND_JOINT_STATES = Topic("/hand/joint_states", JOINT_STATE)
HAND_MARKERS = Topic("/hand/markers", MARKER_ARRAY)
# stimulation
STIMULATION_EXCITATION = Topic("/stim/excitation", EXCITATION)
STIMULATION_ELECTRODES = Topic("/stim/electrodes", JOINT_STATE)
# policy
POLICY_EXCITATION = Topic("/policy/excitation", EXCITATION)

VIEWED = (  # the topics that the viewer can show
    EMG_INFO,
    EMG_HD,
    EMG_SPIKES,
    MODEL_MARKERS,
    HAND_MARKERS,
    JOINT_STATES,
    HAND_JOINT_STATES,
    STIMULATION_ELECTRODES,
    DIAGNOSTICS,
)
