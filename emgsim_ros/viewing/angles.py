"""Joint angles on the page, true and estimated."""

from __future__ import annotations

from typing import Any

import numpy as np
import rerun as rr

from ..signals.simulation_time import stamp_of
from .page import Pace, Page

JOINTS = ("thumb_mcp_flexion", "index_mcp_flexion", "middle_pip_flexion", "little_pip_flexion", "wrist_flexion")
OTHER_JOINTS = 6  # number of joints shown of a model that has none of these
COLOURS = ((230, 90, 70), (240, 170, 50), (90, 180, 90), (80, 150, 230), (170, 110, 220), (70, 70, 70))
WIDTHS = {"true": 1.0, "estimate": 2.5}


class AnglesView:
    """Shows a JointState as curves in degrees.

    Args:
        page: Page on which the view is drawn.
        rate: Points per second of simulation time.
        kind: ``true`` or ``estimate``; part of the names of the curves.
    """

    def __init__(self, page: Page, rate: float, kind: str) -> None:
        self._page, self._pace, self._kind = page, Pace(rate), kind
        self._columns: dict[str, int] = {}

    def take(self, message: Any) -> None:
        """Add the angles of a JointState (rad) to the curves."""
        stamp = stamp_of(message)
        if not self._columns:
            self._choose(list(message.name))
        if self._pace.due(stamp):
            for name, column in self._columns.items():
                self._page.log(f"angles/{name}/{self._kind}", stamp, rr.Scalars(np.degrees(message.position[column])))

    def _choose(self, names: list[str]) -> None:
        shown = [name for name in JOINTS if name in names] or names[:OTHER_JOINTS]
        self._columns = {name: names.index(name) for name in shown}
        for number, name in enumerate(shown):
            style = rr.SeriesLines(
                names=f"{name} ({self._kind})", colors=COLOURS[number % len(COLOURS)], widths=WIDTHS[self._kind]
            )
            self._page.log_always(f"angles/{name}/{self._kind}", style)
