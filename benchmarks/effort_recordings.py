"""Amplitudes of gestures in public recordings, read from folders of their files (see effort.py).

Amplitudes are RMS values above 20 Hz, from the middle of each recording; the power at rest is subtracted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfiltfilt

# Classes of the sets, by the names of effort.py.
INTENSITY = {2: "wrist flexion", 3: "wrist extension", 4: "pronation", 5: "supination", 6: "chuck grip", 7: "hand open"}
DC3 = (
    "rest", "radial deviation", "wrist flexion", "ulnar deviation", "wrist extension", "supination", "pronation",
    "power grip", "hand open", "chuck grip", "pinch",
)  # fmt: skip
LONG_TERM = (
    "rest", "wrist flexion", "wrist extension", "radial deviation", "ulnar deviation", "pronation", "supination",
    "power grip",
)  # fmt: skip
MYO = (
    "rest", "wrist flexion", "wrist extension", "radial deviation", "ulnar deviation", "pronation", "supination",
    "power grip",
)  # fmt: skip


def amplitude(signal: np.ndarray, rate: float, kept: np.ndarray | None = None) -> np.ndarray:
    """Return the [channels] RMS above 20 Hz of the ``kept`` samples, by default the middle two thirds."""
    centred = sosfiltfilt(butter(4, 20.0, "high", fs=rate, output="sos"), signal - signal.mean(axis=0), axis=0)
    cut = len(centred) // 6
    chosen = centred[cut:-cut] if kept is None else centred[kept]
    return np.sqrt(np.square(chosen).mean(axis=0))


def above(amplitudes: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return amplitudes without the power at rest."""
    return np.sqrt(np.maximum(np.square(amplitudes) - np.square(rest), 0.0))


def recorded_shares(sets: Path) -> dict[str, tuple[str, str]]:
    """Return the share (%) of light and medium gestures of their maximum in ContractionIntensity, as texts."""
    found: dict[str, tuple[str, str]] = {}
    people = [_intensity(folder) for folder in sorted((sets / "ContractionIntensity").glob("S*"))]
    for number, name in INTENSITY.items():
        texts = []
        for level in ("Light", "Medium"):
            shares = []
            for person in people:
                rest = np.median(person["MVC", 1] + person["Light", 1], axis=0)
                usual = np.mean([above(one, rest) for one in person[level, number]], axis=0)
                greatest = np.max([above(one, rest) for one in person["MVC", number]], axis=0)
                shares.append(100 * np.linalg.norm(usual) / np.linalg.norm(greatest))
            texts.append("{:.0f} ({:.0f}-{:.0f})".format(*np.percentile(shares, [50, 25, 75])))
        found[name] = (texts[0], texts[1])
    return found if people else {}


def _intensity(folder: Path) -> dict[tuple[str, int], list[np.ndarray]]:
    amplitudes = defaultdict(list)
    for path in sorted(folder.glob("*.csv")):
        named = re.fullmatch(r"S\d+_(Light|Medium|MVC)_C(\d)_R\d", path.stem)
        if named:
            amplitudes[named[1], int(named[2])].append(amplitude(np.loadtxt(path, delimiter=","), 1000.0))
    return amplitudes


def relative_gestures(sets: Path) -> dict[str, dict[str, float]]:
    """Return, by set, the amplitude of gestures relative to the mean of wrist flexion and extension.

    Sets that are missing in the folder are left out.
    """
    readers = {
        "3DCDataset": (DC3, _dc3),
        "Suguru55": (LONG_TERM, _long_term),
        "myo": (MYO, _myo),
    }
    found = {}
    for name, (gestures, read) in readers.items():
        people = read(sets / name, len(gestures)) if (sets / name).is_dir() else []
        if people:
            found[name] = _relative(np.array(people), gestures)
    return found


def _relative(amplitudes: np.ndarray, gestures: tuple[str, ...]) -> dict[str, float]:
    """Return medians over people of [people, gestures, channels] amplitudes, whose first gesture is rest."""
    size = np.linalg.norm(above(amplitudes, amplitudes[:, :1]), axis=2)
    unit = size[:, [gestures.index("wrist flexion"), gestures.index("wrist extension")]].mean(axis=1)
    medians = np.median(size / unit[:, None], axis=0)
    return {name: float(value) for name, value in zip(gestures, medians, strict=True) if name != "rest"}


def _dc3(folder: Path, gestures: int) -> list[np.ndarray]:
    people = []
    for person in sorted(folder.glob("Participant*")):
        rows = []
        for number in range(gestures):
            signals = [np.loadtxt(p, delimiter=",") for p in person.glob(f"train/EMG/3dc_EMG_gesture_*_{number}.txt")]
            rows.append(np.median([amplitude(one, 1000.0) for one in signals if len(one) > 3000], axis=0))
        people.append(np.array(rows))
    return people


def _long_term(folder: Path, gestures: int) -> list[np.ndarray]:
    """Return every fifth day of every person; each file has 300 samples, which are 1.5 s."""
    people = []
    for day in sorted(folder.glob("data/sub*/day*")):
        number = int(day.name.removeprefix("day"))
        if number % 5 == 1:
            rows = []
            for motion in range(1, gestures + 1):
                files = sorted(day.glob(f"D{number}M{motion}T*.csv"))
                rows.append(np.median([amplitude(np.loadtxt(p, delimiter=","), 200.0) for p in files], axis=0))
            people.append(np.array(rows))
    return people


def _myo(folder: Path, gestures: int) -> list[np.ndarray]:
    """Return the sessions of the right hand with all gestures; the last column is the label at each sample."""
    people = []
    for session in sorted(folder.glob("_readings_right_hand/*")):
        rows = []
        for number in range(gestures):
            path = session / f"{number}.txt"
            samples = _whole_lines(path) if path.exists() else np.zeros((0, 9))
            shown = samples[:, 8] == number
            for change in np.flatnonzero(np.diff(samples[:, 8])):  # half a second before and a second after
                shown[max(0, change - 100) : change + 200] = False
            if shown.sum() > 400:
                rows.append(amplitude(samples[:, :8], 200.0, shown))
        if len(rows) == gestures:
            people.append(np.array(rows))
    return people


def _whole_lines(path: Path) -> np.ndarray:
    """Return the [samples, 9] lines of a file that are complete."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    return np.array([line for line in lines if len(line) == 9 and all(line)], dtype=float).reshape(-1, 9)
