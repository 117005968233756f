"""The band in which amplitudes of broadband noise are stated."""

from __future__ import annotations

EMG_BAND = (20.0, 500.0)  # Hz


def emg_band(sample_rate: float) -> tuple[float, float]:
    """Edges of the band at this sample rate, Hz: the upper one is at most half the sample rate."""
    return EMG_BAND[0], min(EMG_BAND[1], sample_rate / 2)
