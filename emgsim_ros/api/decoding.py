"""Joint angles from EMG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InvalidInput
from ..files.resources import checkpoint_file
from ..pose.checkpoint import TrainedPose, load_pose
from ..pose.decoding import BLOCK
from ..pose.stream import PoseStream
from ..signals.simulation_time import NANOSECONDS
from .emg import SimulatedEmg
from .session_files import Session, read_session

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DecodedPose:
    """Estimates of joint angles.

    Attributes:
        times: [estimates] time since the first sample, s.
        angles: [estimates, angles] rad.
        names: [angles].
        truth: [estimates, angles] measured angles at the same times, rad; None if they are not known.
    """

    times: Array
    angles: Array
    names: tuple[str, ...]
    truth: Array | None = None

    @property
    def error(self) -> float:
        """Mean absolute error, degrees; NaN if the true angles are not known."""
        return float("nan") if self.truth is None else float(np.degrees(np.abs(self.angles - self.truth)).mean())


def load_decoder(name: str | Path = "pose_grid", device: str = "cpu") -> TrainedPose:
    """Load a trained decoder.

    Args:
        name: A name in ckp/, or the path of weights or of one of emg2pose's published ``.ckpt`` files.
        device: Torch device.

    Returns:
        The network with the names of its angles. ``decoder.network`` has the sample rate and the channels that it
        was trained on.

    Raises:
        InvalidInput: No such weights, or weights that do not match their card.

    Example:
        >>> import emgsim_ros as es
        >>> decoder = es.load_decoder("pose_ring")
        >>> decoder.network.channels, decoder.network.sample_rate, len(decoder.angle_names)
        (16, 2000, 20)
    """
    return load_pose(checkpoint_file(str(name)), device)


def decode(
    emg: ArrayLike | Session | SimulatedEmg | str | Path,
    sample_rate: float | None = None,
    decoder: TrainedPose | str | Path = "pose_grid",
    *,
    electrode_map: Sequence[int] = (),
    initial: ArrayLike | None = None,
) -> DecodedPose:
    """Decode joint angles from EMG as the live graph does: each estimate uses past samples alone.

    Args:
        emg: [samples, channels] mV, with ``sample_rate``; or a session, simulated EMG, or the path of a session file
            or bag, which have their own sample rate.
        sample_rate: Hz, that of the decoder.
        decoder: A trained decoder, or a name or path for `load_decoder`.
        electrode_map: [channels of the decoder] the channel of ``emg`` that feeds each; empty: channel by channel.
        initial: [angles] pose (rad) at the first estimate, for tracking; None if it is not known.

    Returns:
        Angles [estimates, angles] rad with their times and names, and the true angles if the session has them. The
        first estimate comes after the start-up transient of the decoder.

    Raises:
        InvalidInput: Another sample rate or number of channels than the decoder's, or too few samples.

    Example:
        >>> import numpy as np
        >>> import emgsim_ros as es
        >>> emg = np.random.default_rng(1).normal(0.0, 0.01, (4000, 16))
        >>> made = es.decode(emg, 2000, decoder="pose_ring")
        >>> made.angles.shape[1], made.names[0]
        (20, 'thumb_cmc_fe')
    """
    session = _as_session(emg, sample_rate)
    trained = load_decoder(decoder) if isinstance(decoder, str | Path) else decoder
    known = None if initial is None else np.asarray(initial, dtype=float)
    rate = session.sample_rate
    stream = PoseStream(trained, rate, session.emg.shape[1], electrode_map, known)
    block, made = round(BLOCK * rate), []
    for first in range(0, len(session.emg), block):
        made += stream.push(round(first * NANOSECONDS / rate), session.emg[first : first + block])
    if not made:
        raise InvalidInput("emg: samples", len(session.emg), "more: the decoder's start-up transient takes longer")
    times = np.array([one.stamp for one in made]) / NANOSECONDS
    truth = _truth(session, trained.angle_names, times)
    return DecodedPose(times, np.stack([one.angles for one in made]), trained.angle_names, truth)


def _as_session(emg: ArrayLike | Session | SimulatedEmg | str | Path, sample_rate: float | None) -> Session:
    if isinstance(emg, str | Path):
        return read_session(emg)
    if isinstance(emg, Session):
        return emg
    if isinstance(emg, SimulatedEmg):
        return Session(emg.emg, float(emg.sample_rate))
    if sample_rate is None:
        raise InvalidInput("sample_rate", None, "the sample rate of the array, Hz")
    return Session(np.asarray(emg, dtype=np.float32), float(sample_rate))


def _truth(session: Session, names: tuple[str, ...], times: Array) -> Array | None:
    """[estimates, angles] of the session at these times; None unless it has all of the decoder's angles."""
    if session.angles is None or not set(names) <= set(session.angle_names):
        return None
    columns = [list(session.angle_names).index(name) for name in names]
    samples = np.clip(np.round(times * session.sample_rate).astype(int), 0, len(session.angles) - 1)
    return session.angles[samples][:, columns]
