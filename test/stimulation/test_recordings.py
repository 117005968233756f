import csv

import h5py
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.stimulation.patient_data import SessionPlan, draw_configurations, record_patient
from emgsim_ros.stimulation.recordings import read_recordings, split_by_configuration


def test_recordings_come_back_from_their_two_files(recordings, tmp_path):
    path = tmp_path / "patient.h5"
    recordings.write(path)
    again = read_recordings(path)
    assert again.trials == recordings.trials and again.muscles == recordings.muscles
    assert np.array_equal(again.emg, recordings.emg) and np.array_equal(again.signals, recordings.signals)


def test_envelopes_follow_the_responses(recordings):
    envelopes = recordings.envelopes
    assert envelopes.shape == recordings.emg.shape and envelopes.min() >= 0
    assert np.allclose(np.quantile(envelopes.max(axis=1), 0.999, axis=0), 1.0, atol=0.02)
    strong = np.array([trial.amplitude == 4.0 for trial in recordings.trials])
    silent = np.array([trial.amplitude == 0.0 for trial in recordings.trials])
    assert envelopes[strong].max() > 5 * envelopes[silent].max()


def test_the_split_holds_out_whole_configurations(recordings):
    train, held_out = split_by_configuration(recordings.trials, 0.25, 3)
    names = [{recordings.trials[row].configuration.name for row in rows} for rows in (train, held_out)]
    assert not names[0] & names[1] and len(names[1]) == 6
    assert len(train) + len(held_out) == len(recordings.trials)


def test_configurations_are_all_different_and_begin_with_the_single_contacts():
    drawn = draw_configurations(200, 16, np.random.default_rng(0))
    assert len({one.name for one in drawn}) == 200
    assert [one.cathodes for one in drawn[:16]] == [(contact,) for contact in range(16)]


def test_trials_scatter_and_seeds_repeat(patient):
    plan = SessionPlan(3, (3.0,), (40.0,), 0.1)
    first, again = (record_patient(patient, plan, "lumbar").emg for _ in range(2))
    other = record_patient(patient, SessionPlan(3, (3.0,), (40.0,), 0.1, seed=2), "lumbar").emg
    assert np.array_equal(first, again) and not np.allclose(first, other)


def damage(path, change):
    rows = list(csv.DictReader(path.open()))
    rows = change(rows)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda rows: rows[:-3], "no row for trial"),
        (lambda rows: [{**row, "amplitude": "much"} for row in rows], "trial 0"),
        (lambda rows: [{k: v for k, v in row.items() if k != "anodes"} for row in rows], "anodes"),
    ],
)
def test_incomplete_tables_are_refused_by_name(recordings, tmp_path, change, named):
    path = tmp_path / "patient.h5"
    recordings.write(path)
    damage(path.with_suffix(".csv"), change)
    with pytest.raises(InvalidInput, match=named):
        read_recordings(path)


def test_broken_files_are_refused_by_name(recordings, tmp_path):
    path = tmp_path / "patient.h5"
    with pytest.raises(InvalidInput, match="recordings"):
        read_recordings(path)
    recordings.write(path)
    with h5py.File(path, "r+") as file:
        del file["emg"].attrs["muscles"]
    with pytest.raises(InvalidInput, match="muscles"):
        read_recordings(path)
    recordings.write(path)
    path.with_suffix(".csv").unlink()
    with pytest.raises(InvalidInput, match="table of configurations"):
        read_recordings(path)
