"""The stimulating electrodes on the page: the lead's contacts, coloured by their current."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import rerun as rr

from ..simulation_time import stamp_of
from ..stimulation.lead import PaddleLead
from .page import Page

MAP = matplotlib.colormaps["coolwarm"]


class StimulationView:
    """Shows /stim/electrodes; cathodes blue, anodes red.

    Args:
        page: Where.
        lead: On which the contacts lie.
    """

    def __init__(self, page: Page, lead: PaddleLead) -> None:
        self._page, self._limit = page, lead.limits.current
        self._places = lead.contacts * (1.0, -1.0)  # rostral is up
        self._halves = np.broadcast_to(np.array(lead.contact_size) / 2, self._places.shape)

    def take(self, message: Any) -> None:
        """The currents (mA) of one instant; other leads' are left out."""
        stamp = stamp_of(message)
        current = np.asarray(message.effort, float)[: len(self._places)]
        if len(current) < len(self._places):
            return
        shades = MAP(0.5 + 0.5 * current / self._limit, bytes=True)[:, :3]
        labels = [f"{number}: {value:+.1f} mA" if value else f"{number}" for number, value in enumerate(current)]
        contacts = rr.Boxes2D(
            centers=self._places, half_sizes=self._halves, colors=shades, labels=labels, show_labels=True, radii=0.15
        )
        self._page.log("lead/contacts", stamp, contacts)
