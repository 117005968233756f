"""Disturbances of the EMG: white noise, mains interference, a wandering baseline.

Each is a noise part; `ElectrodeNoise` adds the parts that the parameters name. Every part draws from generators of its
own, so leaving one out does not change the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ..errors import InvalidInput
from ..parameters import EmgParameters
from ..parts import build_part
from ..seeds import generator

WITHOUT_CONTACT = 10.0  # factor of noise and mains at an electrode without contact
BASELINE_TIME = 1.0  # s, time constant of the wandering baseline


@dataclass(frozen=True)
class RecordingSite:
    """The electrodes and their surroundings, as noise parts see them.

    Attributes:
        parameters: Of the EMG; noise parts read their amplitudes there.
        electrodes: Number of electrodes, including the reference electrode.
        seed: Seed of the trial.
        references: Number of reference electrodes, the last ones; they do not lose contact.

    Raises:
        InvalidInput: More lost electrodes than there are.
    """

    parameters: EmgParameters
    electrodes: int
    seed: int
    references: int = 0

    def __post_init__(self) -> None:
        count = self.electrodes - self.references
        if self.parameters.lost_electrodes > count:
            expected = f"up to {count}, as many as there are"
            raise InvalidInput("lost_electrodes", self.parameters.lost_electrodes, expected)

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.parameters.sample_rate

    @cached_property
    def contact(self) -> NDArray[np.float32]:
        """[electrodes] 1, or 0 without contact."""
        contact = np.ones(self.electrodes, dtype=np.float32)
        order = generator(self.seed, "lost_electrodes").permutation(self.electrodes - self.references)
        contact[order[: self.parameters.lost_electrodes]] = 0.0
        return contact

    @property
    def exposure(self) -> NDArray[np.float64]:
        """[electrodes] factor of noise and interference: 1, or ten without contact."""
        return np.where(self.contact > 0, 1.0, WITHOUT_CONTACT)


class Noise(Protocol):
    """A disturbance of all electrodes, sample after sample."""

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on.

        Random parts continue where the last call ended, so the stream can be cut into blocks anywhere.
        """
        ...


class WhiteNoise:
    """White noise of electrode and amplifier.

    Args:
        site: The electrodes.
    """

    def __init__(self, site: RecordingSite) -> None:
        self._generator = generator(site.seed, "electrode_noise")
        self._rms = (site.parameters.noise_rms * site.exposure).astype(np.float32)

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        return self._rms * self._generator.standard_normal((count, len(self._rms)), dtype=np.float32)


class MainsInterference:
    """A sine of the mains, in phase at all electrodes.

    Its amplitude differs from electrode to electrode (0.5 to 1.5 times the given one), as their impedances do.

    Args:
        site: The electrodes.
    """

    def __init__(self, site: RecordingSite) -> None:
        gain = generator(site.seed, "mains_coupling").uniform(0.5, 1.5, site.electrodes)
        self._amplitude = (site.parameters.mains_amplitude * gain * site.exposure).astype(np.float32)
        self._cycles_per_sample = site.parameters.mains_frequency / site.sample_rate

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        cycle = (np.arange(first, first + count) * self._cycles_per_sample) % 1.0
        return np.sin(2 * np.pi * cycle).astype(np.float32)[:, None] * self._amplitude


class BaselineWander:
    """Slow changes of the potentials of skin and electrode: noise below 0.16 Hz.

    Args:
        site: The electrodes.
    """

    def __init__(self, site: RecordingSite) -> None:
        self._rms, self._generator = site.parameters.baseline_rms, generator(site.seed, "baseline")
        self._keep = np.exp(-1 / (BASELINE_TIME * site.sample_rate))  # share that remains after a sample
        start = self._rms * self._generator.standard_normal(site.electrodes)
        self._state = (self._keep * start)[None]

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        step = self._rms * np.sqrt(1 - self._keep**2)
        white = step * self._generator.standard_normal((count, self._state.shape[1]))
        wander, self._state = lfilter([1.0], [1.0, -self._keep], white, axis=0, zi=self._state)
        return wander.astype(np.float32)


def white_noise(site: RecordingSite) -> Noise | None:
    """White noise, if its amplitude is above 0."""
    return WhiteNoise(site) if site.parameters.noise_rms else None


def mains_interference(site: RecordingSite) -> Noise | None:
    """Mains interference, if its amplitude is above 0."""
    return MainsInterference(site) if site.parameters.mains_amplitude else None


def baseline_wander(site: RecordingSite) -> Noise | None:
    """A wandering baseline, if its amplitude is above 0."""
    return BaselineWander(site) if site.parameters.baseline_rms else None


class ElectrodeNoise:
    """The sum of several noise parts.

    Args:
        electrodes: Number of electrodes.
        parts: What is added up.
    """

    def __init__(self, electrodes: int, parts: Sequence[Noise]) -> None:
        self._electrodes, self._parts = electrodes, tuple(parts)

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on; see `Noise`."""
        total: Any = np.zeros((count, self._electrodes), dtype=np.float32)
        for number, part in enumerate(self._parts):
            one = part.samples(first, count)
            total = one if number == 0 else total + one
        return total


def electrode_noise(site: RecordingSite) -> ElectrodeNoise:
    """The noise that the parameters of a site name.

    Raises:
        InvalidInput: An unknown noise part, or an option that it does not have.
    """
    parameters = site.parameters
    made = [build_part("noise", name, site, options=parameters.options) for name in parameters.noise]
    return ElectrodeNoise(site.electrodes, [part for part in made if part is not None])
