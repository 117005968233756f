"""``emgsim monitor``: the running graph's health in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def monitor(
    duration: Annotated[float, typer.Option(help="End after this time (s); 0: on Ctrl-C.", min=0.0)] = 0.0,
) -> None:
    """Show every node of the running graph, live: rates, latency, real-time factor, pose error, faults."""
    from ..nodes.terminal import watch  # rclpy: slow to import

    if not watch(duration):
        print("no node of the graph was heard; is it running, with the same ROS_DOMAIN_ID?")
        raise typer.Exit(1)
