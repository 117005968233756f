"""Tables of the errors and scores of decoders, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .evaluation import ALL_STAGES, GENERALIZATIONS, Finding
from .finger_confusion import DIGITS, FingerConfusion
from .scores import GROUPS, Score, interval
from .within_person import ReferenceRow


def markdown(findings: Sequence[Finding]) -> str:
    """Return a table with a row for each network and way and a column for each generalisation: degrees and mm."""
    findings = [finding for finding in findings if finding.stage == ALL_STAGES]
    lines = ["| network | way | " + " | ".join(GENERALIZATIONS) + " |", "|---|---|" + "---|" * len(GENERALIZATIONS)]
    for name, way in dict.fromkeys((finding.network, finding.way) for finding in findings):
        mine = {f.generalization: f.errors for f in findings if (f.network, f.way) == (name, way)}
        cells = [f"{mine[one].angle:.2f} deg, {mine[one].landmark:.1f} mm" for one in GENERALIZATIONS]
        lines.append(f"| {name} | {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def stages_markdown(findings: Sequence[Finding]) -> str:
    """Return a table with a row for each stage of new people and a column for each network and way, in degrees."""
    staged = [finding for finding in findings if finding.stage != ALL_STAGES]
    columns = list(dict.fromkeys((finding.network, finding.way) for finding in staged))
    heads = (f"{name} ({way})" for name, way in columns)
    lines = ["| stage, new people | " + " | ".join(heads) + " |", "|---|" + "---|" * len(columns)]
    for stage, generalization in dict.fromkeys((finding.stage, finding.generalization) for finding in staged):
        row = [f for f in staged if (f.stage, f.generalization) == (stage, generalization)]
        errors = {(f.network, f.way): f.errors.angle for f in row}
        label = stage if generalization == "user" else f"{stage} (not in the training)"
        lines.append(f"| {label} | " + " | ".join(f"{errors[one]:.1f}" for one in columns) + " |")
    return "\n".join(lines) + "\n"


def scores_markdown(finding: Finding) -> str:
    """Return a table with a row for each group of angles: scores, and errors beside those of estimates without EMG."""
    titles = ["R2", "correlation", "error", "median posture", "staying"]
    titles += ["error, moving", "median posture, moving", "staying, moving"]
    lines = ["| angles | " + " | ".join(titles) + " |", "|---|" + "---|" * len(titles)]
    for group in ("all angles", *(name for name in GROUPS if name in finding.scores)):
        row = finding.scores[group]
        cells = [interval_text(row[name], 2) for name in ("r2", "correlation")]
        for name in ("error", "median", "staying", "moving", "median_moving", "staying_moving"):
            cells.append(interval_text(row[name], 1))
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def joints_markdown(findings: Sequence[Finding]) -> str:
    """Return a table of the R2 of every angle (rows) in every finding (columns)."""
    names = [name for name in findings[0].scores if name not in GROUPS and name != "all angles"]
    titles = (f"{one.network}, {one.way}, {one.generalization}" for one in findings)
    lines = ["| R2 | " + " | ".join(titles) + " |", "|---|" + "---|" * len(findings)]
    for name in names:
        lines.append(f"| {name} | " + " | ".join(interval_text(one.scores[name]["r2"], 2) for one in findings) + " |")
    return "\n".join(lines) + "\n"


def confusion_markdown(finding: Finding) -> str:
    """Return a table of the movements of single digits: the extent of every estimated digit, in % of the true one."""
    people = list(finding.confusion.values())
    total = sum(people[1:], people[0])
    lines = [
        "| moves | movements | " + " | ".join(DIGITS) + " | right digit |",
        "|---|---|" + "---|" * (len(DIGITS) + 1),
    ]
    for number, digit in enumerate(DIGITS):
        if not total.movements[number]:
            continue
        gains = [f"{100 * gain:.0f}" for gain in total.gains[number]]
        right = total.chosen[number, number] / total.movements[number]
        lines.append(f"| {digit} | {total.movements[number]} | " + " | ".join(gains) + f" | {100 * right:.0f} % |")
    return "\n".join(lines) + f"\n\nRight digit, mean over people: {_share(people)}.\n"


def analysis_markdown(findings: Sequence[Finding]) -> str:
    """Return all tables of an analysis: errors, errors by stage, and the scores of every network on new people."""
    parts = [markdown(findings), stages_markdown(findings)]
    new = [one for one in findings if one.stage == ALL_STAGES and one.generalization == "user"]
    for one in new:
        title = f"{one.network}, {one.way}: {len(one.people)} new people, mean (95 % interval), errors in degrees"
        parts += [f"**{title}**\n", scores_markdown(one), confusion_markdown(one)]
    return "\n".join([*parts, joints_markdown(new)]) if new else "\n".join(parts)


def reference_markdown(rows: Sequence[ReferenceRow]) -> str:
    """Return a table with a row for each stage and group of angles: R2 within the person and of the decoder."""
    ways = list(rows[0].decoder)
    lines = ["| stage | angles | within the person | " + " | ".join(f"decoder, {way}" for way in ways) + " |"]
    lines.append("|---|---|---|" + "---|" * len(ways))
    for row in rows:
        for group in ("all angles", *(name for name in GROUPS if name in row.within)):
            scores = (row.within[group], *(row.decoder[way][group] for way in ways))
            cells = [interval_text(one["r2"], 2) for one in scores]
            lines.append(f"| {row.stage} | {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def interval_text(score: Score, digits: int) -> str:
    """Return a mean with its interval; without the interval if there is none."""
    if not np.isfinite(score.value):
        return ""
    mean = f"{score.value:.{digits}f}"
    return f"{mean} ({score.low:.{digits}f} to {score.high:.{digits}f})" if np.isfinite(score.low) else mean


def _share(people: Sequence[FingerConfusion]) -> str:
    score = interval([100 * one.accuracy for one in people])
    return interval_text(score, 0) + " %" if np.isfinite(score.value) else "no movements of single digits"
