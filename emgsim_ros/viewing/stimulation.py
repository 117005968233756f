"""The stimulation contacts of the lead on the page, coloured by their current."""

from __future__ import annotations

from typing import Any

import numpy as np
import rerun as rr

from ..signals.simulation_time import stamp_of
from ..stimulation.lead import PaddleLead
from .page import Page

INACTIVE, CATHODE, ANODE = (np.array(colour) for colour in ((175, 175, 175), (30, 70, 230), (225, 30, 30)))


class StimulationView:
    """Shows /stim/electrodes, with cathodes in blue and anodes in red.

    Args:
        page: Page on which the view is drawn.
        lead: Lead with the contacts.
    """

    def __init__(self, page: Page, lead: PaddleLead) -> None:
        self._page, self._limit = page, lead.limits.current
        self._places = lead.contacts * (1.0, -1.0)  # rostral is up
        self._radius = max(lead.contact_size) / 3

    def take(self, message: Any) -> None:
        """Show the currents (mA) of a JointState message; messages with fewer contacts than the lead are ignored."""
        stamp = stamp_of(message)
        current = np.asarray(message.effort, float)[: len(self._places)]
        if len(current) < len(self._places):
            return
        share = np.clip(np.abs(current) / self._limit, 0.0, 1.0)[:, None] ** 0.5
        shades = (1 - share) * INACTIVE + share * np.where(current[:, None] < 0, CATHODE, ANODE)
        contacts = rr.Points2D(self._places, colors=shades.astype(np.uint8), radii=self._radius)
        self._page.log("lead/contacts", stamp, contacts)
        active = np.flatnonzero(current)
        labels = [f"{number}: {current[number]:+.1f} mA" for number in active]
        self._page.log("lead/currents", stamp, rr.Points2D(self._places[active], labels=labels, radii=0.1))
