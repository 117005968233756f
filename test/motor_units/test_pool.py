import numpy as np
import pytest

from emgsim_ros.motor_units import Fatigue, IntegrateAndFireTrains, MotorUnitPool, RateCodedTrains
from emgsim_ros.motor_units.integrate_and_fire import MotoneuronPool

RATE = 2048
BOTH = pytest.mark.parametrize("model", [RateCodedTrains, IntegrateAndFireTrains])


def spikes_of(excitation, units=100, seed=1, blocks=(32,), model=RateCodedTrains, slowing=1.0):
    """All spikes of a pool as (sample, unit), the excitation cut into blocks of the given lengths, in turn."""
    trains, rows, start, turn = model({"FCR": units}, RATE, seed), [], 0, 0
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
    assert active.min() >= 5.0 - 1e-9 and active.max() <= 40.0
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


def test_intervals_have_the_rate_and_the_variation_asked_for():
    spikes = spikes_of(np.full(60 * RATE, 0.5))
    rates = MotorUnitPool(100).rates(np.array([0.5]))[0]
    for unit in (0, 20, 50):
        intervals = np.diff(spikes[spikes[:, 1] == unit, 0]) / RATE
        assert 1 / intervals.mean() == pytest.approx(rates[unit], rel=0.03)
        assert intervals.std() / intervals.mean() == pytest.approx(1 / 6, rel=0.15)
        assert intervals.min() > 0.2 / rates[unit] - 2 / RATE


def test_units_do_not_fire_together():
    spikes = spikes_of(np.full(20 * RATE, 0.3))
    per_sample = np.bincount(spikes[:, 0], minlength=20 * RATE)
    assert per_sample[RATE:].var() == pytest.approx(per_sample[RATE:].mean(), rel=0.15)  # as independent trains


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
    assert np.corrcoef(np.argsort(np.argsort(first)), np.arange(100))[0, 1] > 0.99
    assert first[-1] / (10 * RATE) == pytest.approx(0.75, abs=0.03)
    assert first[0] / (10 * RATE) < 0.05


def test_integrate_and_fire_rates_lie_between_published_limits():
    """Human motoneurons fire at about 5 to 35 Hz; intervals scatter by 10 to 30 % (Enoka & Fuglevand 2001)."""
    spikes = spikes_of(np.full(30 * RATE, 0.7), model=IntegrateAndFireTrains)
    rates, variation = [], []
    for unit in range(0, 90, 10):
        intervals = np.diff(spikes[spikes[:, 1] == unit, 0]) / RATE
        rates.append(1 / intervals.mean())
        variation.append(intervals.std() / intervals.mean())
    assert 5 < min(rates) < max(rates) < 36
    assert rates[0] > rates[-1]  # the onion skin
    assert 0.08 < min(variation) < max(variation) < 0.3


def test_motoneurons_grow_less_excitable_with_rank():
    pool = MotoneuronPool(200)
    assert pool.rheobase[-1] == pytest.approx(9.1 * 3.9e-9)
    assert (np.diff(pool.rheobase) > 0).all()
    assert (np.diff(pool.resistance) < 0).all() and (np.diff(pool.time_constant) < 0).all()
    assert 5e5 < pool.resistance.min() < pool.resistance.max() < 8e6  # Ohm, as measured in cats
    assert 0.002 < pool.time_constant.min() < pool.time_constant.max() < 0.03  # s


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
