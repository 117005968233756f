"""A small data set whose EMG determines the angles: two movements, each with its EMG on one half of the channels."""

from __future__ import annotations

import numpy as np
import pytest

from emgsim_ros.sessions.pose_metadata import SessionRow, write_metadata
from emgsim_ros.sessions.pose_session import SessionFacts, write_session

RATE = 2000


def write_made_up_session(path, seconds, seed, user="a", stage="waves"):
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase, speed = rng.uniform(0, 2 * np.pi, 2), rng.uniform(0.2, 0.6, 2)
    bent = 0.6 + 0.5 * np.sin(2 * np.pi * speed * time[:, None] + phase)
    angles, level = np.repeat(bent, 10, axis=1), np.repeat(bent, 8, axis=1)
    gain = np.exp(0.3 * rng.standard_normal())  # of the session: amplitudes differ between sessions
    emg = gain * (0.02 + 0.2 * level) * rng.standard_normal((len(time), 16))
    write_session(path, SessionFacts(path.stem, stage, user, "right", 0.0, seconds, RATE), emg.astype("f4"), angles)


@pytest.fixture(scope="session")
def data_set(tmp_path_factory):
    """Folder of a data set in emg2pose's layout."""
    folder = tmp_path_factory.mktemp("data")
    rows = []
    uses = [("train", "")] * 4 + [("val", "user"), ("test", "user"), ("test", "stage"), ("test", "user_stage")]
    for number, (split, generalization) in enumerate(uses):
        name = f"session{number}"
        write_made_up_session(folder / f"{name}.hdf5", 8.0, number)
        facts = ("a", name, "waves", "right", "right", "user" in generalization, "stage" in generalization)
        rows.append(SessionRow(*facts, split, generalization, name))
    write_metadata(folder / "metadata.csv", rows)
    return folder


@pytest.fixture
def session(tmp_path):
    """A session file of 2 s."""
    path = tmp_path / "session.hdf5"
    write_made_up_session(path, 2.0, 3)
    return path
