"""Decoding of a whole recording with the computations of the live graph."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..sessions.pose_session import PoseSession
from ..signals.simulation_time import NANOSECONDS
from .bag_session import as_session
from .checkpoint import TrainedPose
from .stream import PoseStream

Array = NDArray[np.float64]

BLOCK = 0.05  # s, length of a block of EMG


@dataclass(frozen=True)
class DecodedHand:
    """Estimated and true angles of a recording.

    Attributes:
        angle_names: [angles] names of the angles.
        times: [estimates] times since the start of the recording, s.
        estimate, truth: [estimates, angles] rad.
    """

    angle_names: tuple[str, ...]
    times: Array
    estimate: Array
    truth: Array

    @property
    def error(self) -> float:
        """Mean absolute error, degrees."""
        return float(np.degrees(np.abs(self.estimate - self.truth)).mean())

    def write(self, path: Path) -> None:
        """Write a CSV file: time (s), then the estimate and the true value of each angle (rad)."""
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["time", *self.angle_names, *(f"true_{name}" for name in self.angle_names)])
            for time, made, true in zip(self.times, self.estimate, self.truth, strict=True):
                writer.writerow([f"{time:.6f}", *(f"{value:.5f}" for value in (*made, *true))])


def decode_recording(
    trained: TrainedPose, recording: Path, folder: Path, electrode_map: tuple[int, ...] = ()
) -> DecodedHand:
    """Decode a session file, or a bag with joint states.

    Args:
        trained: The decoder.
        recording: Session (HDF5) or bag (folder).
        folder: Folder for the session into which a bag is converted.
        electrode_map: See `PoseStream`.

    Raises:
        InvalidInput: The recording does not fit the decoder, or is shorter than the decoder's warm-up.
    """
    recording = as_session(recording, folder, trained.angle_names)
    with PoseSession(recording) as session:
        if session.angle_names != trained.angle_names:
            expected = ", ".join(trained.angle_names)
            raise InvalidInput(f"{recording}: angles", list(session.angle_names), expected)
        rate = session.facts.sample_rate
        stream = PoseStream(trained, rate, session.channels, electrode_map)
        block = round(BLOCK * rate)
        made, angles = [], []
        for first in range(0, session.samples, block):
            records = session.read(first, first + block)
            made += stream.push(round(first * NANOSECONDS / rate), records["emg"])
            angles.append(records["joint_angles"])
        if not made:
            raise InvalidInput(
                f"{recording}: samples", session.samples, "more: the recording is shorter than the decoder's warm-up"
            )
    true = np.concatenate(angles)
    times = np.array([one.stamp for one in made]) / NANOSECONDS
    places = np.clip(np.round(times * rate).astype(int), 0, len(true) - 1)
    return DecodedHand(trained.angle_names, times, np.stack([one.angles for one in made]), true[places].astype(float))
