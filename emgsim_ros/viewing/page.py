"""The page on which everything is drawn, served to a browser or written to a file."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput, MissingExtra
from ..signals.simulation_time import NANOSECONDS

try:
    import rerun as rr
except ImportError:
    raise MissingExtra("the viewer", "rerun-sdk", "emgsim-ros[view]") from None

TIMELINE = "simulation time"
APPLICATION = "emgsim"


class Page:
    """A page that shows the logged data.

    Args:
        layout: Layout of the views; see `emgsim_ros.viewing.layout.layout`.
    """

    def __init__(self, layout: Any) -> None:
        self._layout = layout
        self._stream = rr.RecordingStream(APPLICATION)

    def serve(self, port: int, data_port: int, memory: int) -> str:
        """Serve the page on this machine.

        Args:
            port: Port of the page.
            data_port: Port from which the page reads its data.
            memory: Amount of data that is kept for pages that are opened later, MB; the oldest is discarded first.

        Returns:
            Address of the page.

        Raises:
            InvalidInput: A port is in use.
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
        """Write the data logged from now on to a file (.rrd), which rerun can open.

        Raises:
            InvalidInput: The file cannot be written.
        """
        try:
            self._stream.save(path, default_blueprint=self._layout)
        except (RuntimeError, OSError) as error:
            raise InvalidInput("recording of the page", str(path), f"a file that can be written ({error})") from None

    def log(self, entity: str, stamp: int, *what: Any) -> None:
        """Log the content of ``entity`` from ``stamp`` (ns) on."""
        self._stream.set_time(TIMELINE, duration=stamp / NANOSECONDS)
        self._stream.log(entity, *what)

    def log_always(self, entity: str, *what: Any) -> None:
        """Log the content of ``entity`` for all times."""
        self._stream.log(entity, *what, static=True)

    def log_series(self, entity: str, stamps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Log the [times] values of a curve at ``stamps`` (ns)."""
        times = rr.TimeColumn(TIMELINE, duration=stamps / NANOSECONDS)
        self._stream.send_columns(entity, indexes=[times], columns=rr.Scalars.columns(scalars=values))

    def close(self) -> None:
        """Send all logged data and end the page or the file."""
        self._stream.flush()
        self._stream.disconnect()

    def flush(self) -> None:
        """Send all logged data; the page stays open."""
        self._stream.flush()


class Pace:
    """Limits the number of updates to ``rate`` per second of simulation time."""

    def __init__(self, rate: float) -> None:
        self._period = round(NANOSECONDS / rate)
        self._last: int | None = None

    def due(self, stamp: int) -> bool:
        """Return whether an update is due at ``stamp`` (ns); it is after every backward jump of the clock."""
        if self._last is not None and 0 <= stamp - self._last < self._period:
            return False
        self._last = stamp
        return True


def open_in_browser(address: str) -> bool:
    """Open a page in the browser if there is a screen; return whether it was opened."""
    screen = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return screen and webbrowser.open(address)


def colours(values: Iterable[tuple[float, float, float]]) -> NDArray[np.uint8]:
    """Return colours from 0 to 1 as bytes, [colours, 3]."""
    return np.round(255 * np.clip(np.array(list(values), float).reshape(-1, 3), 0.0, 1.0)).astype(np.uint8)
