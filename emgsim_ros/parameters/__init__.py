"""The parameters of every node, each declared once, and the checks of their values."""

from .declaration import Declaration, Description, check, declarations, from_mapping, parameter
from .emg import EmgParameters
from .graph_node import ClockNodeParameters, GraphNodeParameters
from .monitor import MonitorParameters
from .motion import MotionParameters
from .musculoskeletal import SCALED_BY_EFFORT, MusculoskeletalParameters
from .policy import PolicyParameters
from .pose import PoseParameters
from .recorder import RecorderParameters
from .replay import ReplayParameters
from .stimulation import StimulationParameters
from .viewer import ViewerParameters

__all__ = [
    "SCALED_BY_EFFORT",
    "ClockNodeParameters",
    "Declaration",
    "Description",
    "EmgParameters",
    "GraphNodeParameters",
    "MonitorParameters",
    "MotionParameters",
    "MusculoskeletalParameters",
    "PolicyParameters",
    "PoseParameters",
    "RecorderParameters",
    "ReplayParameters",
    "StimulationParameters",
    "ViewerParameters",
    "check",
    "declarations",
    "from_mapping",
    "parameter",
]
