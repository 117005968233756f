"""Recordings of virtual subjects."""

import numpy as np
import pytest

from emgsim_ros.emg.muscle_activity import MuscleActivity
from emgsim_ros.emg.plan import spike_trains
from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import load_movement
from emgsim_ros.motor_units import CommonDrive
from emgsim_ros.musculoskeletal import load_model
from emgsim_ros.parameters import EmgParameters, MusculoskeletalParameters
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


def test_potentials_in_memory_are_those_of_the_cache(studio):
    movement = load_movement("hand_tour")
    alone = SubjectStudio(standard_subject(), {"ring": SETS["ring"]}, studio._model, units_per_muscle=4)
    made, kept = (one.record(movement, 0.3, trial=1)["ring"].emg for one in (alone, studio))
    assert np.array_equal(made, kept)


def test_both_sets_record_the_same_discharges():
    """Discharge times do not depend on the sampling rate: they differ by less than a sample."""
    anatomy, units, times = standard_subject().anatomy, {"FCR": 30, "FDPM": 30}, {}
    for rate in (2000, 2048):
        parameters = standard_subject().emg_parameters(EmgParameters(sample_rate=rate))
        trains = spike_trains(parameters, anatomy, units, 5)
        common = CommonDrive(tuple(units), anatomy.pools, parameters.common_drive, rate, 5)
        activity = MuscleActivity(2, trains, common, rate, parameters.refresh_rate, parameters.fatigue)
        stamps = np.arange(0, 5_100_000_000, 10_000_000)
        activity.add(stamps, np.full((len(stamps), 2), 0.25), np.ones((len(stamps), 2)))
        spikes, _ = activity.advance(0, 5 * rate)
        order = np.lexsort((spikes.sample, spikes.unit, spikes.muscle))
        times[rate] = [column[order] for column in (spikes.muscle, spikes.unit, spikes.sample / rate)]
    first, second = times.values()
    both = [np.array_equal(a, b) for a, b in zip(first[:2], second[:2], strict=True)]
    assert all(both) and len(first[0]) > 1000
    assert np.percentile(np.abs(first[2] - second[2]), 99) < 0.0015
    assert np.median(np.abs(first[2] - second[2])) < 0.0004


def test_angles_are_interpolated_linearly():
    rng = np.random.default_rng(0)
    times, values = np.arange(50) * 0.01, rng.standard_normal((50, 3))
    moments = np.append(np.sort(rng.uniform(0, 0.49, 200)), times[[0, 17, 49]])
    wanted = np.stack([np.interp(moments, times, column) for column in values.T], axis=1)
    assert np.allclose(recording._interpolated(moments, times, values), wanted, atol=1e-12)
