"""Published findings are read with their sources, and malformed entries are rejected by number and key."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from emgsim_ros import InvalidInput
from emgsim_ros.validation.literature import Finding, load_findings

ENTRY: dict[str, Any] = {
    "quantity": "median frequency",
    "muscle": "biceps brachii",
    "condition": "bipolar, 50 %",
    "low": 72,
    "high": 108,
    "unit": "Hz",
    "source": "Krivickas et al. 1998, J Clin Neurophysiol 15:138-145",
    "checked": True,
}


def write(path: Path, *entries: Any) -> Path:
    path.write_text(yaml.safe_dump({"findings": list(entries)}))
    return path


def test_an_entry_is_read_and_compared(tmp_path: Path) -> None:
    (finding,) = load_findings(write(tmp_path / "own.yaml", ENTRY))
    assert finding == Finding(**ENTRY)
    assert finding.contains(72) and finding.contains(90) and not finding.contains(109)
    assert not finding.contains(math.nan)
    assert finding.published == "72 to 108 Hz"
    assert finding.note == "" and finding.measure == ""


@pytest.mark.parametrize(("low", "high", "unit", "text"), [(0.7, 1, "1", "0.7 to 1"), (62, 62, "%", "62 %")])
def test_the_range_is_written_without_needless_parts(low: float, high: float, unit: str, text: str) -> None:
    assert Finding(**{**ENTRY, "low": low, "high": high, "unit": unit}).published == text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"low": 120}, "high"),
        ({"low": "many"}, "low"),
        ({"high": math.inf}, "high"),
        ({"low": True}, "low"),
        ({"checked": "yes, I think"}, "checked"),
        ({"checked": 1}, "checked"),
        ({"source": ""}, "source"),
        ({"source": "  "}, "source"),
        ({"unit": 1}, "unit"),
        ({"note": None}, "note"),
        ({"measure": ["a", "b"]}, "measure"),
        ({"page": 138}, "key"),
    ],
)
def test_a_malformed_value_is_rejected_with_the_number_of_its_entry(
    tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    path = write(tmp_path / "own.yaml", ENTRY, {**ENTRY, **change})
    with pytest.raises(InvalidInput, match="finding 2") as caught:
        load_findings(path)
    assert caught.value.field.endswith(f": {field}")


@pytest.mark.parametrize("missing", [name for name in ENTRY])
def test_a_missing_key_is_named(tmp_path: Path, missing: str) -> None:
    entry = {key: value for key, value in ENTRY.items() if key != missing}
    with pytest.raises(InvalidInput, match=missing):
        load_findings(write(tmp_path / "own.yaml", entry))


@pytest.mark.parametrize("content", ["findings: []", "findings: 3", "other: []", "- 1", "findings: [text]", ": :"])
def test_a_file_without_findings_is_rejected(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(content)
    with pytest.raises(InvalidInput):
        load_findings(path)


def test_a_missing_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="readable YAML"):
        load_findings(tmp_path / "none.yaml")


def test_the_shipped_findings_have_sources_with_a_year_or_a_recording() -> None:
    findings = load_findings()
    assert len(findings) > 40
    for finding in findings:
        dated = any(str(year) in finding.source for year in range(1950, 2031))
        own = finding.source.startswith(("recording", "emgforge", "J Neurol"))
        assert dated or own, finding.source
        if not finding.checked:
            assert "memory" in finding.note or "secondary" in finding.note, finding


def test_no_finding_of_the_shipped_file_is_listed_twice() -> None:
    findings = load_findings()
    assert len(set(findings)) == len(findings)
