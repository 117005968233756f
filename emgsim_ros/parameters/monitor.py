"""Parameters of the monitor node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class MonitorParameters(GraphNodeParameters):
    """Period of the reports and limits of a healthy graph."""

    period: float = parameter(1.0, "Time between reports on /diagnostics.", unit="s", low=0.1, high=60.0)
    slowest_real_time_factor: float = parameter(
        0.98, "Real-time factor below which a warning is given.", low=0.0, high=100.0
    )
    longest_latency: float = parameter(
        30.0, "Latency from muscle state to EMG block above which a warning is given.", unit="ms", low=0.1, high=1e4
    )
    longest_pose_latency: float = parameter(
        60.0, "Latency from muscle state to pose estimate above which a warning is given.", unit="ms", low=0.1, high=1e4
    )
