"""The topics that the page shows, with their ROS types."""

from __future__ import annotations

VIEWED = {
    "/emg/info": "emgsim_ros/msg/EmgInfo",
    "/emg/hd": "sensor_msgs/msg/PointCloud2",
    "/emg/spikes": "emgsim_ros/msg/MotorUnitSpikes",
    "/msk/markers": "visualization_msgs/msg/MarkerArray",
    "/hand/markers": "visualization_msgs/msg/MarkerArray",
    "/joint_states": "sensor_msgs/msg/JointState",
    "/hand/joint_states": "sensor_msgs/msg/JointState",
    "/stim/electrodes": "sensor_msgs/msg/JointState",
    "/diagnostics": "diagnostic_msgs/msg/DiagnosticArray",
}
