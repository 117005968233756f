"""Pictures of a model in motion, as arrays and on a page in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ..figures.muscle_colours import muscle_colours

Array = NDArray[np.float64]

BACKGROUND, GROUND, BONE, MARK = (250, 250, 248), (205, 205, 200), (120, 115, 105), (40, 160, 70)
BONE_WIDTH, WANTED_WIDTH, MUSCLE_WIDTH, MARK_RADIUS = 7, 4, 3, 7  # pixels
OVERSAMPLING = 2
PORTS, PAGE_MEMORY = (9090, 9876), 256  # ports of the page; memory that it may use, MB


@dataclass(frozen=True)
class Camera:
    """A view along an axis of the model's frame.

    Attributes:
        right, up: Indices of the axes that point to the right and upwards in the picture.
        middle: [2] coordinates of the middle of the picture along those axes, m.
        height: Height of the visible region, m.
        follows: Whether the middle moves to the right with the first bone.
        size: [2] width and height of the picture, pixels.
    """

    right: int
    up: int
    middle: tuple[float, float]
    height: float
    follows: bool = False
    size: tuple[int, int] = (480, 480)


class Drawing:
    """Draws bones, muscles coloured by activation (blue to red), marks, and the bones in the desired pose.

    Args:
        camera: The view of the pictures.
        live: Whether to open a page in the browser for `show`.
    """

    def __init__(self, camera: Camera, live: bool = False) -> None:
        self._camera = camera
        self._page: Any = _live_page() if live else None

    def picture(
        self, bones: Array, muscles: list[Array], activation: Array, marks: Array, wanted: Array
    ) -> NDArray[np.uint8]:
        """Return a picture, [height, width, 3] bytes.

        Args:
            bones: [bones, 2, 3] ends of every bone, m.
            muscles: For each muscle its path points, [points, 3] m.
            activation: [muscles] 0 to 1.
            marks: [marks, 3] locations to mark, m.
            wanted: [bones, 2, 3] ends of every bone in the desired pose, m; [0, 2, 3] if there is no desired pose.
        """
        camera = self._camera
        width, height = (OVERSAMPLING * side for side in camera.size)
        image = Image.new("RGB", (width, height), BACKGROUND)
        draw = ImageDraw.Draw(image)
        scale = height / camera.height
        shift = bones[0, 0, camera.right] if camera.follows else 0.0

        def pixels(points: Array) -> list[tuple[float, float]]:
            right = width / 2 + scale * (points[:, camera.right] - shift - camera.middle[0])
            up = height / 2 - scale * (points[:, camera.up] - camera.middle[1])
            return list(zip(right.tolist(), up.tolist(), strict=True))

        if camera.follows:  # a model that moves about stands on the ground
            (_, ground), _ = pixels(np.zeros((2, 3)))
            draw.rectangle((0, ground, width, height), fill=GROUND)
        for bone in wanted:
            draw.line(pixels(bone), fill=MARK, width=OVERSAMPLING * WANTED_WIDTH)
        for bone in bones:
            draw.line(pixels(bone), fill=BONE, width=OVERSAMPLING * BONE_WIDTH, joint="curve")
        colours = np.round(255 * muscle_colours(activation)).astype(int).tolist()
        for points, (red, green, blue) in zip(muscles, colours, strict=True):
            draw.line(pixels(points), fill=(red, green, blue), width=OVERSAMPLING * MUSCLE_WIDTH)
        for x, y in pixels(marks) if len(marks) else []:
            radius = OVERSAMPLING * MARK_RADIUS
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=MARK, width=2 * OVERSAMPLING)
        return np.asarray(image.resize(camera.size, Image.Resampling.LANCZOS))

    def show(
        self, time: float, bones: Array, muscles: list[Array], activation: Array, marks: Array, wanted: Array
    ) -> None:
        """Show the scene on the page at ``time`` (s); the other arguments are those of `picture`."""
        import rerun as rr

        from ..signals.simulation_time import from_seconds

        stamp = from_seconds(time)
        shades = muscle_colours(activation)
        self._page.log("arm/bones", stamp, rr.LineStrips3D(list(bones), radii=0.008))
        self._page.log("arm/muscles", stamp, rr.LineStrips3D(muscles, colors=shades, radii=0.003))
        self._page.log("arm/wanted", stamp, rr.LineStrips3D(list(wanted), radii=0.003, colors=MARK))
        self._page.log("arm/marks", stamp, rr.Points3D(marks, colors=MARK, radii=0.015))


def _live_page() -> Any:
    from ..viewing.layout import layout
    from ..viewing.page import Page, open_in_browser

    page = Page(layout((), "upright"))
    address = page.serve(*PORTS, PAGE_MEMORY)
    print(f"page: {address}", flush=True)
    open_in_browser(address)
    return page
