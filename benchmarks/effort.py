"""Effort of free movement: muscle activity and EMG of held gestures as a share of the maximum, beside recordings.

    python benchmarks/effort.py [--sets FOLDER] [--write]

Simulated: every gesture is held by the default effort of the live graph. Its EMG (8 bipolar pairs around the forearm,
20 to 450 Hz) is divided by that of the same gesture at its maximum: the greatest multiple of its moments that can be
held. FOLDER has the recorded sets as ordinary folders, those of them that are there: ContractionIntensity and
3DCDataset (LibEMG), Suguru55 (Wearable_Sensor_Long-term_sEMG_Dataset) and myo (aljazfrancic/myo-readings-dataset).
ContractionIntensity has maxima; the others are relative to the mean of their wrist flexion and extension, which is the
common unit of the second table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from effort_recordings import recorded_shares, relative_gestures
from results import machine, write_section

from emgsim_ros.emg import EmgStream
from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import Poses, load_movement, load_poses
from emgsim_ros.musculoskeletal import Effort, MuscleModel, effort_of, load_model, make_drive, named_position
from emgsim_ros.musculoskeletal.drives.coordination import Coordination
from emgsim_ros.parameters import EmgParameters, MusculoskeletalParameters

SECONDS, RATE, PAIRS = 3, 2048, 8
UNITS = 60  # motor units per muscle; shares of the maximum need no more
GROUPS = {
    "wrist flexors": ("FCR", "FCU", "PL"),
    "wrist extensors": ("ECRL", "ECRB", "ECU"),
    "FDS": ("FDSI", "FDSM", "FDSR", "FDSL"),
    "FDP": ("FDPI", "FDPM", "FDPR", "FDPL"),
    "finger extensors": ("EDCI", "EDCM", "EDCR", "EDCL", "EDM", "EIP"),
    "thumb": ("FPL", "EPL", "EPB", "APL"),
    "pronators, supinator": ("PT", "PQ", "SUP"),
}
# Gestures by the names of the recordings, and the poses that stand for them.
GESTURES = {
    "wrist flexion": "rest+flex",
    "wrist extension": "rest+ext",
    "radial deviation": "rest+rdev+rdev",
    "ulnar deviation": "rest+udev",
    "pronation": "rest+pro",
    "supination": "rest+sup",
    "power grip": "grasp",
    "hand open": "open",
    "chuck grip": "pinch_middle",
    "pinch": "pinch",
    "flexion by 45 degrees": "rest+flex45",
    "extension by 45 degrees": "rest+ext45",
    "fingers spread": "spread",
    "point": "point",
    "index bent": "index_bend",
    "middle bent": "middle_bend",
    "ring bent": "ring_bend",
    "little bent": "little_bend",
    "thumb bent": "thumb_bend",
    "victory": "victory",
}
FITS = 0.05  # share of the moments that may be missing in a load that counts as held


class Gesture:
    """A held gesture of the model: its activations at the usual effort and at its maximum."""

    def __init__(self, model: MuscleModel, poses: Poses, expression: str, effort: Effort) -> None:
        self._model, self._effort, self._coordination = model, effort, Coordination(model)
        self.position = np.clip(named_position(model, poses, expression), model.low, model.high)
        still = np.zeros_like(self.position)
        model.set_pose(self.position, still)
        self._arms, self._fibers = model.moment_arms(), model.fibers()
        self._at_rest = model.moments_needed(still)
        places = model.places(self._coordination.points)
        self._push = self._coordination.resistance(self.position, still, self._arms, self._fibers, places, effort)
        self.relative_length = self._fibers.length / model.reference_fiber_length
        self.activation = self._solved(1.0)

    def _solved(self, factor: float) -> np.ndarray:
        muscles = len(self._model.muscles)
        moments, still = self._at_rest + factor * self._push, np.zeros_like(self.position)
        posture = (self.position, still, moments, self._arms, self._fibers, self._effort)
        return self._coordination.activation(*posture, np.zeros(muscles), np.ones(muscles))

    def _missed(self, factor: float) -> np.ndarray:
        wanted = self._at_rest + factor * self._push
        return wanted - self._arms @ (self._solved(factor) * self._fibers.active_force + self._fibers.passive_force)

    def _held(self, factor: float) -> bool:
        missed = self._missed(factor) - self._missed(0.0)
        return bool(np.linalg.norm(missed) < FITS * np.linalg.norm(factor * self._push))

    def maximum(self) -> np.ndarray:
        """Return the activation of the greatest multiple of the gesture's push that can be held, [muscles]."""
        low, high = 1.0, 64.0
        for _ in range(12):
            middle = np.sqrt(low * high)
            low, high = (middle, high) if self._held(middle) else (low, middle)
        return self._solved(low)


