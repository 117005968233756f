import dataclasses

import pytest
import yaml

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.subjects.subject import draw_subject, standard_subject
from emgsim_ros.subjects.subject_file import read_subject, write_subject


@pytest.fixture(scope="module")
def standard():
    return load_anatomy(config_file("forearm", folder="anatomy"))


@pytest.fixture
def content(standard, tmp_path):
    path = tmp_path / "written.yaml"
    write_subject(draw_subject(standard, 1, 3), path)
    return yaml.safe_load(path.read_text())


def read(tmp_path, content):
    path = tmp_path / "me.yaml"
    path.write_text(yaml.safe_dump(content))
    return read_subject(path)


@pytest.mark.parametrize("number", range(3))
def test_a_subject_returns_from_its_file_to_the_last_bit(standard, tmp_path, number):
    subject = draw_subject(standard, 7, number)
    write_subject(subject, tmp_path / "people" / "me.yaml")
    assert read_subject(tmp_path / "people" / "me.yaml") == subject


def test_settings_of_the_emg_and_the_card_of_a_fit_return_as_well(tmp_path):
    card = {"recording": "calibration", "date": "2026-01-01", "distance": {"default": 2.0, "fitted": 0.5}}
    emg = {"noise": ("white", "mains"), "baseline_rms": 0.01, "pool": "integrate_and_fire"}
    subject = dataclasses.replace(standard_subject(), emg=emg, fitted=card)
    write_subject(subject, tmp_path / "me.yaml")
    again = read_subject(tmp_path / "me.yaml")
    assert again == subject
    assert again.emg_parameters(EmgParameters()).pool == "integrate_and_fire"


def test_the_file_is_short_and_names_only_what_is_changed(tmp_path):
    write_subject(standard_subject(), tmp_path / "me.yaml")
    assert yaml.safe_load((tmp_path / "me.yaml").read_text())["muscles"] == {}
    assert len((tmp_path / "me.yaml").read_text().splitlines()) < 40


def test_a_person_edits_the_circumference_of_the_limb(tmp_path, content):
    del content["limb"]["skin_radius"]
    content["limb"]["circumference"] = 0.26
    assert read(tmp_path, content).anatomy.cylinder.skin_radius == pytest.approx(0.26 / 6.283185307)


def change(*keys, value):
    def edit(content):
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (change("format", value=2), "format is 2"),
        (change("colour", value=1), "key is 'colour'"),
        (change("name", value=7), "name"),
        (change("standard", value="elephant"), "elephant"),
        (change("standard", value=[]), "standard"),
        (change("limb", "fat", value="thick"), "limb: fat"),
        (change("limb", "fat", value=0.04), "layer radii"),
        (change("limb", "fat", value=-0.001), "fat"),
        (change("limb", "circumference", value=0.25), "either skin_radius or circumference"),
        (change("limb", "hair", value=0.04), "key is 'hair'"),
        (change("electrodes", "turn", value=float("nan")), "electrodes: turn"),
        (change("electrodes", "tilt", value=0.0), "key is 'tilt'"),
        (change("subject", "strength", value=0.0), "subject: strength"),
        (change("subject", "co_contraction", value=0.9), "subject: co_contraction"),
        (change("subject", "seed", value=1.5), "subject: seed"),
        (change("subject", "age", value=30), "key is 'age'"),
        (change("emg", "noise_rms", value=-1.0), "noise_rms"),
        (change("emg", "rows", value=4), "emg: rows"),
        (change("emg", "loudness", value=4), "loudness"),
        (change("emg", "pool", value="x"), "fuglevand"),
        (change("muscles", "HEART", value={}), "HEART"),
        (change("muscles", "FCU", value={"area": 0.0}), "muscles: FCU: area"),
        (change("muscles", "FCU", value={"weight": 1.0}), "key is 'weight'"),
        (change("muscles", "FCU", value=1.0), "muscles: FCU"),
        (change("fitted", value="well"), "fitted"),
        (lambda content: content.pop("limb"), "'limb'"),
        (lambda content: content["subject"].pop("pace"), "'pace'"),
    ],
)
def test_every_bad_key_and_value_is_refused_with_the_file_and_the_key(tmp_path, content, edit, named):
    edit(content)
    with pytest.raises(InvalidInput, match=named) as refused:
        read(tmp_path, content)
    assert "me.yaml" in refused.value.field or named == "elephant"


def test_a_missing_file_and_a_subject_without_a_body_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"none\.yaml"):
        read_subject(tmp_path / "none.yaml")
    with pytest.raises(InvalidInput, match="body"):
        write_subject(dataclasses.replace(standard_subject(), body=None), tmp_path / "me.yaml")
