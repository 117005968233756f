"""Situations and recordings of known properties."""

from pathlib import Path

import numpy as np

from emgsim_ros.validation import Electrodes, Recording, Segment, Situation
from emgsim_ros.validation.recording import layout_of

RATE = 1000.0


def situation(rows: int = 4, columns: int = 3, **values) -> Situation:
    """A patch of monopolar electrodes, 8 mm apart, over the finger extensors."""
    electrodes = Electrodes(rows, columns, spacing=8.0, column_spacing=8.0, angle=0.6)
    segments = (Segment(excitation={"EDCM": 0.3}),)
    return Situation(**{"electrodes": electrodes, "segments": segments, "sample_rate": RATE, **values})


def recording(emg: np.ndarray, **values) -> Recording:
    """A recording of [samples, 4 x 3 channels] in mV at 1 kHz."""
    where = situation()
    return Recording(
        **{
            "emg": emg.astype(np.float32),
            "sample_rate": RATE,
            "layout": layout_of(where),
            "arbitrary": False,
            "mains": 50.0,
            "band": (20.0, 450.0),
            "segment": where.segments[0],
            **values,
        }
    )


def white(seconds: float = 8.0, channels: int = 12, seed: int = 0) -> np.ndarray:
    """White noise of 0.1 mV."""
    return 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * RATE), channels))


def write_situation(path: Path, text: str = "", **changes: str) -> Path:
    """Write a situation file; ``changes`` replace lines by key."""
    lines = {
        "name": "a test",
        "anatomy": "forearm",
        "sample_rate": "1000",
        "unit": "mV",
        "electrodes": "{rows: 4, columns: 3, spacing: 8, column_spacing: 8, angle: 0.6}",
        "segments": "[{excitation: {EDCM: 0.3}}]",
        **changes,
    }
    path.write_text("\n".join(f"{key}: {value}" for key, value in lines.items()) + "\n" + text)
    return path
