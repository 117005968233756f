"""Launch the forearm graph: ros2 launch emgsim_ros forearm_sim.launch.py [record:=true] [duration:=30] [rviz:=true]."""

from emgsim_ros.nodes.launch_description import scenario_launch_description


def generate_launch_description():
    return scenario_launch_description("forearm_sim")
