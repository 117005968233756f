"""HD-EMG on the page: maps of its RMS amplitude on the arm and unrolled, and curves of some channels."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import rerun as rr
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..signals.emg_points import points_of
from ..signals.simulation_time import NANOSECONDS, stamp_of
from .page import Pace, Page

MAP = matplotlib.colormaps["turbo"]
CURVE_DISTANCE = 6.0  # distance between two curves, in units of the map's scale
SMALLEST_SCALE = 0.01  # mV
SCALE_DECAY = 0.98  # factor of the automatic scale from one map to the next
CHANNELS = 8  # number of curves by default
MAP_OPACITY = 140  # of 255, of the map on the arm
LARGEST_SEAM = 1.6  # greatest distance, in electrode spacings, between first and last column of a closed grid


class ElectrodesView:
    """Shows /emg/info and /emg/hd.

    Args:
        page: Page on which the view is drawn.
        rate: Maps per second of simulation time.
        channels: Channels that are shown as curves; empty for some channels at equal distances.
        full_scale: Amplitude at the upper end of the colour map, mV; 0 for the largest recent amplitude.
    """

    def __init__(self, page: Page, rate: float, channels: tuple[int, ...] = (), full_scale: float = 0.0) -> None:
        self._page, self._pace = page, Pace(rate)
        self._chosen, self._channels = channels, channels
        self._full_scale, self._scale = full_scale, full_scale or SMALLEST_SCALE
        self._rows, self._columns, self._rate = 0, 0, 0.0
        self._drawn = False
        self._stamps: list[NDArray[np.int64]] = []
        self._curves: list[NDArray[np.float32]] = []
        self._power: list[NDArray[np.float32]] = []

    def info(self, message: Any) -> None:
        """Read the layout and the sampling rate from an EmgInfo message.

        Raises:
            InvalidInput: A chosen channel does not exist.
        """
        self._rows, self._columns, self._rate = int(message.rows), int(message.columns), float(message.sample_rate)
        electrodes = self._rows * self._columns
        for channel in self._chosen:
            if not 0 <= channel < electrodes:
                raise InvalidInput("viewer: channels", channel, f"0 to {electrodes - 1}")
        middle = (self._rows // 2) * self._columns
        spread = np.linspace(0, self._columns, min(CHANNELS, self._columns), endpoint=False)
        self._channels = self._chosen or tuple(middle + int(place) for place in spread)
        self._drawn = False

    def block(self, message: Any) -> None:
        """Add a block of EMG (PointCloud2); before the first EmgInfo message it is ignored.

        Raises:
            InvalidInput: The message has other fields or another number of electrodes than expected.
        """
        points = points_of(message)
        if not self._rows:
            return
        if len(points) != self._rows * self._columns:
            raise InvalidInput("/emg/hd: electrodes", len(points), f"{self._rows} x {self._columns} as in /emg/info")
        stamp = stamp_of(message)
        if not self._drawn:
            self._draw_arm(points)
        samples = points["emg"].shape[1]
        self._stamps.append(stamp + np.round(np.arange(samples) * (NANOSECONDS / self._rate)).astype(np.int64))
        self._curves.append(points["emg"][list(self._channels)])
        self._power.append(np.square(points["rms"]))
        if self._pace.due(stamp):
            self._draw(stamp)

    def _draw_arm(self, points: NDArray) -> None:
        places = np.stack([points[axis] for axis in "xyz"], axis=-1)
        grid = places.reshape(self._rows, self._columns, 3)
        self._page.log_always("arm/electrodes", rr.Points3D(places, radii=0.0012))
        if self._rows > 1:
            triangles = surface(grid)
            self._page.log_always("arm/map", rr.Mesh3D(vertex_positions=places, triangle_indices=triangles))
        for number, channel in enumerate(self._channels):
            row, column = divmod(channel, self._columns)
            style = rr.SeriesLines(names=f"row {row}, column {column}", widths=1.0)
            self._page.log_always(f"emg/{number}", style)
        self._drawn = True

    def _draw(self, stamp: int) -> None:
        strength = np.sqrt(np.mean(self._power, axis=0))
        if not self._full_scale:
            self._scale = max(SCALE_DECAY * self._scale, float(np.quantile(strength, 0.98)), SMALLEST_SCALE)
        shades = MAP(np.clip(strength / self._scale, 0.0, 1.0), bytes=True)
        self._page.log("arm/electrodes", stamp, rr.Points3D.from_fields(colors=shades[:, :3]))
        if self._rows > 1:
            shades[:, 3] = MAP_OPACITY
            self._page.log("arm/map", stamp, rr.Mesh3D.from_fields(vertex_colors=shades))
        image = shades[:, :3].reshape(self._rows, self._columns, 3)
        self._page.log("map/strength", stamp, rr.Image(image))
        stamps, curves = np.concatenate(self._stamps), np.concatenate(self._curves, axis=1)
        for number, curve in enumerate(curves):
            self._page.log_series(
                f"emg/{number}", stamps, curve.astype(float) / (CURVE_DISTANCE * self._scale) - number
            )
        self._stamps, self._curves, self._power = [], [], []


def surface(grid: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return the triangles of the surface through the points of a grid, [triangles, 3] numbers of points.

    Args:
        grid: [rows, columns, 3] points, m. If it surrounds the arm, its first and last column are connected.
    """
    rows, columns = grid.shape[:2]
    spacing = np.linalg.norm(grid[0, 1] - grid[0, 0])
    closed = columns > 2 and np.linalg.norm(grid[0, 0] - grid[0, -1]) < LARGEST_SEAM * spacing
    here, after = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    corner = [
        ((here + down) * columns + (after + right) % columns).ravel()
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    first, second = np.stack([corner[0], corner[1], corner[2]], -1), np.stack([corner[1], corner[3], corner[2]], -1)
    return np.concatenate([first, second]).astype(np.uint32)
