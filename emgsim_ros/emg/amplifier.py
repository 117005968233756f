"""The amplifier: channel gains, band-pass, analogue-to-digital conversion, sample after sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ..errors import InvalidInput
from ..seeds import generator

FILTER_ORDER = 4  # of each edge of the pass band


class Amplifier:
    """Makes the numbers of a recording from the potentials of channels.

    The filter keeps its state, so the stream can be cut into blocks anywhere, to the last bit.

    Args:
        channels: Number of channels.
        sample_rate: Hz.
        high_pass, low_pass: Edges of the pass band (Butterworth, causal), Hz; 0 leaves an edge out.
        gain_spread: Standard deviation of the channels' gain about 1.
        adc_bits: Resolution; 0 leaves the conversion out.
        adc_range: Largest amplitude that is converted, mV; larger ones are clipped to it.
        seed: Scenario seed, for the gains.

    Raises:
        InvalidInput: An edge at or above half the sample rate, or edges in the wrong order.
    """

    def __init__(
        self,
        channels: int,
        sample_rate: int,
        high_pass: float,
        low_pass: float,
        gain_spread: float,
        adc_bits: int,
        adc_range: float,
        seed: int,
    ) -> None:
        for name, edge in (("high_pass", high_pass), ("low_pass", low_pass)):
            if edge >= sample_rate / 2:
                raise InvalidInput(name, edge, f"below half the sample rate, {sample_rate / 2:g} Hz")
        if high_pass and low_pass and high_pass >= low_pass:
            raise InvalidInput("high_pass", high_pass, f"below low_pass, {low_pass:g} Hz")
        self._gains = 1.0 + gain_spread * generator(seed, "channel_gain").standard_normal(channels)
        edges = [
            butter(FILTER_ORDER, edge, kind, fs=sample_rate, output="sos")
            for kind, edge in (("highpass", high_pass), ("lowpass", low_pass))
            if edge
        ]
        self._sections = np.concatenate(edges) if edges else None
        self._channels = channels
        self._plain = self._sections is None and not gain_spread and not adc_bits
        self._step = 2 * adc_range / 2**adc_bits if adc_bits else 0.0
        self._range = adc_range
        self.reset()

    def reset(self) -> None:
        """Forget the past: the filter starts from rest."""
        sections = 0 if self._sections is None else len(self._sections)
        self._state = np.zeros((sections, 2, self._channels))

    def process(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """[samples, channels] of the next samples, mV."""
        if self._plain:
            return emg
        signal = emg.astype(np.float64) * self._gains
        if self._sections is not None:
            signal, self._state = sosfilt(self._sections, signal, axis=0, zi=self._state)
        if self._step:
            levels = np.clip(np.round(signal / self._step), -self._range / self._step, self._range / self._step - 1)
            signal = levels * self._step
        return signal.astype(np.float32)
