"""Processes of a graph, independent jobs on the cores of this machine or on a Ray cluster, and progress reports."""
