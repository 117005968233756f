"""The report of a comparison: a page with table and figures, and the same numbers as JSON."""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..version import __version__
from .comparison import Comparison, Row
from .features import GROUPS, Measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FAR = 2.0  # scaled difference from which a row is marked
TITLES = {
    "amplitude": "Amplitude",
    "spectrum": "Spectrum",
    "distribution": "Distribution of the amplitude",
    "space": "Space",
    "fluctuation": "Fluctuation",
    "units": "Motor units",
}
STYLE = """
body {font-family: system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733}
table {border-collapse: collapse; margin: 1rem 0} td, th {padding: .25rem .8rem; text-align: right}
th {border-bottom: 2px solid #8fa3b5} td:first-child, th:first-child {text-align: left}
tr.group td {font-weight: 600; padding-top: .9rem; text-align: left} td.interval {color: #687887}
tr.far td {background: #fdf0e6} img {max-width: 100%} p.note {color: #687887}
"""


def write_report(comparison: Comparison, figures: Sequence[Figure], folder: Path) -> tuple[Path, Path]:
    """Write report.html, which contains its figures, and report.json; return their paths.

    Args:
        comparison: What is reported.
        figures: Figures of the page.
        folder: Made if necessary; an earlier report in it is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, numbers = folder / "report.html", folder / "report.json"
    page.write_text(page_of(comparison, figures), encoding="utf-8")
    numbers.write_text(json.dumps(as_data(comparison), indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return page, numbers


def as_data(comparison: Comparison) -> dict[str, Any]:
    """Return the numbers of a comparison as plain data for JSON."""
    found = comparison.discrimination
    segments = [
        {**asdict(one.segment), "duration": one.duration, "channels": one.emg.shape[1], "sample_rate": one.sample_rate}
        for one in comparison.recorded
    ]
    return _finite(
        {
            "recording": comparison.source.name,
            "set": comparison.situation.name,
            "emgsim_version": __version__,
            "segments": segments,
            "features": [asdict(row) for row in comparison.rows],
            "distance": comparison.distance,
            "discriminator": asdict(found) if found else None,
            "remark": comparison.remark,
        }
    )


def page_of(comparison: Comparison, figures: Sequence[Figure]) -> str:
    """Return the page as HTML; the figures are part of it."""
    situation = comparison.situation
    seconds = sum(one.duration for one in comparison.recorded)
    channels, count = comparison.recorded[0].emg.shape[1], len(comparison.recorded)
    body = [
        f"<h1>{html.escape(situation.name)}</h1>",
        f"<p>{html.escape(comparison.source.name)}: {count} segment{'s' if count > 1 else ''}, {seconds:.1f} s, "
        f"{channels} channels, beside the simulation of the same contraction with the anatomy "
        f"{html.escape(Path(situation.anatomy).stem)} (emgsim {__version__}).</p>",
        f"<p>{html.escape(verdict(comparison))}</p>",
        *(_image(figure) for figure in figures),
        "<h2>Measures</h2>",
        "<p class=note>Medians over channels, windows, pairs of channels or motor units, with the 95 % interval of a "
        "bootstrap over them. The difference is simulated minus recorded over the spread of the recorded values. "
        f"Rows with a difference of {FAR:g} or more are marked.</p>",
        _table(comparison),
    ]
    head = f"<meta charset=utf-8><title>{html.escape(situation.name)}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(body)}</body></html>\n"


def verdict(comparison: Comparison) -> str:
    """Return the result in one or two sentences."""
    found = comparison.discrimination
    if found is None:
        return f"Distance {comparison.distance:.2f}. There is no discriminator: {comparison.remark}."
    groups = ", ".join(f"{name} {one.auc:.2f}" for name, one in found.groups.items())
    telling = ", ".join(f"{name} ({value:+.2f})" for name, value in found.ranking[:3])
    return (
        f"Distance {comparison.distance:.2f}. Discriminator: AUC {found.overall.auc:.2f} "
        f"({found.overall.low:.2f} to {found.overall.high:.2f}); alone: {groups}. Largest coefficients: {telling}."
    )


def value_text(one: Measured | None) -> str:
    """Return the value of a measure with three digits; a dash if there is none."""
    return "–" if one is None else number_text(one.value)


def interval_text(one: Measured | None) -> str:
    """Return the interval of a measure; empty if there is none."""
    return "" if one is None else f"{number_text(one.low)} to {number_text(one.high)}"


def measured_text(one: Measured | None) -> str:
    """Return value and interval of a measure in one text."""
    return value_text(one) if one is None or one.low == one.high else f"{value_text(one)} ({interval_text(one)})"


def number_text(value: float) -> str:
    """Return a number with about three significant digits, without an exponent."""
    if not math.isfinite(value):
        return "–"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{min(digits, 3)}f}"


def _table(comparison: Comparison) -> str:
    head = "".join(f"<th>{title}</th>" for title in ("", "recorded", "", "simulated", "", "difference"))
    rows = []
    for group in GROUPS:
        chosen = [row for row in comparison.rows if row.group == group]
        if chosen:
            rows.append(f"<tr class=group><td colspan=6>{TITLES[group]}</td></tr>")
            rows += [_row(row) for row in chosen]
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _row(row: Row) -> str:
    far = row.difference is not None and abs(row.difference) >= FAR
    difference = "" if row.difference is None else f"{row.difference:+.1f}"
    name = html.escape(f"{row.name}, {row.unit}" if row.unit else row.name)
    cells = f"<td>{name}</td>"
    for one in (row.recorded, row.simulated):
        cells += f"<td>{value_text(one)}</td><td class=interval>{interval_text(one)}</td>"
    return f"<tr{' class=far' if far else ''}>{cells}<td>{difference}</td></tr>"


def _image(figure: Figure) -> str:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return f'<p><img alt="figure" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"></p>'


def _finite(value: Any) -> Any:
    """Return data in which numbers that are not finite are None, because JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
