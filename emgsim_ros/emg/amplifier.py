"""The amplifier: channel gains, band-pass, analogue-to-digital conversion, sample after sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ..errors import InvalidInput
from ..seeds import generator

FILTER_ORDER = 4  # of each edge of the pass band


@dataclass(frozen=True)
class AmplifierSettings:
    """What an amplifier does to its channels.

    Attributes:
        high_pass, low_pass: Edges of the pass band (Butterworth, causal), Hz; 0 leaves an edge out.
        gain_spread: Standard deviation of the channels' gain about 1.
        adc_bits: Resolution of the analogue-to-digital conversion; 0 leaves it out.
        adc_range: Largest amplitude that is converted, mV; larger ones are clipped to it.

    Raises:
        InvalidInput: Edges in the wrong order.
    """

    high_pass: float = 0.0
    low_pass: float = 0.0
    gain_spread: float = 0.0
    adc_bits: int = 0
    adc_range: float = 5.0

    def __post_init__(self) -> None:
        if self.high_pass and self.low_pass and self.high_pass >= self.low_pass:
            raise InvalidInput("high_pass", self.high_pass, f"below low_pass, {self.low_pass:g} Hz")


class Amplifier:
    """Turns the potentials of channels into the numbers of a recording.

    The filter keeps its state, so the stream can be cut into blocks anywhere, to the last bit.

    Args:
        channels: Number of channels.
        sample_rate: Hz.
        settings: Pass band, gains and conversion.
        seed: Scenario seed, for the gains.

    Raises:
        InvalidInput: An edge of the pass band at or above half the sample rate.
    """

    def __init__(self, channels: int, sample_rate: int, settings: AmplifierSettings, seed: int) -> None:
        high_pass, low_pass = settings.high_pass, settings.low_pass
        for name, edge in (("high_pass", high_pass), ("low_pass", low_pass)):
            if edge >= sample_rate / 2:
                raise InvalidInput(name, edge, f"below half the sample rate, {sample_rate / 2:g} Hz")
        gain_spread, adc_bits = settings.gain_spread, settings.adc_bits
        self._gains = 1.0 + gain_spread * generator(seed, "channel_gain").standard_normal(channels)
        edges = [
            butter(FILTER_ORDER, edge, kind, fs=sample_rate, output="sos")
            for kind, edge in (("highpass", high_pass), ("lowpass", low_pass))
            if edge
        ]
        self._sections = np.concatenate(edges) if edges else None
        self._channels = channels
        self._plain = self._sections is None and not gain_spread and not adc_bits
        self._step = 2 * settings.adc_range / 2**adc_bits if adc_bits else 0.0
        self._range = settings.adc_range
        self.reset()

    def reset(self) -> None:
        """Start the filter from rest."""
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
