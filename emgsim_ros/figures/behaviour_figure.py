"""Figures of the behaviour of controllers as strips of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

WIDTH = 1.9  # width of a picture, inches


def behaviour_figure(strips: Mapping[str, Sequence[tuple[float, NDArray[np.uint8]]]]) -> Figure:
    """Draw a row of pictures for each controller.

    Args:
        strips: For each controller by name, the time (s) and the [height, width, 3] bytes of each picture.
    """
    longest = max(len(strip) for strip in strips.values())
    figure = Figure(figsize=(WIDTH * longest, (WIDTH + 0.35) * len(strips)), layout="constrained")
    rows = figure.subplots(len(strips), longest, squeeze=False)
    for axes, (name, strip) in zip(rows, strips.items(), strict=True):
        for panel in axes:
            panel.axis("off")
        for panel, (time, picture) in zip(axes, strip, strict=False):
            panel.imshow(picture)
            panel.set_title(f"{time:.2f} s", fontsize=9)
        axes[0].set_title(f"{name}: {strip[0][0]:.2f} s", fontsize=9)
    return figure
