"""Figure of an estimated hand and the true one: joint angles over time, and hands at several times."""

from __future__ import annotations

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from ..pose.decoding import DecodedHand
from ..pose.metrics import Landmarks

HANDS, TRACES = 8, 6
TRUE, ESTIMATED = "0.65", "C0"
SHOWN = ("wrist_fe", "thumb_mcp_fe", "index_mcp_fe", "index_pip_fe", "middle_mcp_fe", "ring_pip_fe", "pinky_mcp_fe")
RIGHT, UP = np.array([0.35, 0.0, 0.94]), np.array([0.0, -1.0, 0.0])  # in the forearm's frame


def decoded_figure(decoded: DecodedHand) -> Figure:
    """Draw the true and the estimated hand at several times, and below them joint angles over time."""
    figure = Figure(figsize=(12, 9), layout="constrained")
    hands, traces = figure.subfigures(2, 1, height_ratios=(1, 2.2), squeeze=False)[:, 0]
    landmarks = Landmarks(decoded.angle_names)
    moments = np.linspace(0, len(decoded.times) - 1, HANDS + 2)[1:-1].astype(int)
    for axes, moment in zip(hands.subplots(1, HANDS, sharex=True, sharey=True), moments, strict=True):
        for angles, colour, width in ((decoded.truth, TRUE, 5.0), (decoded.estimate, ESTIMATED, 1.8)):
            _hand(axes, landmarks, angles[moment], colour, width)
        axes.set_title(f"{decoded.times[moment]:.1f} s", fontsize=9)
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.autoscale()
    names = [name for name in SHOWN if name in decoded.angle_names][:TRACES]
    for axes, name in zip(traces.subplots(len(names), 1, sharex=True), names, strict=True):
        column = decoded.angle_names.index(name)
        axes.plot(decoded.times, np.degrees(decoded.truth[:, column]), color=TRUE, linewidth=3, label="true")
        axes.plot(
            decoded.times, np.degrees(decoded.estimate[:, column]), color=ESTIMATED, linewidth=1, label="estimated"
        )
        axes.set_ylabel(name.replace("_", " "), fontsize=8)
        axes.grid(alpha=0.3)
    traces.axes[0].legend(loc="upper right", fontsize=8, ncols=2)
    traces.axes[-1].set_xlabel("time, s")
    figure.suptitle(f"mean absolute error of {len(decoded.angle_names)} angles: {decoded.error:.1f} degrees")
    return figure


def _hand(axes: Axes, landmarks: Landmarks, angles: np.ndarray, colour: str, width: float) -> None:
    positions = landmarks(torch.from_numpy(angles)).numpy() @ np.stack([RIGHT, UP], axis=1)
    lines = [positions[list(link)] for link in landmarks.kinematics.links()]
    axes.add_collection(LineCollection(lines, colors=[colour], linewidths=width, capstyle="round"))
