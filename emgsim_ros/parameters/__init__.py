"""The parameters of every node, each declared once, and the machinery that checks them."""

from .declaration import Declaration, Description, check, declarations, from_mapping, parameter
from .emg import EmgParameters
from .graph_node import GraphNodeParameters
from .monitor import MonitorParameters
from .motion import MotionParameters
from .musculoskeletal import MusculoskeletalParameters
from .pose import PoseParameters
from .recorder import RecorderParameters
from .stimulation import StimulationParameters

__all__ = [
    "Declaration",
    "Description",
    "EmgParameters",
    "GraphNodeParameters",
    "MonitorParameters",
    "MotionParameters",
    "MusculoskeletalParameters",
    "PoseParameters",
    "RecorderParameters",
    "StimulationParameters",
    "check",
    "declarations",
    "from_mapping",
    "parameter",
]
