"""From a recording on disk to a subject file, by the command."""

import numpy as np
import pytest
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.fitting.calibration import MOST_CHANNELS, calibration_of, load_calibration
from emgsim_ros.fitting.person import FitSettings, fit_person
from emgsim_ros.subjects.subject import standard_subject
from emgsim_ros.subjects.subject_file import read_subject
from emgsim_ros.validation import Recording, load_situation, read_segments

SITUATION = """
name: test
sample_rate: 2048
electrodes: {rows: 2, columns: 6, spacing: 20, diameter: 4}
band: [20, 450]
emg: {noise: [white], muscles: [FCR, FCU, ECRB, ECU]}
segments:
  - {name: flexion, end: 3, excitation: {FCR: 0.8, FCU: 0.8}}
  - {name: extension, start: 3, end: 6, excitation: {ECRB: 0.6, ECU: 0.6}}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory, parameters, contractions, simulated):
    folder = tmp_path_factory.mktemp("recording")
    person = standard_subject(seed=9)
    emg = np.concatenate([simulated(person, parameters, one, 3.0) for one in contractions])
    np.savetxt(folder / "calibration.csv", emg, delimiter=",", fmt="%.6f")
    (folder / "situation.yaml").write_text(SITUATION)
    return folder


def test_the_command_writes_a_subject_that_the_graph_takes(files, tmp_path):
    output = tmp_path / "me.yaml"
    arguments = ["fit", str(files / "calibration.csv"), "--situation", str(files / "situation.yaml")]
    done = CliRunner().invoke(app, [*arguments, "--output", str(output), "--evaluations", "12"])
    assert done.exit_code == 0, done.output
    assert "held-out part" in done.output
    subject = read_subject(output)
    assert subject.name == "me" and subject.fitted["recording"] == "calibration.csv"
    assert subject.fitted["evaluations"] <= 12


def test_half_of_each_contraction_is_held_out(files):
    situation = load_situation(files / "situation.yaml")
    made = load_calibration(files / "calibration.csv", situation)
    assert [one.name for one in made.contractions] == ["flexion", "extension"]
    assert [one.duration for one in made.held_out_segments] == pytest.approx([1.5, 1.5], abs=0.01)
    assert made.objective(held_out=True).distance(made.fitting) > 0
    segments = read_segments(files / "calibration.csv", situation)
    repeated = calibration_of([segments[0], *segments, segments[0]], situation)
    assert len(repeated.contractions) == 2 and [round(one.duration, 1) for one in repeated.held_out_segments] == [
        3,
        1.5,
    ]


def test_channels_of_a_large_grid_are_left_out_evenly(files):
    situation = load_situation(files / "situation.yaml")
    made = load_calibration(files / "calibration.csv", situation)
    assert made.channels == tuple(range(12)) and MOST_CHANNELS >= 12


def test_a_measured_circumference_outside_the_generators_range_is_refused(files):
    made = load_calibration(files / "calibration.csv", load_situation(files / "situation.yaml"))
    with pytest.raises(InvalidInput, match="skin radius"):
        fit_person(made, "me", "x", FitSettings(evaluations=10, circumference=0.6))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"end: 3,": "end: 0.8,"}, "duration"),
        ({"FCR: 0.8, FCU: 0.8": "HEART: 0.8"}, "HEART"),
        ({"FCR: 0.8, FCU: 0.8": "FCR: 0.0", "ECRB: 0.6, ECU: 0.6": "ECU: 0.0"}, "at least one segment"),
        ({"band: [20, 450]": "band: [20, 24]"}, "band"),
    ],
)
def test_recordings_that_cannot_be_fitted_are_refused(files, tmp_path, change, named):
    text = SITUATION
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "situation.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=named):
        load_calibration(files / "calibration.csv", load_situation(tmp_path / "situation.yaml"))


def test_different_sampling_rates_are_refused(files):
    situation = load_situation(files / "situation.yaml")
    one, two = read_segments(files / "calibration.csv", situation)
    slower = Recording(**{**vars(two), "sample_rate": 1000.0})
    with pytest.raises(InvalidInput, match="sampling rates"):
        calibration_of([one, slower], situation)
