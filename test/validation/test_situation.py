import pytest
from recorded_situations import write_situation

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import share_directory
from emgsim_ros.validation import Segment, load_situation


def test_a_situation_is_read_with_defaults(tmp_path):
    read = load_situation(write_situation(tmp_path / "one.yaml", "emg: {noise_rms: 0.01}\nband: [10, 400]\n"))
    assert (read.electrodes.rows, read.electrodes.columns, read.electrodes.montage) == (4, 3, "monopolar")
    assert read.segments[0].excitation == {"EDCM": 0.3}
    parameters = read.emg_parameters(1000.0)
    assert (parameters.sample_rate, parameters.noise_rms, parameters.high_pass) == (2000, 0.01, 10.0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"electrodes": "{rows: 0, columns: 3}"}, "rows"),
        ({"electrodes": "{rows: 4, columns: 3, order: spiral}"}, "order"),
        ({"electrodes": "{rows: 4, columns: 3, colour: red}"}, "colour"),
        ({"electrodes": "{rows: 4, columns: 3, missing: [12]}"}, "missing"),
        ({"electrodes": "{rows: 4, columns: 3, montage: tripolar}"}, "montage"),
        ({"electrodes": "{rows: many, columns: 3}"}, "rows"),
        ({"segments": "[]"}, "segments"),
        ({"segments": "[{start: 3, end: 2, excitation: {EDCM: 0.3}}]"}, "end"),
        ({"segments": "[{excitation: {EDCM: 1.3}}]"}, "excitation: EDCM"),
        ({"segments": "[{excitation: {EDCM: 0.3}, pose: grasp}]"}, "excitation or pose"),
        ({"segments": "[{start: 1}]"}, "excitation or pose"),
        ({"segments": "[{excitation: {EDCM: 0.3}, load: {wrist_flexion: 1}}]"}, "load"),
        ({"segments": "[{excitation: {EDCM: high}}]"}, "EDCM"),
        ({"unit": "furlong"}, "unit"),
        ({"band": "[450, 20]"}, "band"),
        ({"sample_rate": "-1"}, "sample_rate"),
        ({"channels": "[0, 0]"}, "channels"),
        ({"emg": "{noise_rsm: 1}"}, "noise_rsm"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_values_name_file_and_key(tmp_path, changes, expected):
    path = write_situation(tmp_path / "bad.yaml", **changes)
    with pytest.raises(InvalidInput) as caught:
        load_situation(path)
    assert str(path) in str(caught.value) and expected in str(caught.value)


def test_a_file_that_is_not_yaml_is_rejected(tmp_path):
    (tmp_path / "bad.yaml").write_text("electrodes: [1, 2\nsegments")
    with pytest.raises(InvalidInput, match="valid YAML"):
        load_situation(tmp_path / "bad.yaml")
    with pytest.raises(InvalidInput, match="readable YAML file"):
        load_situation(tmp_path / "missing.yaml")


def test_the_level_of_contraction():
    assert Segment(excitation={"FCR": 0.5, "FCU": 1.0}, level=0.2).share() == pytest.approx(0.2)
    assert Segment(excitation={"FCR": 0.5}, contraction=0.8).share() == 0.8
    assert Segment(pose="grasp").share() != Segment(pose="grasp").share()  # NaN: not stated


@pytest.mark.parametrize(
    "path", sorted((share_directory() / "config" / "validation").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_shipped_situations_are_valid(path):
    assert load_situation(path).segments
