"""The health of the graph as a table in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table

PREFIX = "emgsim: "
LEVELS = ("ok", "warning", "error", "stale")
COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "stale": "magenta"}
REPORT_TIMEOUT = 3.0  # s without a report, after which a node is shown as silent
OMITTED = ("faults", "last fault")


@dataclass(frozen=True)
class NodeReport:
    """The latest report of a node.

    Attributes:
        level: Number of its level in `LEVELS`.
        message: Message of the report.
        values: Values of the report as text, by name.
        received: Wall-clock time of its arrival, s.
    """

    level: int
    message: str
    values: Mapping[str, str]
    received: float


class GraphTable:
    """Stores the latest report of every node and draws the table."""

    def __init__(self) -> None:
        self._reports: dict[str, NodeReport] = {}

    def take(self, name: str, report: NodeReport) -> None:
        """Store the report of a node; reports of other programs are ignored."""
        if name.startswith(PREFIX):
            self._reports[name.removeprefix(PREFIX)] = report

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of the nodes that have reported."""
        return tuple(sorted(self._reports))

    def draw(self, now: float) -> Table:
        """Return the table at wall-clock time ``now`` (s)."""
        table = Table(title="emgsim", caption="no node has reported yet" if not self._reports else None, expand=True)
        table.add_column("node", no_wrap=True)
        table.add_column("state", no_wrap=True)
        table.add_column("report", ratio=1)
        for name in self.nodes:
            report = self._reports[name]
            silent = now - report.received
            level = "silent" if silent > REPORT_TIMEOUT else LEVELS[min(report.level, len(LEVELS) - 1)]
            colour = COLOURS.get(level, "red")
            state = f"[{colour}]{level}[/]" + (f" for {silent:.0f} s" if level == "silent" else "")
            table.add_row(name, state, _report_text(report))
        return table


def _report_text(report: NodeReport) -> str:
    numbers = "  ".join(f"{key} [bold]{value}[/]" for key, value in report.values.items() if key not in OMITTED)
    faults = report.values.get("faults", "0")
    text = numbers if faults == "0" else f"{numbers}  faults [bold]{faults}[/]"
    return text if report.level == 0 else f"[yellow]{report.message}[/]\n{text}"
