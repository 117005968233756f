"""Figure of learning curves."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..errors import InvalidInput


def returns_figure(curves: Mapping[str, Path]) -> Figure:
    """Draw the mean return over the steps of training, in a panel for each returns.csv file by name.

    Raises:
        InvalidInput: A file is missing.
    """
    for path in curves.values():
        if not path.is_file():
            raise InvalidInput("returns of an experiment", str(path), "a csv file that emgsim learn wrote")
    figure = Figure(figsize=(4.5 * len(curves), 3.4), layout="constrained")
    for axes, (name, path) in zip(figure.subplots(1, len(curves), squeeze=False)[0], curves.items(), strict=True):
        with path.open() as file:
            rows = list(csv.DictReader(file))
        axes.plot([int(row["steps"]) for row in rows], [float(row["mean_return"]) for row in rows])
        axes.set(title=name, xlabel="steps", ylabel="mean return of the latest episodes")
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.grid(alpha=0.3)
    return figure
