import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from emgsim_ros.emg.channel_filter import ChannelFilter

RATE, CHANNELS = 2048, 7
SIGNAL = np.random.default_rng(0).standard_normal((3000, CHANNELS))
SECTIONS = {
    "high-pass": butter(4, 10, "highpass", fs=RATE, output="sos"),
    "band-pass": np.concatenate(
        [butter(4, edge, kind, fs=RATE, output="sos") for edge, kind in ((20, "high"), (500, "low"))]
    ),
    "one section": butter(2, 100, fs=RATE, output="sos"),
}


def filtered(sections, cuts=(), dtype=np.float64, gain=1.0):
    made, out = ChannelFilter(sections, CHANNELS), np.empty(SIGNAL.shape, dtype)
    for signal, part in zip(np.split(SIGNAL, cuts), np.split(out, cuts), strict=True):
        made.process(signal, part, gain)
    return out


@pytest.mark.parametrize("kind", SECTIONS)
def test_it_is_the_recursion_of_the_sections(kind):
    expected = sosfilt(SECTIONS[kind], SIGNAL, axis=0)
    assert np.abs(filtered(SECTIONS[kind]) - expected).max() < 1e-11 * np.abs(expected).max()


@pytest.mark.parametrize("cuts", [(1,), (16,), (5, 15, 100, 101, 102), range(1, 3000), (0, 0, 2999)])
def test_the_signal_can_be_cut_anywhere(cuts):
    whole, parts = filtered(SECTIONS["band-pass"]), filtered(SECTIONS["band-pass"], cuts)
    assert np.array_equal(whole, parts)


def test_gains_apply_to_channels_and_a_signal_can_be_overwritten():
    gain = np.arange(1.0, CHANNELS + 1)
    expected = (filtered(SECTIONS["high-pass"]) * gain).astype(np.float32)
    assert np.array_equal(filtered(SECTIONS["high-pass"], dtype=np.float32, gain=gain), expected)
    signal = SIGNAL.copy()
    ChannelFilter(SECTIONS["high-pass"], CHANNELS).process(signal, signal)
    assert np.array_equal(signal, filtered(SECTIONS["high-pass"]))


def test_reset_starts_from_rest():
    made, first, again = ChannelFilter(SECTIONS["high-pass"], CHANNELS), *np.empty((2, 90, CHANNELS))
    made.process(SIGNAL[:90], first)
    made.reset()
    made.process(SIGNAL[:90], again)
    assert np.array_equal(first, again)
