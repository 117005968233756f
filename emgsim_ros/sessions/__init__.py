"""Recordings in rosbag2 bags and HDF5 files."""

from .bag import BagWriter

__all__ = ["BagWriter"]
