"""Figure of the losses of a training."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure


def loss_figure(path: Path) -> Figure:
    """Draw a panel for each stage in a losses.csv file with the columns stage, epoch, training and held_out."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    figure = Figure(figsize=(5 * len(stages), 3.6), layout="constrained")
    for axes, stage in zip(figure.subplots(1, len(stages), squeeze=False)[0], stages, strict=True):
        selected = [row for row in rows if row["stage"] == stage]
        epochs = [int(row["epoch"]) for row in selected]
        for name, label in (("training", "training"), ("held_out", "held out")):
            axes.plot(epochs, [float(row[name]) for row in selected], marker="o", markersize=3, label=label)
        axes.set(title=stage, xlabel="epoch", ylabel="error, RMS", yscale="log")
        axes.legend()
        axes.grid(alpha=0.3)
    return figure
