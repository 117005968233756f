"""Recordings of virtual subjects."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import load_model
from emgsim_ros.parameters import MusculoskeletalParameters
from emgsim_ros.subjects import recording
from emgsim_ros.subjects.recording import Electrodes, SubjectStudio
from emgsim_ros.subjects.subject import standard_subject

SETS = {"ring": Electrodes(1, 8, 8.0, 8.0, 2000, 125), "grid": Electrodes(2, 8, 8.0, 4.0, 2048, 128)}


@pytest.fixture(scope="module")
def studio(cache):
    model = load_model(MusculoskeletalParameters())
    return SubjectStudio(standard_subject(), SETS, model, cache, units_per_muscle=4)


def test_the_length_of_the_chunks_does_not_change_the_recording(studio, monkeypatch):
    movement = load_movement("hand_tour")
    made = []
    for chunk in (0.01, 0.37, 1.0):
        monkeypatch.setattr(recording, "CHUNK", chunk)
        made.append(studio.record(movement, 1.2, trial=1))
    for other in made[1:]:
        for name, one in other.items():
            assert one.emg.shape == (round(1.2 * SETS[name].sample_rate), SETS[name].rows * 8)
            assert np.array_equal(one.emg, made[0][name].emg) and np.array_equal(one.angles, made[0][name].angles)


def test_a_recording_without_length_is_refused(studio):
    with pytest.raises(InvalidInput, match="duration"):
        studio.record(load_movement("hand_tour"), 0.0, trial=1)
