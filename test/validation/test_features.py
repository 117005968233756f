import numpy as np
import pytest
from recorded_situations import RATE, recording, white
from scipy.signal import butter, sosfilt

from emgsim_ros.errors import InvalidInput
from emgsim_ros.validation import Segment, distance, features_of
from emgsim_ros.validation.features import FEATURES, GROUPS


def value(emg, name, **values):
    return features_of([recording(emg, **values)], resamples=0)[name].value


def test_white_noise():
    found = features_of([recording(white(16.0))])
    assert found["median frequency"].value == pytest.approx((20 + 450) / 2, rel=0.03)
    assert found["RMS"].value == pytest.approx(100 * np.sqrt(430 / 500), rel=0.05)  # uV, in the band
    assert found["slope 100-400 Hz"].value == pytest.approx(0, abs=0.5)
    assert found["correlation along, 8 mm"].value == pytest.approx(0, abs=0.05)
    assert found["participation ratio"].value > 11  # 12 independent channels
    assert found["excess kurtosis, 1000 ms"].value == pytest.approx(0, abs=0.1)
    assert found["common-mode share"].value == pytest.approx(1 / 12, rel=0.1)
    assert found["envelope: 1/f exponent"].value == pytest.approx(0, abs=0.3)
    for one in found.values():
        assert one.low <= one.value <= one.high and one.count >= 1
    assert found["RMS"].count == 12
    assert not any(feature.name in found for feature in FEATURES if feature.group == "units")


def test_the_same_signal_at_all_electrodes():
    same = np.repeat(white(channels=1), 12, axis=1)
    for name, expected in (("participation ratio", 1), ("common-mode share", 1), ("share of the first component", 1)):
        assert value(same, name) == pytest.approx(expected, abs=1e-6)
    assert value(same, "correlation around, 16 mm") == pytest.approx(1)
    assert value(same, "RMS: spread over channels") == pytest.approx(0, abs=1e-6)


def test_a_wave_that_travels_along_the_limb():
    """At 4 m/s a 100 Hz band has a wavelength of 40 mm, so neighbours at 8 mm correlate as cos(72 degrees)."""
    source = sosfilt(butter(4, (95, 105), "bandpass", fs=RATE, output="sos"), white(10.0, 1)[:, 0])
    shifted = np.stack([np.roll(source, 2 * row) for row in range(4) for _ in range(3)], axis=1)
    assert value(shifted, "correlation along, 8 mm") == pytest.approx(np.cos(np.radians(72)), abs=0.03)
    assert value(shifted, "correlation around, 8 mm") == pytest.approx(1, abs=1e-6)


def test_kurtosis_of_a_laplacian():
    laplacian = np.random.default_rng(0).laplace(size=(60_000, 12))
    assert value(laplacian, "excess kurtosis, 1000 ms", band=(1.0, 500.0)) == pytest.approx(3, abs=0.8)


def test_mains_is_measured_and_removed():
    noise = white(16.0)
    hum = 0.05 * np.sin(2 * np.pi * 100 * np.arange(len(noise)) / RATE)[:, None]
    assert value(noise + hum, "mains, harmonic 2") == pytest.approx(100 * 0.00125 / (0.0086 + 0.00125), rel=0.15)
    assert value(noise, "mains, harmonic 2") < 0.5
    assert value(noise + hum, "RMS") == pytest.approx(value(noise, "RMS"), rel=0.02)
    assert value(noise + hum, "median frequency") == pytest.approx(value(noise, "median frequency"), rel=0.02)


def test_growth_with_the_level_of_contraction():
    levels = (0.1, 0.2, 0.5)
    segments = [
        recording(level**1.3 * white(4.0, seed=number), segment=Segment(excitation={"EDCM": level}))
        for number, level in enumerate(levels)
    ]
    assert features_of(segments)["growth of RMS: exponent"].value == pytest.approx(1.3, abs=0.05)
    assert "growth of RMS: exponent" not in features_of(segments[:1])


def test_slow_fluctuation_raises_the_variation_over_time():
    steady = white(12.0)
    times = np.arange(len(steady)) / RATE
    waxing = steady * (1 + 0.3 * np.sin(2 * np.pi * 0.5 * times))[:, None]
    assert value(waxing, "RMS: variation over time") > 3 * value(steady, "RMS: variation over time")


def test_amplitudes_without_a_unit_are_left_out():
    found = features_of([recording(white(), arbitrary=True)])
    assert "RMS" not in found and "RMS: spread over channels" in found


def units(seconds=60.0, rate=10.0, variation=0.15, shared=0.0, count=4, seed=0):
    """Discharges of units whose rate follows a common slow drive to the share ``shared``; their potentials in noise."""
    draws = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    drive = sosfilt(butter(2, (0.8, 2.5), "bandpass", fs=RATE, output="sos"), draws.standard_normal(len(times)))
    drive /= drive.std()
    trains = []
    for _ in range(count):
        at, train = draws.uniform(0, 1 / rate), []
        while at < seconds - 0.1:
            train.append(round(at * RATE))
            faster = np.exp(shared * drive[min(int(at * RATE), len(drive) - 1)])
            at += max(0.02, draws.normal(1, variation)) / (rate * faster)
        trains.append(np.array(train))
    offsets = np.arange(-20, 21)
    shape = -np.gradient(np.exp(-((offsets / 3) ** 2)))
    emg = 0.02 * draws.standard_normal((len(times), 12))
    for number, train in enumerate(trains):
        for spike in train[(train > 20) & (train < len(emg) - 21)]:
            emg[spike + offsets, number] += 0.5 * shape / np.ptp(shape)
    return recording(emg, discharges=tuple(trains))


def test_motor_units_of_known_rate_and_potential():
    found = features_of([units()])
    assert found["discharge rate"].value == pytest.approx(10, rel=0.03)
    assert found["interval variation"].value == pytest.approx(0.15, abs=0.02)
    assert found["potential: peak to peak"].value == pytest.approx(500, rel=0.15)
    assert found["potential: phases"].value == 2
    assert found["potential: rank (99 %)"].value <= 2
    assert found["potential: share of channels"].value == pytest.approx(1 / 12)
    assert found["discharge rate"].count == 4 and found["common drive"].count == 6


def test_a_common_drive_correlates_the_rates():
    alone, together = (features_of([units(shared=shared)]) for shared in (0.0, 0.2))
    assert together["common drive"].value > alone["common drive"].value + 0.2
    assert together["coherence 0.5-5 Hz"].value > alone["coherence 0.5-5 Hz"].value + 0.1


def test_the_distance():
    a, b = features_of([recording(white())]), features_of([recording(white(seed=1))])
    same = np.repeat(white(channels=1), 12, axis=1)
    c = features_of([recording(same)])
    assert distance(a, a) == 0
    assert 0 < distance(a, b) < 0.2 < distance(a, c)
    assert distance(a, c, names=["median frequency"]) < 0.4
    with pytest.raises(InvalidInput, match="at least one"):
        distance(a, {})


def test_bad_arguments():
    with pytest.raises(InvalidInput, match="at least one segment"):
        features_of([])
    with pytest.raises(InvalidInput, match="colour"):
        features_of([recording(white())], groups=["colour"])
    assert {feature.group for feature in FEATURES} == set(GROUPS)


def test_a_short_recording_with_one_channel_has_what_it_allows():
    layout = recording(white()).layout
    one = type(layout)(1, 1, np.array([0]), np.array([0]), 8.0, 8.0, False)
    found = features_of([recording(white(0.6, 1), layout=one)])
    assert "median frequency" in found and "participation ratio" not in found
    assert all(np.isfinite(item.value) for item in found.values())
