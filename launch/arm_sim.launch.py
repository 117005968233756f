"""Launch the arm with a trained policy: ros2 launch emgsim_ros arm_sim.launch.py [record:=true] [viewer:=true]."""

from emgsim_ros.nodes.launch_description import scenario_launch_description


def generate_launch_description():
    return scenario_launch_description("arm_sim")
