"""What an electrode picks up besides muscle: white noise and the mains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..seeds import generator

WITHOUT_CONTACT = 10.0  # times as much noise and mains


class ElectrodeNoise:
    """Noise of all electrodes, sample after sample.

    Args:
        electrodes: Number of electrodes.
        sample_rate: Hz.
        rms: Of the white noise (electrode and amplifier), mV.
        mains_amplitude: Peak of the mains interference, mV, the same phase at all electrodes but an
            amplitude of its own at each (0.5 to 1.5 times), as their impedances differ.
        mains_frequency: Hz.
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

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """[count, electrodes] noise (mV) of the samples from number ``first`` on.

        The white noise goes on where the last call ended, so blocks can be cut anywhere.
        """
        white = self._generator.standard_normal((count, self._electrodes), dtype=np.float32)
        cycle = (np.arange(first, first + count) * self._cycles_per_sample) % 1.0
        return self._rms * white + np.sin(2 * np.pi * cycle).astype(np.float32)[:, None] * self._mains
