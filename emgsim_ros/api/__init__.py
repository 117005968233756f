"""The functions that ``import emgsim_ros as es`` offers: arrays in, arrays out, without ROS.

Each module wraps the classes that the graph itself uses, so for a seed the numbers are those of the live graph.
"""
