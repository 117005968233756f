"""Parameters of the viewer node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class ViewerParameters(GraphNodeParameters):
    """The page in the browser."""

    topics: tuple[str, ...] = parameter((), "Topics to show; empty for all of the scenario's that can be shown.")
    port: int = parameter(9090, "Port of the page.", low=1, high=65535)
    data_port: int = parameter(9876, "Port from which the page fetches what it shows.", low=1, high=65535)
    open_browser: bool = parameter(True, "Whether the page is opened in the browser, where there is a screen.")
    memory: int = parameter(
        512, "Kept for pages that are opened later; the oldest is dropped first.", unit="MB", low=16, high=100_000
    )
    update_rate: float = parameter(
        10.0, "Updates of EMG map, curves and spike raster a second.", unit="Hz", low=1.0, high=64.0
    )
    channels: str = parameter("", "EMG channels shown as curves, such as '0, 40, 80'; empty: some, evenly spread.")
    full_scale: float = parameter(
        0.0, "Strength at the upper end of the EMG map's colours; 0: by itself.", unit="mV", low=0.0, high=10.0
    )
    eye: str = parameter(
        "forearm", "What is looked at: the hanging forearm, or a model that stands.", choices=("forearm", "upright")
    )
    lead: str = parameter("cervical", "Lead of the stimulating electrodes: a name in config/leads or a path.")
