import base64
import json
import re

import numpy as np
import pytest
from recorded_situations import RATE, recording, situation, white, write_situation
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.figures.validation_figure import comparison_figures
from emgsim_ros.validation.comparison import comparison_of
from emgsim_ros.validation.report import number_text, verdict, write_report

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    source = tmp_path_factory.mktemp("recorded") / "white.csv"
    train = np.arange(50, 7900, 97)
    recorded = recording(white(), discharges=(train,))
    return comparison_of(
        source, situation(name="white & black"), [recorded], [recording(2 * white(seed=1), discharges=())]
    )


def test_the_page_contains_its_figures_and_the_table(compared, tmp_path):
    page, numbers = write_report(compared, comparison_figures(compared), tmp_path / "report")
    text = page.read_text()
    assert "white &amp; black" in text and "median frequency, Hz" in text and 'src="http' not in text
    images = [base64.b64decode(one) for one in re.findall(r"base64,([^\"]+)\"", text)]
    assert len(images) == 3 and all(one.startswith(b"\x89PNG") for one in images)
    data = json.loads(numbers.read_text())
    rms = next(row for row in data["features"] if row["name"] == "RMS")
    assert rms["simulated"]["value"] == pytest.approx(2 * rms["recorded"]["value"], rel=0.05)
    assert 0 <= data["discriminator"]["overall"]["auc"] <= 1
    assert data["segments"][0]["duration"] == 8.0


def test_what_is_missing_is_said(compared):
    units = [row for row in compared.rows if row.group == "units"]
    assert units and all(row.simulated is None and row.difference is None for row in units)
    short = comparison_of(compared.source, compared.situation, [recording(white(1.0))], [recording(white(1.0))])
    assert short.discrimination is None and "at least 3 s" in verdict(short)


def test_numbers_are_short():
    assert [number_text(one) for one in (1234.5, 12.34, 0.01234, -0.5, 0.0, float("nan"))] == [
        "1234",
        "12.3",
        "0.012",
        "-0.500",
        "0",
        "–",
    ]


def test_the_command(tmp_path, monkeypatch, cache):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    np.savetxt(tmp_path / "a.csv", white(4.0), delimiter=",")
    path = write_situation(tmp_path / "s.yaml", "emg: {units_per_muscle: 12}\n", sample_rate=f"{RATE:g}")
    arguments = ["validate", str(tmp_path / "a.csv"), "--situation", str(path), "--output", str(tmp_path / "report")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "median frequency" in result.output and "AUC" in result.output
    assert (tmp_path / "report" / "report.html").is_file() and (tmp_path / "report" / "report.json").is_file()
