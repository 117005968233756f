"""What an electrode picks up besides muscle: white noise and the mains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..seeds import generator


class ElectrodeNoise:
    """Noise of all electrodes, sample after sample.

    Args:
        electrodes: Number of electrodes.
        sample_rate: Hz.
        rms: Of the white noise (electrode and amplifier), mV.
        mains_amplitude: Peak of the mains interference, mV, the same phase at all electrodes but an
            amplitude of its own at each (0.5 to 1.5 times), as their impedances differ.
        mains_frequency: Hz.
        seed: Scenario seed.
    """

    def __init__(
        self,
        electrodes: int,
        sample_rate: int,
        rms: float,
        mains_amplitude: float,
        mains_frequency: float,
        seed: int,
    ) -> None:
        self._generator = generator(seed, "electrode_noise")
        self._rms = np.float32(rms)
        gain = generator(seed, "mains_coupling").uniform(0.5, 1.5, electrodes)
        self._mains = (mains_amplitude * gain).astype(np.float32)
        self._cycles_per_sample = mains_frequency / sample_rate
        self._electrodes = electrodes

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on.

        The white noise goes on where the last call ended, so blocks can be cut anywhere.
        """
        white = self._generator.standard_normal((count, self._electrodes), dtype=np.float32)
        cycle = (np.arange(first, first + count) * self._cycles_per_sample) % 1.0
        return self._rms * white + np.sin(2 * np.pi * cycle).astype(np.float32)[:, None] * self._mains
