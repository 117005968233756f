"""What an electrode picks up besides muscle: white noise, the mains, a baseline that wanders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ..errors import InvalidInput
from ..seeds import generator

WITHOUT_CONTACT = 10.0  # times as much noise and mains
BASELINE_TIME = 1.0  # s, time constant of the baseline's wandering


class ElectrodeNoise:
    """Noise of all electrodes, sample after sample.

    Args:
        electrodes: Number of electrodes.
        sample_rate: Hz.
        rms: Of the white noise (electrode and amplifier), mV.
        mains_amplitude: Peak of the mains interference, mV, the same phase at all electrodes but an
            amplitude of its own at each (0.5 to 1.5 times), as their impedances differ.
        mains_frequency: Hz.
        baseline_rms: Of the wandering baseline (skin and electrode potentials), mV: white noise below 0.16 Hz.
        lost: Number of electrodes without contact: tenfold noise and mains.
        seed: Scenario seed.

    Attributes:
        contact: [electrodes] 1, or 0 where there is none.

    Raises:
        InvalidInput: More electrodes lost than there are.
    """

    def __init__(
        self,
        electrodes: int,
        sample_rate: int,
        rms: float,
        mains_amplitude: float,
        mains_frequency: float,
        baseline_rms: float,
        lost: int,
        seed: int,
    ) -> None:
        if lost > electrodes:
            raise InvalidInput("lost_electrodes", lost, f"up to {electrodes}, as many as there are")
        self.contact = np.ones(electrodes, dtype=np.float32)
        self.contact[generator(seed, "lost_electrodes").permutation(electrodes)[:lost]] = 0.0
        loudness = np.where(self.contact > 0, 1.0, WITHOUT_CONTACT)
        self._generator = generator(seed, "electrode_noise")
        self._rms = (rms * loudness).astype(np.float32)
        gain = generator(seed, "mains_coupling").uniform(0.5, 1.5, electrodes)
        self._mains = (mains_amplitude * gain * loudness).astype(np.float32)
        self._cycles_per_sample = mains_frequency / sample_rate
        self._electrodes = electrodes
        self._baseline_rms, self._baseline_generator = baseline_rms, generator(seed, "baseline")
        self._keep = np.exp(-1 / (BASELINE_TIME * sample_rate))  # of the baseline, from sample to sample
        start = baseline_rms * self._baseline_generator.standard_normal(electrodes)
        self._baseline_state = (self._keep * start)[None]

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on.

        The white noise goes on where the last call ended, so blocks can be cut anywhere.
        """
        white = self._generator.standard_normal((count, self._electrodes), dtype=np.float32)
        cycle = (np.arange(first, first + count) * self._cycles_per_sample) % 1.0
        noise = self._rms * white + np.sin(2 * np.pi * cycle).astype(np.float32)[:, None] * self._mains
        return noise + self._baseline(count) if self._baseline_rms else noise

    def _baseline(self, count: int) -> NDArray[np.float32]:
        step = self._baseline_rms * np.sqrt(1 - self._keep**2)
        white = step * self._baseline_generator.standard_normal((count, self._electrodes))
        wander, self._baseline_state = lfilter([1.0], [1.0, -self._keep], white, axis=0, zi=self._baseline_state)
        return wander.astype(np.float32)
