"""``emgsim monitor``: the health of the running graph in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def monitor(
    duration: Annotated[
        float, typer.Option(help="Time after which the command ends (s); 0 to end with Ctrl-C.", min=0.0)
    ] = 0.0,
) -> None:
    """Show the live state of every node: rates, latency, real-time factor, pose error and faults."""
    from ..nodes.terminal import watch  # rclpy: slow to import

    if not watch(duration):
        print("no node of the graph was found; check that the graph is running with the same ROS_DOMAIN_ID")
        raise typer.Exit(1)
