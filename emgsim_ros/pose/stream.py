"""The pose stream: blocks of EMG with stamps in, estimates of the hand's pose with stamps out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.yaml_files import read_yaml, require_mapping
from ..signals.simulation_time import NANOSECONDS, sample_stamp
from .checkpoint import TrainedPose

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PoseEstimate:
    """An estimate of the hand's pose at one instant.

    Attributes:
        stamp: Time of the last sample from which it is computed, ns.
        angles: [angles] rad.
    """

    stamp: int
    angles: Array


class PoseStream:
    """Decodes successive blocks of EMG.

    Args:
        trained: The decoder.
        sample_rate: Sampling rate of the EMG, Hz.
        channels: Number of channels of the EMG.
        electrode_map: [network channels] for each channel of the network the EMG channel that feeds it; empty: the
            channels are the same.
        known: [angles] pose of the hand (rad) at the end of the warm-up, for tracking; None if it is not known.

    Attributes:
        angle_names: [angles] names of the angles that are estimated.
        lost: Channels of the network that had no signal in the latest block.
        resets: How often the decoder was reset because of a gap.

    Raises:
        InvalidInput: The sampling rate or the number of channels is not that of the network, or the electrode map does
            not fit.
    """

    def __init__(
        self,
        trained: TrainedPose,
        sample_rate: float,
        channels: int,
        electrode_map: Sequence[int] = (),
        known: Array | None = None,
    ) -> None:
        network = trained.network
        if round(sample_rate) != network.sample_rate:
            raise InvalidInput("/emg/info: sample_rate", sample_rate, f"{network.sample_rate} Hz, the decoder's")
        if not electrode_map and channels != network.channels:
            expected = f"{network.channels}, the decoder's, or an electrode_map from these to them"
            raise InvalidInput("/emg/hd: electrodes", channels, expected)
        if electrode_map and (len(electrode_map) != network.channels or max(electrode_map) >= channels):
            expected = f"{network.channels} electrodes, each below {channels}"
            raise InvalidInput("electrode_map", f"{len(electrode_map)} electrodes up to {max(electrode_map)}", expected)
        self.angle_names = trained.angle_names
        self._rate, self._map, self._channels = network.sample_rate, np.array(electrode_map, dtype=int), channels
        self._known = known
        self._decoder = network.eval().live()
        self.resets = -1
        self.lost: tuple[int, ...] = ()
        self._next: int | None = None
        self._begin()

    @property
    def warm(self) -> bool:
        """Whether the warm-up is over, so that blocks give estimates."""
        return self._received >= self._decoder.warm_up

    def gap(self, stamp: int) -> str:
        """Describe the gap before a block at ``stamp`` (ns); empty if the block follows the one before."""
        if self._next is None or abs(stamp - self._next) <= NANOSECONDS / self._rate / 2:
            return ""
        seconds = (stamp - self._next) / NANOSECONDS
        return f"EMG of {seconds:.3f} s is missing before {stamp / NANOSECONDS:.3f} s; the decoder is reset"

    def push(self, stamp: int, emg: NDArray[np.float32]) -> list[PoseEstimate]:
        """Return the estimates that a block completes, oldest first; there are none during the warm-up.

        Args:
            stamp: Time of the first sample, ns.
            emg: [samples, channels] mV.

        Raises:
            InvalidInput: The number of channels is not that of the stream; the block is not used.
        """
        if emg.ndim != 2 or emg.shape[1] != self._channels:
            raise InvalidInput("/emg/hd: electrodes", emg.shape[-1], f"{self._channels}, as before")
        if self.gap(stamp):
            self._begin()
        chosen, lost = self._network_channels(emg)
        if self._received == 0:
            self._start = stamp
        angles = self._decoder.push(chosen, lost)
        before = self._received
        self._received += len(emg)
        self._next = stamp + round(len(emg) * NANOSECONDS / self._rate)
        return self._estimates(angles, before)

    def _begin(self) -> None:
        self._decoder.reset()
        self._received, self._start, self._pose_set = 0, 0, False
        self.resets += 1

    def _network_channels(self, emg: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return [channels, samples] for the network, and which channels are lost: not finite or constant."""
        chosen = emg[:, self._map] if len(self._map) else emg
        chosen = np.ascontiguousarray(chosen.T, dtype=np.float32)
        lost = np.zeros(len(chosen), dtype=bool)
        with np.errstate(invalid="ignore", over="ignore"):
            finite = np.isfinite(chosen.sum())
        if not finite:
            lost |= ~np.isfinite(chosen).all(axis=1)
        if chosen.shape[1] > 1 and (chosen[:, 0] == chosen[:, 1]).any():
            lost |= (chosen == chosen[:, :1]).all(axis=1)
        self.lost = tuple(np.flatnonzero(lost).tolist())
        return (np.where(lost[:, None], np.float32(0.0), chosen) if self.lost else chosen), lost

    def _estimates(self, angles: Array, before: int) -> list[PoseEstimate]:
        frame = self._decoder.frame
        first = before // frame
        made = []
        for number, column in enumerate(angles.T):
            end = (first + number + 1) * frame  # samples since the start of the stream
            if end < self._decoder.warm_up:
                continue
            if not self._pose_set and self._known is not None:
                self._decoder.set_pose(self._known)  # after the warm-up; it takes effect from the next frame on
            self._pose_set = True
            made.append(PoseEstimate(self._start + sample_stamp(end - 1, self._rate), column))
        return made


def load_electrode_map(path: Path) -> tuple[int, ...]:
    """Read the list ``channels`` of an electrode map: for each channel of a decoder the electrode that feeds it.

    Raises:
        InvalidInput: The file cannot be read, or ``channels`` is not a list of whole numbers from 0.
    """
    content = require_mapping(read_yaml(path), str(path), ("channels",))
    channels = content["channels"]
    if not isinstance(channels, list) or not channels or not all(isinstance(c, int) and c >= 0 for c in channels):
        raise InvalidInput(f"{path}: channels", channels, "a list of electrode numbers, from 0")
    return tuple(channels)
