"""emgsim_ros: a live digital twin of the forearm for ROS 2."""

__version__ = "0.1.0"
