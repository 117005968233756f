"""Parameters of the recorder node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class RecorderParameters(GraphNodeParameters):
    """What is recorded, and where to."""

    bag: str = parameter("", "Folder of the bag, new; empty for bags/<date and time>.")
    topics: tuple[str, ...] = parameter((), "Topics to record; empty for every topic of the scenario.")
    compression: str = parameter("zstd", "Compression of the bag's chunks.", choices=("zstd", "none"))
    flush_interval: float = parameter(
        0.5, "Longest stretch of messages that is lost if the recorder is killed.", unit="s", low=0.05, high=1.0
    )
    max_file_size: float = parameter(
        0.0, "Size after which the bag continues in a new file; 0: never.", unit="MB", low=0.0, high=1e7
    )
    max_file_duration: float = parameter(
        0.0, "Time after which the bag continues in a new file; 0: never.", unit="s", low=0.0, high=1e7
    )
