"""The forearm with a grip signal: ros2 launch emg_grip grip_sim.launch.py [record:=true] [duration:=30]."""

from emgsim_ros.nodes.launch_description import scenario_launch_description


def generate_launch_description():
    return scenario_launch_description("grip_sim")
