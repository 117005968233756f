import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.amplifier import Amplifier, AmplifierSettings
from emgsim_ros.errors import InvalidInput
from emgsim_ros.parameters import EmgParameters

RATE = 2048


def amplifier(channels=1, seed=1, **change):
    return Amplifier(channels, RATE, AmplifierSettings(**change), seed)


def tone(frequency, seconds=2.0):
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)[:, None]


def passed(frequency, **change):
    """Amplitude of a tone of 1 mV after the filter has settled."""
    return np.abs(amplifier(**change).process(tone(frequency))[RATE:]).max()


def test_without_anything_set_the_signal_is_untouched():
    signal = np.random.default_rng(0).standard_normal((100, 3)).astype(np.float32)
    assert np.array_equal(amplifier(3).process(signal), signal)


def test_the_pass_band_passes_its_edges_halve_the_power_and_beyond_nothing_is_left():
    band = {"high_pass": 20.0, "low_pass": 500.0}
    assert passed(100.0, **band) == pytest.approx(1.0, abs=0.01)
    assert passed(20.0, **band) == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert passed(500.0, **band) == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert passed(2.0, **band) < 1e-3 and passed(1000.0, **band) < 1e-2


def test_the_stream_can_be_cut_anywhere():
    signal = np.random.default_rng(0).standard_normal((500, 4)).astype(np.float32)
    settings = {"high_pass": 20.0, "low_pass": 400.0, "adc_bits": 12, "gain_spread": 0.1}
    whole = amplifier(4, **settings).process(signal)
    parts = amplifier(4, **settings)
    assert np.array_equal(whole, np.concatenate([parts.process(p) for p in np.split(signal, [1, 33, 64, 400])]))
    parts.reset()
    assert np.array_equal(whole, parts.process(signal))


def test_conversion_has_its_steps_and_clips():
    signal = np.linspace(-8.0, 8.0, 4001, dtype=np.float32)[:, None]
    converted = amplifier(adc_bits=8).process(signal)
    step = 10.0 / 256
    assert len(np.unique(converted)) == 256 and np.allclose(np.diff(np.unique(converted)), step)
    assert converted.min() == -5.0 and converted.max() == pytest.approx(5.0 - step)
    inside = np.abs(signal) < 4.9
    assert np.abs(converted - signal)[inside].max() <= step / 2 + 1e-6


def test_gains_spread_about_one_and_belong_to_the_seed():
    ones = np.ones((1, 2000), dtype=np.float32)
    first, again, other = (amplifier(2000, gain_spread=0.1, seed=seed).process(ones)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.mean() == pytest.approx(1.0, abs=0.01) and first.std() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"high_pass": 1024.0}, "high_pass"),
        ({"low_pass": 5000.0}, "low_pass"),
        ({"high_pass": 300.0, "low_pass": 200.0}, "low_pass"),
    ],
)
def test_impossible_bands_are_refused_by_name(change, named):
    with pytest.raises(InvalidInput, match=named):
        amplifier(**change)


def run(small_emg, cache, **change):
    stream = EmgStream(EmgParameters(**{**small_emg, **change}), cache=cache)
    blocks = []
    for number in range(60):
        blocks += stream.push(number * 10_000_000, stream.muscles, np.full(len(stream.muscles), 0.5))
    return stream, np.concatenate([block.emg for block in blocks])


def test_lost_electrodes_hear_no_muscle_and_more_noise(small_emg, cache):
    distant = {**small_emg, "reference": "distant", "high_pass": 0.0}
    _, whole = run(distant, cache, noise_rms=0.0, mains_amplitude=0.0)
    _, quiet = run(distant, cache, noise_rms=0.0, mains_amplitude=0.0, lost_electrodes=5)
    lost = ~quiet.any(axis=0)
    assert lost.sum() == 5 and np.array_equal(quiet[:, ~lost], whole[:, ~lost])
    _, noisy = run(distant, cache, noise=("white",), noise_rms=0.01, lost_electrodes=5)
    assert noisy[:, lost].std() == pytest.approx(0.1, rel=0.05)


def test_more_lost_electrodes_than_there_are_is_refused(small_emg, cache):
    with pytest.raises(InvalidInput, match="lost_electrodes"):
        run(small_emg, cache, lost_electrodes=1000)
