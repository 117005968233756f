import numpy as np
import pytest
from scipy.stats import skew

from emgsim_ros.motor_units import Fatigue, IntegrateAndFireTrains, MotorUnitPool, PoolProperties, RateCodedTrains
from emgsim_ros.motor_units.integrate_and_fire import MotoneuronPool

RATE = 2048
BOTH = pytest.mark.parametrize("model", [RateCodedTrains, IntegrateAndFireTrains])


def spikes_of(excitation, units=100, seed=1, blocks=(32,), model=RateCodedTrains, slowing=1.0, **options):
    """All spikes of a pool as (sample, unit), the excitation cut into blocks of the given lengths, in turn."""
    trains, rows, start, turn = model({"FCR": units}, RATE, seed, **options), [], 0, 0
    while start < len(excitation):
        length = blocks[turn % len(blocks)]
        spikes = trains.advance(excitation[start : start + length, None], np.array([slowing]))
        rows.append(np.column_stack([spikes.sample + start, spikes.unit]))
        start, turn = start + length, turn + 1
    return np.concatenate(rows)


def test_thresholds_rise_to_the_last_recruited():
    thresholds = MotorUnitPool(120).thresholds
    assert (np.diff(thresholds) > 0).all()
    assert thresholds[-1] == pytest.approx(0.75)
    assert thresholds[-1] / thresholds[0] > 50
    assert np.median(thresholds) < 0.15  # most units are recruited early


def test_rates_lie_between_their_published_limits():
    pool = MotorUnitPool(100)
    rates = pool.rates(np.linspace(0, 1, 201))
    active = rates[rates > 0]
    assert active.min() >= 8.0 and active.max() <= 40.0  # of the order of 10 Hz at recruitment
    assert 21 < rates[-1].mean() < 40  # 30 +- 9 Hz in maximal contractions (Bellemare et al. 1983)
    assert (rates[0] == 0).all()
    assert (np.diff(rates, axis=0) >= -1e-9).all()  # more drive never slows a unit


def test_earlier_recruited_units_fire_faster():
    rates = MotorUnitPool(100).rates(np.array([0.9]))[0]
    assert (np.diff(rates) <= 1e-9).all()


def test_recruitment_follows_size_in_a_ramp():
    spikes = spikes_of(np.linspace(0, 1, 10 * RATE))
    first = [spikes[spikes[:, 1] == unit, 0].min() for unit in range(100)]
    threshold_sample = MotorUnitPool(100).thresholds * 10 * RATE
    assert (first >= np.floor(threshold_sample)).all()
    assert np.corrcoef(first, np.arange(100))[0, 1] > 0.8
    assert (first - threshold_sample).max() < 0.3 * RATE  # within one interval of recruitment


def intervals_of(spikes, unit):
    return np.diff(spikes[spikes[:, 1] == unit, 0]) / RATE


def test_intervals_have_the_rate_and_the_variation_asked_for():
    rates = MotorUnitPool(100).rates(np.array([0.5]))[0]
    for noise in (0.1, 0.2):
        spikes = spikes_of(np.full(60 * RATE, 0.5), independent_noise=noise)
        for unit in (0, 20, 50):
            intervals = intervals_of(spikes, unit)
            assert 1 / intervals.mean() == pytest.approx(rates[unit], rel=0.03)
            assert intervals.std() / intervals.mean() == pytest.approx(noise, rel=0.15)
            assert skew(intervals) == pytest.approx(2 * noise, abs=0.2)  # as of a gamma distribution


def test_intervals_vary_more_at_recruitment():
    pool = MotorUnitPool(100)
    spikes = spikes_of(np.full(120 * RATE, 0.3))
    last = np.flatnonzero(pool.thresholds < 0.3)[-1]
    near, far = (intervals_of(spikes, unit) for unit in (last, 10))
    assert near.std() / near.mean() > 1.4 * far.std() / far.mean()


def test_a_long_interval_is_followed_by_a_shorter_one():
    intervals = intervals_of(spikes_of(np.full(200 * RATE, 0.4)), 10)
    assert np.corrcoef(intervals[1:], intervals[:-1])[0, 1] == pytest.approx(-0.34, abs=0.06)


def test_without_noise_units_fire_regularly():
    intervals = intervals_of(spikes_of(np.full(10 * RATE, 0.4), independent_noise=0.0), 10)
    assert np.ptp(intervals) < 1.5 / RATE


@BOTH
def test_units_do_not_fire_together(model):
    """The sum of many trains with independent intervals has the variance of their own intervals at most."""
    spikes = spikes_of(np.full(20 * RATE, 0.3), model=model)
    counts = np.bincount(spikes[RATE:, 0], minlength=20 * RATE)[RATE:].reshape(-1, 4)  # 2 ms
    assert 0.8 < counts.sum(axis=1).var() / counts.sum(axis=1).mean() < 1.15


@BOTH
def test_pools_take_the_properties_of_their_muscle(model):
    early = {"FCR": PoolProperties(last_recruited=0.4, peak_rate=(20.0, 18.0))}
    usual, spikes = (
        spikes_of(np.full(4 * RATE, 0.5), model=model, properties=properties) for properties in ({}, early)
    )
    assert len(np.unique(spikes[:, 1])) == 100 > len(np.unique(usual[:, 1]))
    assert np.bincount(spikes[:, 1]).max() <= 4 * 21.5 < np.bincount(usual[:, 1]).max()


