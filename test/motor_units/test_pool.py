import numpy as np
import pytest

from emgsim_ros.motor_units import MotorUnitPool, SpikeTrains

RATE = 2048


def spikes_of(excitation, units=100, seed=1, blocks=(32,)):
    """All spikes of a pool as (sample, unit), the excitation cut into blocks of the given lengths, in turn."""
    trains, rows, start, turn = SpikeTrains(MotorUnitPool(units), RATE, seed, "FCR"), [], 0, 0
    while start < len(excitation):
        length = blocks[turn % len(blocks)]
        spikes = trains.advance(excitation[start : start + length])
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


def test_silence_without_drive():
    assert len(spikes_of(np.zeros(RATE))) == 0


@pytest.mark.parametrize("blocks", [(1,), (32,), (7, 64, 13), (20480,)])
def test_spikes_do_not_depend_on_the_blocks(blocks):
    drive = 0.5 + 0.5 * np.sin(np.arange(10 * RATE) / 700)
    drive[: RATE // 2] = 0.0
    assert np.array_equal(spikes_of(drive, blocks=blocks), spikes_of(drive, blocks=(1000,)))


def test_a_seed_gives_the_same_spikes_and_another_seed_others():
    drive = np.full(RATE, 0.4)
    assert np.array_equal(spikes_of(drive, seed=5), spikes_of(drive, seed=5))
    assert not np.array_equal(spikes_of(drive, seed=5), spikes_of(drive, seed=6))
