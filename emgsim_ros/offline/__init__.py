"""Scenarios without ROS, faster than real time."""
