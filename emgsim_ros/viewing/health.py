"""The health of the graph on the page: a table of the nodes, and curves of the monitor's values."""

from __future__ import annotations

from typing import Any

import rerun as rr

from ..monitoring.terminal_table import LEVELS, PREFIX
from ..signals.simulation_time import stamp_of
from .page import Page

CURVES = {  # values of the monitor and names of their curves
    "latency p99 (ms)": "latency_emg",
    "pose latency p99 (ms)": "latency_pose",
    "pose error (degrees)": "pose_error",
}


class HealthView:
    """Shows /diagnostics.

    Args:
        page: Page on which the view is drawn.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rows: dict[str, tuple[str, str]] = {}
        for key, name in CURVES.items():
            page.log_always(f"health/{name}", rr.SeriesLines(names=key, widths=2.0))

    def take(self, message: Any) -> None:
        """Show a DiagnosticArray message; reports of other programs are ignored."""
        stamp = stamp_of(message)
        for status in message.status:
            if not status.name.startswith(PREFIX):
                continue
            number = status.level[0] if isinstance(status.level, bytes) else int(status.level)
            level = LEVELS[min(number, len(LEVELS) - 1)]
            self._rows[status.name.removeprefix(PREFIX)] = (level, status.message)
            for value in status.values:
                if value.key in CURVES and value.value != "nan":
                    self._page.log(f"health/{CURVES[value.key]}", stamp, rr.Scalars(float(value.value)))
        rows = [f"| {node} | {level} | {text} |" for node, (level, text) in sorted(self._rows.items())]
        table = "\n".join(["| node | state | message |", "|---|---|---|", *rows])
        self._page.log("nodes", stamp, rr.TextDocument(table, media_type=rr.MediaType.MARKDOWN))
