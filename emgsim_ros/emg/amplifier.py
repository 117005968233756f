"""The amplifier: channel gains, band-pass, analogue-to-digital conversion, sample after sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter

from ..errors import InvalidInput
from ..seeds import generator
from .channel_filter import ChannelFilter

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
        self._filter = ChannelFilter(np.concatenate(edges), channels) if edges else None
        self._plain = self._filter is None and not gain_spread and not adc_bits
        self._step = 2 * settings.adc_range / 2**adc_bits if adc_bits else 0.0
        self._range = settings.adc_range

    def reset(self) -> None:
        """Start the filter from rest."""
        if self._filter is not None:
            self._filter.reset()

    def process(self, emg: NDArray[np.float32]) -> NDArray[np.float32]:
        """[samples, channels] of the next samples, mV."""
        if self._plain:
            return emg
        signal = np.empty(emg.shape, dtype=np.float64 if self._step else np.float32)
        if self._filter is None:
            np.multiply(emg, self._gains, out=signal, casting="same_kind")
        else:
            self._filter.process(emg, signal, self._gains)
        return self._converted(signal) if self._step else signal

    def _converted(self, signal: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the numbers of the analogue-to-digital converter, mV; ``signal`` is overwritten."""
        signal /= self._step
        np.round(signal, out=signal)
        np.clip(signal, -self._range / self._step, self._range / self._step - 1, out=signal)
        signal *= self._step
        return signal.astype(np.float32)
