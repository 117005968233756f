"""ROS message classes by the name of their type."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any


@cache
def message_class(type_name: str) -> Any:
    """The Python class of a ROS message type such as ``sensor_msgs/msg/JointState``."""
    package, folder, name = type_name.split("/")
    return getattr(importlib.import_module(f"{package}.{folder}"), name)