def emg(model: MuscleModel, gesture: Gesture, activation: np.ndarray) -> np.ndarray:
    """Return the [pairs] RMS (mV) of a held contraction."""
    parameters = EmgParameters(
        rows=3, columns=32, montage="single_differential", units_per_muscle=UNITS, high_pass=20.0, low_pass=450.0,
        noise_rms=0.0, mains_amplitude=0.0,
    )  # fmt: skip
    stream, blocks = EmgStream(parameters), []
    for number in range((SECONDS + 1) * 100):
        blocks += stream.push(number * 10_000_000, model.muscles, activation, gesture.relative_length)
    signal = np.concatenate([block.emg for block in blocks])[RATE:]
    rms = np.sqrt(np.square(signal).mean(axis=0)).reshape(-1, 32)
    return rms[0, :: 32 // PAIRS]


def simulated(model: MuscleModel, poses: Poses, effort: Effort) -> tuple[dict[str, dict[str, float]], dict]:
    """Return the mean activation of every group, and the EMG at the gesture and at its maximum, by gesture."""
    groups, signals = {}, {}
    for name, expression in GESTURES.items():
        gesture = Gesture(model, poses, expression, effort)
        place = model.muscles.index
        groups[name] = {g: float(np.mean([gesture.activation[place(m)] for m in ms])) for g, ms in GROUPS.items()}
        signals[name] = emg(model, gesture, gesture.activation), emg(model, gesture, gesture.maximum())
        print(name, {g: round(v, 2) for g, v in groups[name].items()}, flush=True)
    return groups, signals


def live_amplitude(effort: Effort, movement: str) -> float:
    """Return the mean RMS (uV) of the 320 monopolar channels of the default grid over 10 s of a movement."""
    parameters = MusculoskeletalParameters()
    model = load_model(parameters)
    drive, path = make_drive(parameters, model), load_movement(movement)
    stream, blocks = EmgStream(EmgParameters(high_pass=20.0, noise_rms=0.0, mains_amplitude=0.0)), []
    while drive.next_stamp < 11_000_000_000:
        stamp = drive.next_stamp
        state = drive.step(path.target(stamp), np.zeros(len(model.muscles)), effort)
        blocks += stream.push(stamp, state.muscles, state.excitation, state.relative_fiber_length)
    signal = np.concatenate([block.emg for block in blocks])[RATE:]
    return 1e3 * float(np.sqrt(np.square(signal).mean(axis=0)).mean())


def share(signals: dict, name: str) -> float:
    """Return the EMG of a gesture over all channels as a share of its maximum."""
    usual, greatest = signals[name]
    return float(np.linalg.norm(usual) / np.linalg.norm(greatest))


def relative(signals: dict, name: str) -> float:
    """Return the EMG of a gesture relative to the mean of wrist flexion and extension."""
    unit = np.mean([np.linalg.norm(signals[one][0]) for one in ("wrist flexion", "wrist extension")])
    return float(np.linalg.norm(signals[name][0]) / unit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, help="folder with the recorded sets; without it their columns stay empty")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    parameters = MusculoskeletalParameters()
    model, effort = load_model(parameters), effort_of(parameters)
    poses = load_poses(config_file(parameters.poses, folder="movements"))
    groups, signals = simulated(model, poses, effort)
    recorded = recorded_shares(arguments.sets) if arguments.sets else {}
    others = relative_gestures(arguments.sets) if arguments.sets else {}
    rows = [
        f"Default effort, {machine()}. Mean activation of muscle groups in a held gesture, % of the maximum:",
        "",
        f"| gesture (pose) | {' | '.join(GROUPS)} |",
        "|---" * (len(GROUPS) + 1) + "|",
    ]
    for name, expression in GESTURES.items():
        rows.append(
            f"| {name} (`{expression}`) | " + " | ".join(f"{100 * v:.0f}" for v in groups[name].values()) + " |"
        )
    rows += [
        "",
        "EMG over 8 bipolar channels. Share: of the same gesture's maximum, %; recorded: ContractionIntensity, light "
        "and medium effort without feedback, median of 10 people (quartiles). Relative: to the mean of wrist flexion "
        "and extension; recorded at ease, medians.",
        "",
        "| gesture | share | light, recorded | medium, recorded | relative | " + " | ".join(others) + " |",
        "|---" * (5 + len(others)) + "|",
    ]
    for name in GESTURES:
        cells = [f"{100 * share(signals, name):.0f}", *recorded.get(name, ("", ""))]
        cells += [f"{relative(signals, name):.2f}"]
        cells += [f"{column[name]:.2f}" if name in column else "" for column in others.values()]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    print("\n".join(rows), flush=True)
    rows += ["", "Mean RMS of the default grid's monopolar channels, no noise, 20 Hz high-pass, uV:", ""]
    rows += ["| movement | moments only | default effort |", "|---|---|---|"]
    plain = Effort(effort.co_contraction, effort.maximal)
    for movement in ("index_taps", "fingers", "hand_tour"):
        rows.append(f"| {movement} | {live_amplitude(plain, movement):.0f} | {live_amplitude(effort, movement):.0f} |")
    print("\n".join(rows))
    if arguments.write:
        write_section("effort.py", "\n".join(rows))


if __name__ == "__main__":
    main()
