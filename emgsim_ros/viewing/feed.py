"""What comes on the graph's topics, shown on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from ..files.resources import config_file
from ..stimulation.lead import load_lead
from .angles import AnglesView
from .discharges import DischargesView
from .electrodes import ElectrodesView
from .health import HealthView
from .page import Page
from .shapes import ShapesView
from .stimulation import StimulationView

ANGLE_RATE = 25.0  # Hz


@dataclass(frozen=True)
class FeedSettings:
    """What is shown how.

    Attributes:
        rate: Updates a second of simulation time of EMG map, curves and raster.
        channels: Of the EMG, as curves; empty: some, evenly spread.
        full_scale: mV at the upper end of the map's colours; 0: by itself.
        lead: A name in config/leads or the path of such a file: on which the stimulating contacts lie.
    """

    rate: float = 10.0
    channels: tuple[int, ...] = ()
    full_scale: float = 0.0
    lead: str = "cervical"


class Feed:
    """Takes messages, from rclpy or from a bag, to a page.

    Args:
        page: Where they are shown.
        settings: How.
    """

    def __init__(self, page: Page, settings: FeedSettings) -> None:
        electrodes = ElectrodesView(page, settings.rate, settings.channels, settings.full_scale)
        discharges = DischargesView(page, settings.rate)
        stimulation = StimulationView(page, load_lead(config_file(settings.lead, folder="leads")))
        self._takers: dict[str, tuple[Callable[[Any], None], ...]] = {
            "/emg/info": (electrodes.info, discharges.info),
            "/emg/hd": (electrodes.block,),
            "/emg/spikes": (discharges.block,),
            "/msk/markers": (ShapesView(page, "arm").take,),
            "/hand/markers": (ShapesView(page, "arm/hand").take,),
            "/joint_states": (AnglesView(page, ANGLE_RATE, "true").take,),
            "/hand/joint_states": (AnglesView(page, ANGLE_RATE, "estimate").take,),
            "/stim/electrodes": (stimulation.take,),
            "/diagnostics": (HealthView(page).take,),
        }

    def take(self, topic: str, message: Any) -> None:
        """Show a message.

        Raises:
            InvalidInput: It does not fit what was said before; the page stays as it is.
        """
        for taker in self._takers[topic]:
            taker(message)


def channel_numbers(text: str) -> tuple[int, ...]:
    """Channels from a text such as '0, 40, 80'.

    Raises:
        InvalidInput: Something else stands there.
    """
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError:
        raise InvalidInput("viewer: channels", text, "whole numbers with commas between") from None
