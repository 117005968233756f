"""The cross-section of a limb: its layers, the muscles within them, the electrodes, and where the fibres are."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray

from ..muap.limb.anatomy import ForearmAnatomy, MuscleTerritory
from ..muap.limb.electrodes import ElectrodeGrid
from ..muap.limb.motor_unit import draw_motor_units
from ..muap.limb.section import section_area

Array = NDArray[np.float64]

LAYERS = (
    ("skin_radius", "#e8c39e"),
    ("fat_radius", "#f7e9a8"),
    ("muscle_radius", "#f6d5d0"),
    ("bone_radius", "#eeeeee"),
)
UNITS_SHOWN = 25  # motor units of each muscle whose fibres are drawn
STEPS = 40  # points of an arc
LEVELS = np.linspace(-0.12, 0.12, 49)  # m, positions along the limb


def section_figure(anatomy: ForearmAnatomy, grid: ElectrodeGrid, seed: int = 1) -> Figure:
    """Draw the muscles in the limb, and how much of a section each muscle's fibres fill along it.

    Args:
        anatomy: Anatomy of the limb.
        grid: The electrodes.
        seed: Seed of the motor units.
    """
    figure = Figure(figsize=(14, 7), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 0.8))
    _draw_limb(left, anatomy, grid, seed)
    _draw_filling(right, anatomy, grid, seed)
    return figure


def _draw_limb(axes: Axes, anatomy: ForearmAnatomy, grid: ElectrodeGrid, seed: int) -> None:
    skin = anatomy.cylinder.skin_radius
    for name, colour in LAYERS:
        radius = getattr(anatomy.cylinder, name) * 1e3
        axes.add_patch(Circle((0, 0), radius, facecolor=colour, edgecolor="0.4", linewidth=0.8))
    for number, (name, territory) in enumerate(anatomy.muscles.items()):
        colour = f"C{number % 10}"
        axes.fill(*_outline(territory, skin), facecolor=colour, alpha=0.25, edgecolor=colour, linewidth=1.2)
        units = draw_motor_units(anatomy, name, territory.motor_units, seed)
        for unit in units[:: max(1, len(units) // UNITS_SHOWN)]:
            axes.plot(*_places(unit.angles, unit.radii), ".", color=colour, markersize=1.2, alpha=0.5)
        (x,), (y,) = _places(np.array([sum(territory.angle) * np.pi]), np.array([skin - sum(territory.depth) / 2]))
        axes.annotate(name, (x, y), ha="center", va="center", fontsize=8, weight="bold")
    axes.plot(*_places(grid.angles, np.full(grid.columns, skin + 0.0012)), "s", color="k", markersize=4)
    axes.set(xlabel="mm", ylabel="mm", title="Muscles in the section, and fibres of some motor units")
    axes.set_aspect("equal")
    axes.autoscale_view()


def _draw_filling(axes: Axes, anatomy: ForearmAnatomy, grid: ElectrodeGrid, seed: int) -> None:
    filled = {name: section_area(anatomy, name, LEVELS, seed) * 1e6 for name in anatomy.muscles}
    colours = [f"C{number % 10}" for number in range(len(filled))]
    axes.stackplot(LEVELS * 1e3, *filled.values(), colors=colours, alpha=0.5, linewidth=0)
    cylinder = anatomy.cylinder
    available = np.pi * (cylinder.muscle_radius**2 - cylinder.bone_radius**2) * 1e6
    axes.axhline(available, color="k", linestyle="--", label="muscle layer of the limb")
    axes.axvspan(grid.heights.min() * 1e3, grid.heights.max() * 1e3, color="0.5", alpha=0.15, label="electrodes")
    axes.set(xlabel="along the limb, mm (proximal positive)", ylabel="area, mm²", ylim=(0, 1.1 * available))
    axes.set_title("Area that the fibres of all muscles fill")
    axes.legend(loc="upper right")


def _outline(territory: MuscleTerritory, skin: float) -> tuple[Array, Array]:
    angles = np.linspace(*territory.angle, STEPS) * 2 * np.pi
    outer, inner = (np.full(STEPS, skin - depth) for depth in territory.depth)
    return _places(np.concatenate([angles, angles[::-1]]), np.concatenate([outer, inner]))


def _places(angles: Array, radii: Array) -> tuple[Array, Array]:
    """Return the x and y (mm) of angles (rad) and radii (m); angle 0 is at the bottom, the palm's side."""
    return radii * np.sin(angles) * 1e3, -radii * np.cos(angles) * 1e3
