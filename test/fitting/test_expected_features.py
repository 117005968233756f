"""The expected statistics are those of a long simulation, within its sampling error."""

import dataclasses

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.fitting import expected_features
from emgsim_ros.fitting.discharges import pool_discharges, spike_train_factor
from emgsim_ros.fitting.expected_features import Contraction, ExpectedEmg
from emgsim_ros.fitting.second_order import SecondOrder, compared_frequencies, measured
from emgsim_ros.motor_units.pool import MotorUnitPool
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.subjects.subject import draw_subject, standard_subject, with_body

RATE = 2048


@pytest.fixture(scope="module")
def person(standard):
    return dataclasses.replace(draw_subject(standard, 1, 0), mains_amplitude=0.0, gain_spread=0.0, noise_rms=0.004)


@pytest.mark.parametrize("montage", ["monopolar", "single_differential"])
def test_a_long_simulation_has_the_expected_spectra_and_correlations(
    person, parameters, contractions, frequencies, simulated, montage
):
    chosen = dataclasses.replace(parameters, montage=montage)
    expected = ExpectedEmg(chosen, contractions, frequencies, units_per_muscle=1000).of(person)
    for one, contraction in zip(expected, contractions, strict=True):
        found = measured(simulated(person, chosen, contraction, 25.0), RATE, frequencies)
        assert np.abs(np.log(one.rms / found.rms)).max() < 0.08
        assert np.abs(one.correlation - found.correlation).max() < 0.08
        assert np.abs(one.median_frequency() - found.median_frequency()).max() < 9.0
        assert one.participation_ratio() == pytest.approx(found.participation_ratio(), rel=0.08)


def test_few_representatives_are_nearly_all_units(person, parameters, contractions, frequencies):
    every = ExpectedEmg(parameters, contractions, frequencies, units_per_muscle=1000).of(person)
    few = ExpectedEmg(parameters, contractions, frequencies, units_per_muscle=40).of(person)
    for a, b in zip(every, few, strict=True):
        assert np.sqrt(np.square(np.log(a.rms / b.rms)).mean()) < 0.2


def test_what_was_computed_before_does_not_change_the_result(standard, person, parameters, contractions, frequencies):
    reused = ExpectedEmg(parameters, contractions, frequencies)
    reused.of(standard_subject())
    other = with_body(person, dataclasses.replace(person.body, turn=0.02), standard)
    reused.of(other)
    for a, b in zip(reused.of(person), ExpectedEmg(parameters, contractions, frequencies).of(person), strict=True):
        assert np.array_equal(a.density, b.density) and np.array_equal(a.covariance, b.covariance)


def test_results_that_are_still_needed_are_kept_when_the_memory_is_full(
    monkeypatch, person, parameters, contractions, frequencies
):
    for limit in ("SPECTRA", "CONTRIBUTIONS"):
        monkeypatch.setattr(expected_features, limit, 0)  # twice the number of one call remains
    reused = ExpectedEmg(parameters, contractions, frequencies)
    for effort in (1.0, 0.9, 0.8, 0.7):
        reused.of(person, (effort, effort))
    fresh = ExpectedEmg(parameters, contractions, frequencies).of(person, (1.0, 0.95))
    for a, b in zip(reused.of(person, (1.0, 0.95)), fresh, strict=True):  # the oldest results and new ones
        assert np.array_equal(a.covariance, b.covariance)


def test_at_rest_there_is_only_noise(person, parameters, frequencies):
    rest = Contraction("rest", {"FCR": 0.0, "FCU": 0.0})
    strong = dataclasses.replace(person, noise_rms=0.008)
    expected = ExpectedEmg(parameters, [rest, Contraction("flexion", {"FCR": 0.5})], frequencies)
    weak_noise, strong_noise = expected.of(person)[0], expected.of(strong)[0]
    assert strong_noise.density == pytest.approx(4 * weak_noise.density)
    band = len(frequencies) / 0.25 / (RATE / 2)  # share of the band that is compared
    assert weak_noise.rms.mean() == pytest.approx(0.004 * np.sqrt(band), rel=0.15)


def test_strength_divides_the_excitations_of_the_model_and_not_the_persons_own(person):
    own, model = Contraction("a", {"FCR": 0.6}), Contraction("b", {"FCR": 0.6}, of_model=True)
    assert own.of_subject("FCR", 2.0) == 0.6 and model.of_subject("FCR", 2.0) == 0.3
    assert model.of_subject("FCR", 0.5) == 1.0 and model.of_subject("FCR", 2.0, effort=0.5) == 0.15
    assert own.of_subject("FCU", 1.0) == 0.0


def test_a_limb_that_the_network_does_not_cover_is_refused(standard, person, parameters, contractions, frequencies):
    fat = with_body(person, dataclasses.replace(person.body, fat=0.012), standard)
    with pytest.raises(InvalidInput, match="generator: conductor"):
        ExpectedEmg(parameters, contractions, frequencies).of(fat)


def test_measured_rates_are_those_of_the_pool(standard):
    found = pool_discharges(EmgParameters(pool="fuglevand"), standard, {"FCR": 40, "FCU": 25})
    for name, count in (("FCR", 40), ("FCU", 25)):
        for excitation in (0.1, 0.5, 1.0):
            rates, variation = found[name].at(excitation)
            expected = MotorUnitPool(count, standard.pools.of((name,))[name]).rates(np.array([excitation]))[0]
            assert rates.sum() == pytest.approx(expected.sum(), rel=0.06)
            assert 0.05 < variation < 0.35
    assert not found["FCR"].at(0.0)[0].any()


def test_the_spectrum_of_a_spike_train_is_that_of_simulated_trains():
    rng = np.random.default_rng(0)
    rate, variation, length = 12.0, 0.2, 4096
    power = np.zeros(length // 2 + 1)
    for _ in range(400):
        times = np.cumsum(np.maximum(rng.normal(1.0, variation, 100), 0.1)) / rate - 1.0
        times = times[(times >= 0) & (times < length / 1024)]
        train = np.histogram(times, length, (0.0, length / 1024))[0]
        power += np.abs(np.fft.rfft(train - train.mean())) ** 2
    frequencies = np.fft.rfftfreq(length, 1 / 1024)
    counted = power / 400 / (rate * length / 1024)
    inside = (frequencies > 4) & (frequencies < 60)
    smooth = np.convolve(counted, np.ones(9) / 9, "same")[inside]
    factor = spike_train_factor(frequencies[inside], np.array([rate]), variation)[0]
    assert np.corrcoef(factor, smooth)[0, 1] > 0.97
    assert spike_train_factor(np.array([500.0]), np.array([rate, 0.0]), variation) == pytest.approx(np.ones((2, 1)))


def test_welch_gives_power_and_correlation_of_white_noise():
    rng = np.random.default_rng(0)
    frequencies = compared_frequencies(1000.0, (20.0, 450.0), 50.0)
    assert frequencies.min() >= 22 and frequencies.max() <= 400
    assert np.abs(frequencies[:, None] - np.arange(50, 500, 50)).min() > 5.9
    common = rng.standard_normal(60_000)
    emg = np.stack([common, common + rng.standard_normal(60_000)], axis=1).astype(np.float32)
    found = measured(emg, 1000.0, frequencies)
    assert found.density.mean(axis=0) == pytest.approx([2 / 1000, 4 / 1000], rel=0.05)
    assert found.correlation[0, 1] == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert isinstance(found, SecondOrder) and found.rms[1] == pytest.approx(found.rms[0] * np.sqrt(2), rel=0.03)
