"""Fluctuations of the excitation that the units of a muscle share."""

import numpy as np
import pytest
from scipy.signal import welch

from emgsim_ros.motor_units import CommonDrive, PoolTable, RateCodedTrains

RATE = 2048
SYNERGISTS = PoolTable(groups={"extensors": ("ECRL", "ECU")}, shared=0.6)


def drive(muscles=("FCR",), table=None, strength=0.05, seed=1):
    return CommonDrive(muscles, table or PoolTable(), strength, RATE, seed)


def slow_noise(muscles=("FCR",), seconds=1600, **options):
    """Noise of several muscles at 16 Hz, [samples, muscles]."""
    source = CommonDrive(muscles, options.get("table", PoolTable()), 0.05, 16, options.get("seed", 1))
    return source.noise(0, seconds * 16)


def test_the_noise_does_not_depend_on_the_blocks_or_on_where_the_stream_begins():
    whole = drive().noise(0, 40 * RATE)  # beyond the border of two segments
    pieces, first = [], 0
    one = drive()
    for length in [7, 64, 1, 4096] * 19:
        pieces.append(one.noise(first, length))
        first += length
    assert np.array_equal(np.concatenate(pieces), whole[:first])
    assert np.array_equal(drive().noise(33 * RATE, 1000), whole[33 * RATE : 33 * RATE + 1000])


def test_noise_is_gaussian_of_variance_one_and_continuous():
    noise = slow_noise()[:, 0]
    assert noise.std() == pytest.approx(1.0, abs=0.06) and abs(noise.mean()) < 0.1
    assert 0.64 < (np.abs(noise) < 1).mean() < 0.73  # 0.683 in a normal distribution
    fine = drive().noise(15 * RATE, 20 * RATE)[:, 0]
    assert np.abs(np.diff(fine)).max() < 0.1


def test_power_falls_slowly_below_five_hertz_and_steeply_above():
    source = CommonDrive(("FCR",), PoolTable(), 0.05, 64, 1)
    frequency, power = welch(source.noise(0, 1000 * 64)[:, 0], 64, nperseg=64 * 32)

    def mean(low, high):
        return power[(frequency >= low) & (frequency < high)].mean()

    assert mean(0.1, 0.5) > mean(1, 2) > mean(3, 5) > 10 * mean(10, 15)
    slow = (frequency > 0.1) & (frequency < 3)
    assert np.polyfit(np.log(frequency[slow]), np.log(power[slow]), 1)[0] == pytest.approx(-0.3, abs=0.12)


def test_synergists_share_a_part_and_others_nothing():
    noise = slow_noise(("ECRL", "ECU", "FCR"), table=SYNERGISTS)
    correlation = np.corrcoef(noise.T)
    assert correlation[0, 1] == pytest.approx(0.6, abs=0.1)
    assert abs(correlation[0, 2]) < 0.15 and abs(correlation[1, 2]) < 0.15


def test_a_muscle_has_the_same_noise_whichever_muscles_are_simulated_with_it():
    alone, together = (drive(muscles, SYNERGISTS).noise(0, 500) for muscles in (("ECU",), ("FCR", "ECRL", "ECU")))
    assert np.array_equal(alone[:, 0], together[:, 2])
    other = drive(seed=2).noise(0, 500)
    assert not np.array_equal(drive().noise(0, 500), other)


def test_fluctuations_are_in_proportion_to_the_excitation():
    weak, strong = (drive().applied(np.full((4 * RATE, 1), level), 0) for level in (0.1, 0.4))
    assert 4 * weak == pytest.approx(strong)
    assert (drive().applied(np.zeros((100, 1)), 0) == 0).all()
    assert (drive(strength=0.5).applied(np.full((40 * RATE, 1), 0.1), 0) >= 0).all()
    level = np.full((10, 1), 0.3)
    assert np.array_equal(drive(strength=0.0).applied(level, 0), level)


def smooth_rates(strength):
    """Firing rates of the first 40 units of a pool over 0.4 s (De Luca's method), [units, samples]."""
    pool, source, counts = RateCodedTrains({"FCR": 100}, RATE, 1), drive(strength=strength), []
    for first in range(0, 24 * RATE, 256):
        spikes = pool.advance(source.applied(np.full((256, 1), 0.5), first), np.ones(1))
        block = np.zeros((100, 256))
        block[spikes.unit, spikes.sample] = RATE
        counts.append(block)
    window = np.hanning(round(0.4 * RATE))
    trains = np.concatenate(counts, axis=1)[:40, 2 * RATE :]
    return np.array([np.convolve(one, window / window.sum(), "valid")[::32] for one in trains])


def test_firing_rates_of_pairs_of_units_correlate():
    pairs = np.triu_indices(40, 1)
    shared, alone = (np.corrcoef(smooth_rates(strength))[pairs].mean() for strength in (0.05, 0.0))
    assert abs(alone) < 0.05
    assert 0.3 < shared < 0.8
