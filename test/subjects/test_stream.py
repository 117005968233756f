import dataclasses

import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.errors import InvalidInput
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.scenario import load_scenario
from emgsim_ros.subjects.stream import subject_stream
from emgsim_ros.subjects.subject import standard_subject
from emgsim_ros.subjects.subject_file import write_subject

SMALL = {"rows": 2, "columns": 8, "units_per_muscle": 8, "muscles": ("FCU", "ECRB")}


def emg(stream, excitation=0.5, steps=30):
    made = []
    for number in range(steps):
        made += stream.push(number * 10_000_000, ("FCU", "ECRB"), (excitation, excitation))
    return np.concatenate([block.emg for block in made])


@pytest.fixture
def person():
    subject = standard_subject(seed=11)
    return dataclasses.replace(subject, strength=2.0, noise_rms=0.0, mains_amplitude=0.0)


@pytest.fixture
def file(person, tmp_path):
    write_subject(dataclasses.replace(person, strength=1.0), tmp_path / "me.yaml")
    return tmp_path / "me.yaml"


def test_a_stronger_person_needs_less_excitation(person, tmp_path):
    strong = subject_stream(EmgParameters(**SMALL), cache=tmp_path, subject=person)
    weak = subject_stream(EmgParameters(**SMALL), cache=tmp_path, subject=dataclasses.replace(person, strength=1.0))
    assert np.array_equal(emg(strong, 0.4), emg(weak, 0.2))
    assert np.abs(emg(subject_stream(EmgParameters(**SMALL), cache=tmp_path, subject=person), 0.8)).max() > 0


def test_a_file_determines_anatomy_units_and_noise(file, tmp_path):
    by_file = subject_stream(EmgParameters(**SMALL, subject=str(file), noise_rms=0.5), cache=tmp_path)
    assert by_file.parameters.noise_rms == 0.0 and by_file.parameters.seed == 11
    other = subject_stream(EmgParameters(**SMALL, subject=str(file), seed=2), cache=tmp_path)
    one, two = emg(by_file), emg(other)
    assert not np.array_equal(one, two)  # the scenario's seed chooses the discharges
    assert 0.5 < one.std() / two.std() < 2.0


def test_the_plain_stream_refuses_a_subject_instead_of_ignoring_it(file):
    with pytest.raises(InvalidInput, match="subject"):
        EmgStream(EmgParameters(**SMALL, subject=str(file)))
    with pytest.raises(InvalidInput, match="anatomy"):
        subject_stream(EmgParameters(**SMALL, subject=str(file)), anatomy=standard_subject().anatomy)
    with pytest.raises(InvalidInput, match="strength"):
        EmgStream(EmgParameters(**SMALL), strength=0.0)


def test_launching_with_a_subject_gives_emg_and_co_contraction_of_the_person(person, tmp_path):
    write_subject(dataclasses.replace(person, co_contraction=0.07), tmp_path / "me.yaml")
    scenario = load_scenario("forearm_sim", subject=str(tmp_path / "me.yaml"))
    assert scenario.parameters("emg").subject == str((tmp_path / "me.yaml").resolve())
    assert scenario.parameters("musculoskeletal").co_contraction == 0.07


def test_launching_with_a_broken_subject_or_without_emg_is_refused(file, tmp_path):
    with pytest.raises(InvalidInput, match=r"none\.yaml"):
        load_scenario("forearm_sim", subject=str(tmp_path / "none.yaml"))
    with pytest.raises(InvalidInput, match="node emg"):
        load_scenario("leg_sim", subject=str(file))