@BOTH
def test_silence_without_drive(model):
    assert len(spikes_of(np.zeros(2 * RATE), model=model)[:, 0]) == 0


@BOTH
@pytest.mark.parametrize("blocks", [(1,), (32,), (7, 64, 13), (20480,)])
def test_spikes_do_not_depend_on_the_blocks(model, blocks):
    drive = 0.5 + 0.5 * np.sin(np.arange(4 * RATE) / 700)
    drive[: RATE // 2] = 0.0
    assert np.array_equal(spikes_of(drive, blocks=blocks, model=model), spikes_of(drive, blocks=(1000,), model=model))


@BOTH
def test_a_seed_gives_the_same_spikes_and_another_seed_others(model):
    drive = np.full(RATE, 0.4)
    assert np.array_equal(spikes_of(drive, seed=5, model=model), spikes_of(drive, seed=5, model=model))
    assert not np.array_equal(spikes_of(drive, seed=5, model=model), spikes_of(drive, seed=6, model=model))


@BOTH
def test_muscles_together_fire_as_each_alone(model):
    together = model({"FCR": 20, "EDCI": 30}, RATE, 1)
    drive = np.column_stack([np.full(RATE, 0.3), np.full(RATE, 0.6)])
    spikes = together.advance(drive, np.ones(2))
    for number, (muscle, units) in enumerate({"FCR": 20, "EDCI": 30}.items()):
        alone = model({muscle: units}, RATE, 1).advance(drive[:, [number]], np.ones(1))
        mine = spikes.muscle == number
        assert np.array_equal(spikes.sample[mine], alone.sample) and np.array_equal(spikes.unit[mine], alone.unit)
    order = np.lexsort((spikes.unit, spikes.muscle, spikes.sample))
    assert np.array_equal(order, np.arange(len(order)))


@BOTH
def test_fatigue_slows_the_units(model):
    drive = np.full(10 * RATE, 0.6)
    rested, tired = (len(spikes_of(drive, model=model, slowing=slowing)) for slowing in (1.0, 0.75))
    assert 0.70 < tired / rested < 0.95


def test_integrate_and_fire_recruits_by_size_up_to_its_last_threshold():
    spikes = spikes_of(np.linspace(0, 1, 10 * RATE), model=IntegrateAndFireTrains)
    first = np.array([spikes[spikes[:, 1] == unit, 0].min() for unit in range(100)])
    assert np.corrcoef(np.argsort(np.argsort(first)), np.arange(100))[0, 1] > 0.98
    assert 0.55 < first[-1] / (10 * RATE) < 0.77  # synaptic noise recruits somewhat earlier than 0.75
    assert first[0] / (10 * RATE) < 0.05


def test_integrate_and_fire_without_noise_recruits_at_its_thresholds():
    spikes = spikes_of(np.linspace(0, 1, 10 * RATE), model=IntegrateAndFireTrains, independent_noise=0.0)
    first = np.array([spikes[spikes[:, 1] == unit, 0].min() for unit in range(100)]) / (10 * RATE)
    assert (np.diff(first) > -0.01).all()
    assert first[-1] == pytest.approx(0.75, abs=0.02)


def test_integrate_and_fire_rates_lie_between_published_limits():
    """Human motoneurons fire at about 5 to 35 Hz; intervals scatter by 10 to 30 % (Enoka & Fuglevand 2001)."""
    spikes = spikes_of(np.full(30 * RATE, 0.7), model=IntegrateAndFireTrains)
    intervals = [intervals_of(spikes, unit) for unit in range(0, 90, 10)]
    rates = [1 / one.mean() for one in intervals]
    variation = [one.std() / one.mean() for one in intervals]
    assert 5 < min(rates) < max(rates) < 36
    assert rates[0] > rates[-1]  # the onion skin
    assert 0.07 < min(variation) < max(variation) < 0.4


def test_motoneurons_grow_less_excitable_with_rank():
    pool = MotoneuronPool(200)
    assert pool.rheobase[-1] == pytest.approx(9.1 * 3.9e-9, rel=0.01)
    assert (np.diff(pool.rheobase) > 0).all()
    assert (np.diff(pool.resistance) < 0).all() and (np.diff(pool.time_constant) < 0).all()
    assert 5e5 < pool.resistance.min() < pool.resistance.max() < 8e6  # Ohm, as measured in cats
    assert 0.002 < pool.time_constant.min() < pool.time_constant.max() < 0.03  # s
    # eLife 11:e76489, table 4, gives the time constant from the resistance directly: 9.6e-7 R^0.61.
    assert pool.time_constant == pytest.approx(9.6e-7 * pool.resistance**0.61, rel=0.4)


def test_fatigue_builds_up_with_effort_and_recovers_at_rest():
    fatigue = Fatigue(2)
    fatigue.advance(np.array([1.0, 0.1]), 120.0)
    tired = fatigue.level.copy()
    assert 0.8 < tired[0] < 1.0 and tired[1] < 0.5 * tired[0]
    fatigue.advance(np.zeros(2), 600.0)
    assert (fatigue.level < 0.05).all() and (fatigue.slowing > 0.98).all()
    whole, pieces = Fatigue(1), Fatigue(1)
    whole.advance(np.array([0.5]), 10.0)
    for _ in range(100):
        pieces.advance(np.array([0.5]), 0.1)
    assert whole.level == pytest.approx(pieces.level, rel=1e-9)
