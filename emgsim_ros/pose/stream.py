"""The pose stream: blocks of EMG by stamp in, estimates of the hand by stamp out."""

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
    """The hand at one instant.

    Attributes:
        stamp: Time of the last sample that it is made from, ns.
        angles: [angles] rad.
    """

    stamp: int
    angles: Array


class PoseStream:
    """Decodes blocks of EMG that follow each other.

    Args:
        trained: The network.
        sample_rate: Of the EMG, Hz.
        channels: Of the EMG.
        electrode_map: [network channels] the EMG channel that feeds each; empty: channel by channel.
        known: [angles] pose (rad) that the hand has when the decoder is warm, for tracking; None if it is not known.

    Attributes:
        angle_names: [angles] what is estimated.
        warm: Whether estimates come yet.
        resets: Times that it began anew after a gap.

    Raises:
        InvalidInput: Another sample rate or number of channels than the network's.
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
        """See above."""
        return self._heard >= self._decoder.warm_up

    def gap(self, stamp: int) -> str:
        """What a block at ``stamp`` (ns) lets be missed; empty if it follows the one before."""
        if self._next is None or abs(stamp - self._next) <= NANOSECONDS / self._rate / 2:
            return ""
        seconds = (stamp - self._next) / NANOSECONDS
        return f"EMG of {seconds:.3f} s is missing before {stamp / NANOSECONDS:.3f} s; the decoder begins anew"

    def push(self, stamp: int, emg: NDArray[np.float32]) -> list[PoseEstimate]:
        """The estimates that a block completes, oldest first; none until the decoder is warm.

        Args:
            stamp: Of the first sample, ns.
            emg: [samples, channels] mV.

        Raises:
            InvalidInput: Another number of channels; the block is not used.
        """
        if emg.ndim != 2 or emg.shape[1] != self._channels:
            raise InvalidInput("/emg/hd: electrodes", emg.shape[-1], f"{self._channels}, as before")
        if self.gap(stamp):
            self._begin()
        heard, lost = self._heard_channels(emg)
        if self._heard == 0:
            self._start = stamp
        angles = self._decoder.push(heard, lost)
        before = self._heard
        self._heard += len(emg)
        self._next = stamp + round(len(emg) * NANOSECONDS / self._rate)
        return self._estimates(angles, before)

    def _begin(self) -> None:
        self._decoder.reset()
        self._heard, self._start, self._told = 0, 0, False
        self.resets += 1

    def _heard_channels(self, emg: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """[channels, samples] for the network, and which are lost: not finite, or without any change."""
        chosen = emg[:, self._map] if len(self._map) else emg
        chosen = np.ascontiguousarray(chosen.T, dtype=np.float32)
        lost = np.asarray(~np.isfinite(chosen).all(axis=1))
        if chosen.shape[1] > 1:
            lost |= (chosen == chosen[:, :1]).all(axis=1)
        self.lost = tuple(np.flatnonzero(lost).tolist())
        return np.where(lost[:, None], np.float32(0.0), chosen), lost

    def _estimates(self, angles: Array, before: int) -> list[PoseEstimate]:
        frame = self._decoder.frame
        first = before // frame
        made = []
        for number, column in enumerate(angles.T):
            end = (first + number + 1) * frame  # samples since the start
            if end < self._decoder.warm_up:
                continue
            if not self._told and self._known is not None:
                self._decoder.set_pose(self._known)  # told once warm; the next frame takes it in
            self._told = True
            made.append(PoseEstimate(self._start + sample_stamp(end - 1, self._rate), column))
        return made


def load_electrode_map(path: Path) -> tuple[int, ...]:
    """``channels`` of an electrode map: for each channel of the decoder the electrode that feeds it.

    Raises:
        InvalidInput: A broken file, or what is no list of whole numbers from 0.
    """
    content = require_mapping(read_yaml(path), str(path), ("channels",))
    channels = content["channels"]
    if not isinstance(channels, list) or not channels or not all(isinstance(c, int) and c >= 0 for c in channels):
        raise InvalidInput(f"{path}: channels", channels, "a list of electrode numbers, from 0")
    return tuple(channels)
