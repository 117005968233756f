"""Recordings: rosbag2 bags and HDF5 files."""

from .bag import BagWriter
from .simulation_file import SimulationFile

__all__ = ["BagWriter", "SimulationFile"]
