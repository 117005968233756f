"""Figure of a model in several poses: bones, and muscles coloured by the activation that holds the pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from ..musculoskeletal import MuscleModel
from ..musculoskeletal.opensim.bones import BONE_COLOUR

# The convention of OpenSim, which the markers use as well: blue at rest, red at full activation.
ACTIVATION_COLOURS = LinearSegmentedColormap.from_list("activation", [(0.0, 0.1, 1.0), (1.0, 0.1, 0.0)])
OUTLINE_COLOUR = (0.35, 0.33, 0.30)
PANEL = 2.6  # inches, width of a panel


@dataclass(frozen=True)
class View:
    """A viewing direction.

    Attributes:
        name: Title of the view.
        right: Direction in the model's frame that points right in the figure.
        up: Direction in the model's frame that points up in the figure.
    """

    name: str
    right: tuple[float, float, float]
    up: tuple[float, float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return the [..., 2] positions of [..., 3] points in the figure."""
        return points @ np.array([self.right, self.up]).T


VIEWS = {
    "hand": (View("back of the hand", (1, 0, 0), (0, -1, 0)), View("thumb side", (0, 0, 1), (0, -1, 0))),
    "leg": (View("right side", (1, 0, 0), (0, 0, 1)), View("front", (0, 1, 0), (0, 0, 1))),
}


@dataclass(frozen=True)
class HeldPose:
    """A pose and the activations that hold it.

    Attributes:
        name: Title of the pose.
        position: [coordinates] joint angles, rad.
        activation: [muscles] activations, 0 to 1.
    """

    name: str
    position: np.ndarray
    activation: np.ndarray


def pose_figure(model: MuscleModel, poses: list[HeldPose], views: tuple[View, ...]) -> Figure:
    """Draw the poses in columns and the views in rows."""
    figure = Figure(figsize=(PANEL * len(poses) + 0.8, PANEL * 1.5 * len(views)), layout="constrained")
    grid = figure.subplots(len(views), len(poses), squeeze=False, sharex="row", sharey="row")
    for column, pose in zip(grid.T, poses, strict=True):
        model.set_pose(pose.position, np.zeros_like(pose.position))
        bones, muscles = model.bone_lines(), model.muscle_lines()
        for axes, view in zip(column, views, strict=True):
            _draw(axes, view, bones, muscles, pose.activation)
        column[0].set_title(pose.name)
    for row, view in zip(grid, views, strict=True):
        row[0].set_ylabel(view.name)
    colours = ScalarMappable(Normalize(0, 1), ACTIVATION_COLOURS)
    figure.colorbar(colours, ax=grid, label="activation", shrink=0.5, aspect=30)
    return figure


def _draw(axes: Axes, view: View, bones: np.ndarray, muscles: list[np.ndarray], activation: np.ndarray) -> None:
    skeleton = view.project(bones)
    for width, colour in ((7.0, OUTLINE_COLOUR), (5.0, BONE_COLOUR)):
        axes.add_collection(LineCollection(list(skeleton), colors=[colour], linewidths=width, capstyle="round"))
    order = np.argsort(activation)  # active muscles are drawn on top
    lines = LineCollection(
        [view.project(muscles[index]) for index in order],
        colors=ACTIVATION_COLOURS(activation[order]),
        linewidths=0.8 + 1.6 * activation[order],
    )
    axes.add_collection(lines)
    axes.set(aspect="equal", xticks=[], yticks=[])
    axes.autoscale_view()
    for spine in axes.spines.values():
        spine.set_visible(False)
