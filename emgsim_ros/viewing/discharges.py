"""The raster of discharges, with one row per motor unit, grouped by muscle."""

from __future__ import annotations

from typing import Any

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from ..signals.simulation_time import NANOSECONDS, stamp_of
from .page import Pace, Page


class DischargesView:
    """Shows /emg/spikes as soon as /emg/info has given the number of motor units of each muscle.

    Args:
        page: Page on which the view is drawn.
        rate: Updates per second of simulation time.
    """

    def __init__(self, page: Page, rate: float) -> None:
        self._page, self._pace = page, Pace(rate)
        self._muscles: tuple[str, ...] = ()
        self._first_row = np.zeros(0, np.int64)
        self._waiting: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []

    def info(self, message: Any) -> None:
        """Read the muscles and their numbers of motor units from an EmgInfo message."""
        units = np.asarray(message.motor_units, np.int64)
        self._muscles = tuple(message.muscle_name)
        self._first_row = np.cumsum(units) - units
        for muscle in self._muscles:
            style = rr.SeriesPoints(markers="circle", marker_sizes=1.2, names=muscle)
            self._page.log_always(f"discharges/{muscle}", style)

    def block(self, message: Any) -> None:
        """Add the discharges of a MotorUnitSpikes message; those of unknown muscles are ignored."""
        stamp = stamp_of(message)
        muscle = np.asarray(message.muscle, np.int64)
        times = stamp + np.round(np.asarray(message.sample) * (NANOSECONDS / message.sample_rate)).astype(np.int64)
        self._waiting.append((times, muscle, np.asarray(message.unit, np.int64)))
        if self._muscles and self._pace.due(stamp):
            self._draw()

    def _draw(self) -> None:
        times, muscle, unit = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
        self._waiting = []
        for number, name in enumerate(self._muscles):
            here = muscle == number
            if here.any():
                rows = (self._first_row[number] + unit[here]).astype(float)
                self._page.log_series(f"discharges/{name}", times[here], rows)
