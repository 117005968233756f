"""Parameters of the viewer node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class ViewerParameters(GraphNodeParameters):
    """The page in the browser."""

    topics: tuple[str, ...] = parameter((), "Topics to show; empty for all topics of the scenario that can be shown.")
    port: int = parameter(9090, "Port of the page.", low=1, high=65535)
    data_port: int = parameter(9876, "Port from which the page receives its data.", low=1, high=65535)
    open_browser: bool = parameter(True, "Whether the page is opened in the browser, if there is a display.")
    memory: int = parameter(
        512,
        "Memory for data kept for pages that are opened later; the oldest data are dropped first.",
        unit="MB",
        low=16,
        high=100_000,
    )
    update_rate: float = parameter(
        10.0, "Updates of EMG map, curves and spike raster a second.", unit="Hz", low=1.0, high=64.0
    )
    channels: str = parameter("", "EMG channels shown as curves, such as '0, 40, 80'; empty: some, evenly distributed.")
    full_scale: float = parameter(
        0.0, "RMS at the upper end of the EMG map's colour scale; 0: automatic.", unit="mV", low=0.0, high=10.0
    )
    eye: str = parameter(
        "forearm", "View of the camera: the hanging forearm, or an upright model.", choices=("forearm", "upright")
    )
    lead: str = parameter("cervical", "Lead of the stimulating electrodes: a name in config/leads or a path.")
