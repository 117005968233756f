"""The electrocardiogram (ECG) that electrodes near the trunk pick up.

The waves of a beat are those of McSharry, Clifford, Tarassenko & Smith 2003 with the parameters of their program
ECGSYN, as is the share of slow and of respiratory changes in the heart rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...seeds import generator
from .options import require_number
from .part import Noise
from .site import RecordingSite

Array = NDArray[np.float64]

# Waves P, Q, R, S, T of ECGSYN: angle (degrees of a beat), strength of the event and its width (rad).
ANGLE = np.array([-70.0, -15.0, 0.0, 15.0, 100.0])
STRENGTH = np.array([1.2, -5.0, 30.0, -7.5, 0.75])
WIDTH = np.array([0.25, 0.1, 0.1, 0.1, 0.4])
HEIGHT = STRENGTH * WIDTH**2 / (STRENGTH[2] * WIDTH[2] ** 2)  # of the waves, relative to R
SLOW, BREATHING = 0.1, 0.25  # Hz; the two rhythms of the heart rate
SLOW_SHARE = 1 / 3  # of the variance of the intervals
HEART_RATE = 65.0  # beats per minute; unverified, as is the variation
VARIATION = 0.05  # standard deviation of the intervals, relative to their mean
GRADIENT = 0.1  # relative change of the amplitude over half of the array
BEFORE, AFTER = 0.4, 1.0  # s before and after R within which a beat has potentials


@dataclass(frozen=True)
class Beat:
    """A heartbeat.

    Attributes:
        time: Time of R, s.
        interval: Time since the previous beat, s; P and T are closer to R in short beats.
    """

    time: float
    interval: float

    def at(self, times: Array) -> Array:
        """[times] potential relative to R."""
        since = times - self.time
        inside = (since >= -BEFORE) & (since < AFTER)
        place = ANGLE / 360 * np.where(np.abs(ANGLE) > ANGLE[3], np.sqrt(self.interval), 1.0)
        waves = HEIGHT * np.exp(-0.5 * ((since[:, None] - place) / (WIDTH / (2 * np.pi))) ** 2)
        value: Array = waves.sum(axis=1) * inside
        return value


class EcgPickup:
    """The ECG at all electrodes, with a small gradient in a random direction along the skin.

    Args:
        site: The electrodes.
        heart_rate: Beats per minute.
        variation: Standard deviation of the intervals between beats, relative to their mean.
        gradient: Relative change of the amplitude over half of the array.

    Raises:
        InvalidInput: A heart rate outside of 20 to 250, or variation or gradient outside of 0 to 0.3 or 1.
    """

    def __init__(self, site: RecordingSite, heart_rate: float, variation: float, gradient: float) -> None:
        require_number("ecg", "heart_rate", heart_rate, 20.0, 250.0)
        require_number("ecg", "variation", variation, 0.0, 0.3)
        require_number("ecg", "gradient", gradient, 0.0, 1.0)
        random = generator(site.seed, "ecg")
        direction = random.uniform(0, 2 * np.pi)
        along = (site.places - site.places.mean(axis=0)) @ [np.cos(direction), np.sin(direction)]
        slope = gradient * along / max(np.abs(along).max(), 1e-9)
        self._gain = (site.parameters.ecg_amplitude * (1 + slope) * site.contact).astype(np.float32)
        self._rate, self._mean, self._variation = site.sample_rate, 60 / heart_rate, variation
        self._phases = random.uniform(0, 2 * np.pi, 2)
        self._now = 0  # number of the next sample
        self._beats = [Beat(-random.uniform() * self._mean, self._mean)]

    def _after(self, beat: Beat) -> Beat:
        """The next beat."""
        slow, breathing = np.sin(2 * np.pi * np.array([SLOW, BREATHING]) * beat.time + self._phases)
        change = np.sqrt(2) * (np.sqrt(SLOW_SHARE) * slow + np.sqrt(1 - SLOW_SHARE) * breathing)
        interval = self._mean * (1 + self._variation * float(change))
        return Beat(beat.time + interval, interval)

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        times = np.arange(self._now, self._now + count) / self._rate
        self._now += count
        while self._beats[-1].time - BEFORE < times[-1]:
            self._beats.append(self._after(self._beats[-1]))
        potential = sum((beat.at(times) for beat in self._beats), np.zeros(count))
        self._beats = [beat for beat in self._beats if beat.time + AFTER > times[-1]]
        value: NDArray[np.float32] = potential.astype(np.float32)[:, None] * self._gain
        return value


def ecg_pickup(
    site: RecordingSite, heart_rate: float = HEART_RATE, variation: float = VARIATION, gradient: float = GRADIENT
) -> Noise | None:
    """The ECG, if its amplitude is above 0; arguments as for `EcgPickup`."""
    return EcgPickup(site, heart_rate, variation, gradient) if site.parameters.ecg_amplitude else None
