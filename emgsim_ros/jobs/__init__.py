"""Processes: the nodes of a graph, and independent jobs on the cores of this machine or on a Ray cluster."""
