"""The page itself: where what is logged goes."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..signals.simulation_time import NANOSECONDS

try:
    import rerun as rr
except ImportError:  # an extra of the package
    raise InvalidInput("package rerun-sdk", "not installed", "pip install 'emgsim-ros[view]'") from None

TIMELINE = "simulation time"
APPLICATION = "emgsim"


class Page:
    """A page that shows what is logged to it.

    Args:
        layout: Of the views (:func:`emgsim_ros.viewing.layout.layout`).
    """

    def __init__(self, layout: Any) -> None:
        self._layout = layout
        self._stream = rr.RecordingStream(APPLICATION)

    def serve(self, port: int, data_port: int, memory: int) -> str:
        """Serve the page on this machine.

        Args:
            port: Of the page.
            data_port: From which the page fetches what it shows.
            memory: MB kept for pages opened later; the oldest is dropped first.

        Returns:
            The page's address.

        Raises:
            InvalidInput: A port is taken.
        """
        try:
            data = self._stream.serve_grpc(
                grpc_port=data_port, default_blueprint=self._layout, server_memory_limit=f"{memory}MB"
            )
            rr.serve_web_viewer(web_port=port, open_browser=False, connect_to=data)
        except (RuntimeError, OSError, ValueError) as error:
            raise InvalidInput("viewer: ports", (port, data_port), f"free ports ({error})") from None
        return f"http://127.0.0.1:{port}/?url={data.replace('+', '%2B')}"

    def save(self, path: Path) -> None:
        """Write what is logged from now on to a file (.rrd) that rerun opens.

        Raises:
            InvalidInput: The file cannot be written.
        """
        try:
            self._stream.save(path, default_blueprint=self._layout)
        except (RuntimeError, OSError) as error:
            raise InvalidInput("recording of the page", str(path), f"a file that can be written ({error})") from None

    def log(self, entity: str, stamp: int, *what: Any) -> None:
        """What ``entity`` is from ``stamp`` (ns) on."""
        self._stream.set_time(TIMELINE, duration=stamp / NANOSECONDS)
        self._stream.log(entity, *what)

    def log_always(self, entity: str, *what: Any) -> None:
        """What ``entity`` is at all times."""
        self._stream.log(entity, *what, static=True)

    def log_series(self, entity: str, stamps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """[times] values of a curve at ``stamps`` (ns)."""
        times = rr.TimeColumn(TIMELINE, duration=stamps / NANOSECONDS)
        self._stream.send_columns(entity, indexes=[times], columns=rr.Scalars.columns(scalars=values))

    def close(self) -> None:
        """See to it that everything logged has left; a file is finished."""
        self._stream.flush()
        self._stream.disconnect()

    def flush(self) -> None:
        """See to it that everything logged has left; the page goes on."""
        self._stream.flush()


class Pace:
    """When something that comes more often is to be shown: ``rate`` times a second of simulation time."""

    def __init__(self, rate: float) -> None:
        self._period = round(NANOSECONDS / rate)
        self._last: int | None = None

    def due(self, stamp: int) -> bool:
        """Whether it is time again at ``stamp`` (ns); a clock that was set back begins anew."""
        if self._last is not None and 0 <= stamp - self._last < self._period:
            return False
        self._last = stamp
        return True


def open_in_browser(address: str) -> bool:
    """Show a page to the user, if there is a screen; returns whether there is."""
    screen = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return screen and webbrowser.open(address)


def colours(values: Iterable[tuple[float, float, float]]) -> NDArray[np.uint8]:
    """[colours, 3] bytes of colours from 0 to 1."""
    return np.round(255 * np.clip(np.array(list(values), float).reshape(-1, 3), 0.0, 1.0)).astype(np.uint8)
