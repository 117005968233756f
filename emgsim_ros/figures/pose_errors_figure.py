"""Figure of the errors of pose decoders for each type of generalisation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..pose.evaluation import ALL_STAGES, GENERALIZATIONS, Finding

TITLES = {"user": "new user", "stage": "new stage", "user_stage": "new user and stage"}


def errors_figure(findings: Sequence[Finding]) -> Figure:
    """Draw bars of the mean absolute error of the angles, grouped by generalisation; tracking is hatched."""
    findings = [finding for finding in findings if finding.stage == ALL_STAGES]
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    axes = figure.subplots()
    kinds = list(dict.fromkeys((finding.network, finding.way) for finding in findings))
    names = list(dict.fromkeys(name for name, _ in kinds))
    width = 0.85 / len(kinds)
    for place, (name, way) in enumerate(kinds):
        errors = {f.generalization: f.errors.angle for f in findings if (f.network, f.way) == (name, way)}
        heights = [errors.get(one, np.nan) for one in GENERALIZATIONS]
        at = np.arange(len(GENERALIZATIONS)) + (place - (len(kinds) - 1) / 2) * width
        hatch = "//" if way == "tracking" else ""
        bars = axes.bar(
            at, heights, width, color=f"C{names.index(name)}", edgecolor="white", hatch=hatch, label=f"{name}, {way}"
        )
        axes.bar_label(bars, fmt="%.1f", fontsize=7)
    axes.set_xticks(range(len(GENERALIZATIONS)), [TITLES[one] for one in GENERALIZATIONS])
    axes.set_ylabel("mean absolute error, degrees")
    axes.legend(fontsize=7, ncols=2)
    axes.margins(y=0.25)
    return figure
