"""The layout of the page, which depends on the topics that exist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import rerun.blueprint as rrb

from ..signals.topics import DIAGNOSTICS, EMG_HD, EMG_SPIKES, HAND_JOINT_STATES, JOINT_STATES, STIMULATION_ELECTRODES

WINDOW = 5.0  # s; time span of the curves
RASTER_WINDOW, HEALTH_WINDOW = 2.0, 60.0  # s; time spans of the raster and of the health curves
# Viewpoints in the frame of the model: position of the eye, point that it looks at (m), and upward direction. The
# forearm hangs down from the elbow; other models stand upright, with x forward and z up.
EYES = {
    "forearm": ((0.42, -0.05, 0.42), (0.0, -0.2, 0.0), (0.0, 1.0, 0.0)),
    "upright": ((0.9, -0.9, -0.2), (0.0, 0.0, -0.45), (0.0, 0.0, 1.0)),
}


def layout(topics: Collection[str], eye: str = "forearm") -> Any:
    """Return the rerun blueprint with the views of a graph or bag.

    Args:
        topics: Topics that exist.
        eye: Viewpoint, a key of `EYES`.
    """
    left: list[Any] = [_arm(eye)]
    beneath: list[Any] = []
    if EMG_HD.name in topics:
        beneath.append(rrb.Spatial2DView(name="RMS amplitude, unrolled (row 0: proximal)", origin="map"))
    if STIMULATION_ELECTRODES.name in topics:
        beneath.append(rrb.Spatial2DView(name="Stimulation contacts", origin="lead"))
    if beneath:
        left.append(rrb.Horizontal(*beneath))
    middle: list[Any] = []
    if EMG_HD.name in topics:
        middle.append(_curves("HD-EMG of some channels", "emg", WINDOW))
    if EMG_SPIKES.name in topics:
        middle.append(_curves("Discharges of motor units (rows: units)", "discharges", RASTER_WINDOW))
    if {JOINT_STATES.name, HAND_JOINT_STATES.name} & set(topics):
        middle.append(_curves("Joint angles (degrees): true thin, estimated thick", "angles", WINDOW, named=True))
    right: list[Any] = []
    if DIAGNOSTICS.name in topics:
        right = [rrb.TextDocumentView(name="Nodes", origin="nodes")]
        if EMG_HD.name in topics:
            right.append(_curves("Health", "health", HEALTH_WINDOW, named=True))
    columns = [rrb.Vertical(*left, row_shares=[3, 1][: len(left)])]
    columns += [rrb.Vertical(*column) for column in (middle, right) if column]
    shares = [3.0, 3.0, 1.6][: len(columns)]
    return rrb.Blueprint(rrb.Horizontal(*columns, column_shares=shares), collapse_panels=True)


def _arm(eye: str) -> rrb.Spatial3DView:
    position, target, up = EYES[eye]
    controls = rrb.EyeControls3D(position=position, look_target=target, eye_up=up)
    return rrb.Spatial3DView(name="Bones and muscles", origin="arm", eye_controls=controls, line_grid=False)


def _curves(name: str, origin: str, seconds: float, named: bool = False) -> rrb.TimeSeriesView:
    window = rrb.VisibleTimeRange(
        "simulation time",
        start=rrb.TimeRangeBoundary.cursor_relative(seconds=-seconds),
        end=rrb.TimeRangeBoundary.cursor_relative(),
    )
    legend = rrb.PlotLegend(rrb.Corner2D.LeftTop, visible=named)
    return rrb.TimeSeriesView(name=name, origin=origin, time_ranges=window, plot_legend=legend)
