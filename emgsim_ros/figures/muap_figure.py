"""Figures of motor-unit action potentials: comparison with the reference, statistics, animated heat maps."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..muap.network.evaluation import Statistics

REFERENCE, GENERATED = "0.25", "tab:red"
TRACES = 5  # number of rows in a panel of the comparison
AXES = {
    "amplitude": ("amplitude, mV", True),
    "duration": ("duration, ms", False),
    "median_frequency": ("median frequency, Hz", False),
    "spread": ("electrodes above half the amplitude", False),
}


def comparison_figure(
    reference: NDArray[np.float32], made: NDArray[np.float32], nrmse: NDArray[np.float64], sample_rate: float
) -> Figure:
    """Draw a panel for each potential, with some rows of its strongest column from the reference and the generator.

    Args:
        reference: [num, rows, columns, samples] reference potentials, mV.
        made: [num, rows, columns, samples] generated potentials, mV.
        nrmse: [num] normalised errors, per cent.
        sample_rate: Sampling rate, Hz.
    """
    across = 8
    down = -(-len(reference) // across)
    figure = Figure(figsize=(2.2 * across, 1.9 * down), layout="constrained")
    panels = figure.subplots(down, across, squeeze=False).ravel()
    times = np.arange(reference.shape[-1]) / sample_rate * 1e3
    rows = np.linspace(0, reference.shape[1] - 1, min(TRACES, reference.shape[1])).astype(int)
    for axes, expected, generated, error in zip(panels, reference, made, nrmse, strict=False):
        column = int(np.argmax(np.ptp(expected, axis=2).max(axis=0)))
        step = 1.1 * np.ptp(expected[:, column])
        for place, row in enumerate(rows):
            axes.plot(times, expected[row, column] - place * step, color=REFERENCE, linewidth=2.2)
            axes.plot(times, generated[row, column] - place * step, color=GENERATED, linewidth=0.9)
        axes.set_title(f"{np.ptp(expected) * 1e3:.3g} µV, {error:.2f} %", fontsize=8)
        axes.set(yticks=[])
        axes.tick_params(labelsize=7)
    for axes in panels[len(reference) :]:
        axes.set_visible(False)
    figure.suptitle(
        "Volume conductor (grey) and generator (red): some rows of the strongest column over time (ms); "
        "peak to peak, nRMSE",
        fontsize=10,
    )
    return figure


def statistics_figure(reference: Statistics, made: Statistics) -> Figure:
    """Draw the distributions of amplitude, duration, median frequency and spread of both kinds of potentials."""
    names = [field.name for field in fields(Statistics)]
    figure = Figure(figsize=(4 * len(names), 3.2), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names)), names, strict=True):
        label, logarithmic = AXES[name]
        expected, generated = getattr(reference, name), getattr(made, name)
        low, high = min(expected.min(), generated.min()), max(expected.max(), generated.max())
        edges = np.geomspace(max(low, 1e-6), high, 40) if logarithmic else np.linspace(low, high, 40)
        axes.hist(expected, edges, color=REFERENCE, alpha=0.5, label="volume conductor")
        axes.hist(generated, edges, color=GENERATED, histtype="step", linewidth=1.4, label="generator")
        axes.set(xlabel=label, xscale="log" if logarithmic else "linear")
    axes.legend()
    return figure


def heat_map(frames: NDArray[np.float32], labels: list[str], path: Path, seconds_per_frame: float = 0.08) -> None:
    """Write an animated heat map (GIF) of the electrodes.

    Args:
        frames: [frames, rows, columns] values, mV.
        labels: [frames] title of each frame.
        path: The GIF file.
        seconds_per_frame: Duration of a frame, s.
    """
    largest = float(np.abs(frames).max()) or 1.0
    figure = Figure(figsize=(7, 2.9), layout="constrained")
    axes = figure.subplots()
    colours = ("magma", 0.0) if frames.min() >= 0 else ("RdBu_r", -largest)
    image = axes.imshow(frames[0], cmap=colours[0], vmin=colours[1], vmax=largest, aspect="auto")
    axes.set(xlabel="column (around the arm)", ylabel="row (proximal on top)")
    figure.colorbar(image, label="mV")

    def draw(number: int) -> tuple:
        image.set_data(frames[number])
        axes.set_title(labels[number], fontsize=9)
        return (image,)

    animation = FuncAnimation(figure, draw, frames=len(frames))
    animation.save(path, PillowWriter(fps=round(1 / seconds_per_frame)))
