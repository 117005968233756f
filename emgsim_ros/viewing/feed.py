"""The messages of the graph's topics, shown on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from ..files.resources import config_file
from ..signals.topics import (
    DIAGNOSTICS,
    EMG_HD,
    EMG_INFO,
    EMG_SPIKES,
    HAND_JOINT_STATES,
    HAND_MARKERS,
    JOINT_STATES,
    MODEL_MARKERS,
    STIMULATION_ELECTRODES,
)
from ..stimulation.lead import load_lead
from .angles import AnglesView
from .discharges import DischargesView
from .electrodes import ElectrodesView
from .health import HealthView
from .page import Page
from .shapes import ShapesView
from .stimulation import StimulationView

ANGLE_RATE = 25.0  # Hz; points per second of the angle curves


@dataclass(frozen=True)
class FeedSettings:
    """Settings of the display.

    Attributes:
        rate: Updates of EMG map, curves and raster per second of simulation time.
        channels: EMG channels that are shown as curves; empty for some channels at equal distances.
        full_scale: Amplitude at the upper end of the colour map, mV; 0 for automatic scaling.
        lead: Lead with the stimulation contacts: a name in config/leads or the path of a file.
    """

    rate: float = 10.0
    channels: tuple[int, ...] = ()
    full_scale: float = 0.0
    lead: str = "cervical"


class Feed:
    """Passes messages, from rclpy or from a bag, to the views of a page.

    Args:
        page: The page.
        settings: Settings of the display.
    """

    def __init__(self, page: Page, settings: FeedSettings) -> None:
        electrodes = ElectrodesView(page, settings.rate, settings.channels, settings.full_scale)
        discharges = DischargesView(page, settings.rate)
        stimulation = StimulationView(page, load_lead(config_file(settings.lead, folder="leads")))
        self._receivers: dict[str, tuple[Callable[[Any], None], ...]] = {
            EMG_INFO.name: (electrodes.info, discharges.info),
            EMG_HD.name: (electrodes.block,),
            EMG_SPIKES.name: (discharges.block,),
            MODEL_MARKERS.name: (ShapesView(page, "arm").take,),
            HAND_MARKERS.name: (ShapesView(page, "arm/hand").take,),
            JOINT_STATES.name: (AnglesView(page, ANGLE_RATE, "true").take,),
            HAND_JOINT_STATES.name: (AnglesView(page, ANGLE_RATE, "estimate").take,),
            STIMULATION_ELECTRODES.name: (stimulation.take,),
            DIAGNOSTICS.name: (HealthView(page).take,),
        }

    def take(self, topic: str, message: Any) -> None:
        """Show a message.

        Raises:
            InvalidInput: The message is inconsistent with an earlier one; the page does not change.
        """
        for receive in self._receivers[topic]:
            receive(message)


def channel_numbers(text: str) -> tuple[int, ...]:
    """Return the channels in a text such as '0, 40, 80'.

    Raises:
        InvalidInput: The text contains something other than whole numbers.
    """
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError:
        raise InvalidInput("viewer: channels", text, "whole numbers separated by commas") from None
