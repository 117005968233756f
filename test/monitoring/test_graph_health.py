import math

import pytest

from emgsim_ros.monitoring import GraphHealth

MS = 1_000_000
BLOCK, SAMPLE = 15_625_000, 488_281


def feed(health, states, factor=1.0, skip=(), latency=4 * MS):
    """A graph at ``factor`` times real time whose blocks come ``latency`` after the state that completes them."""
    block = 0
    for number in range(states):
        stamp = number * 10 * MS
        wall = round(stamp / factor)
        if number not in skip:
            health.state(stamp, wall)
        while (block + 1) * BLOCK - SAMPLE <= stamp:
            health.block(block * BLOCK, BLOCK, SAMPLE, wall + latency)
            block += 1


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_real_time_factor(factor):
    health = GraphHealth()
    feed(health, 1000, factor)
    assert health.summary().real_time_factor == pytest.approx(factor, rel=1e-3)
    assert health.recent_real_time_factor() == pytest.approx(factor, rel=1e-3)
    assert math.isnan(health.recent_real_time_factor())  # nothing moved since


def test_a_whole_stream_has_no_losses():
    health = GraphHealth()
    feed(health, 500)
    summary = health.summary()
    assert (summary.states, summary.states_lost, summary.blocks_lost) == (500, 0, 0)
    assert summary.latency_p50 == pytest.approx(4.0) and summary.latency_p99 == pytest.approx(4.0)


def test_missing_states_and_blocks_are_counted_from_the_stamps():
    health = GraphHealth()
    feed(health, 100, skip={10, 11, 50})
    assert health.summary().states_lost == 3
    health.block(200 * BLOCK, BLOCK, SAMPLE, 0)
    assert health.summary().blocks_lost == 200 - health.summary().blocks + 1


def test_a_clock_that_starts_again_is_no_loss():
    health = GraphHealth()
    feed(health, 100)
    feed(health, 100)
    assert health.summary().states_lost == 0 and health.summary().blocks_lost == 0


def test_the_burst_on_joining_is_not_timed():
    health = GraphHealth()
    for number in range(50):  # half a second of queued messages at once
        health.state(number * 10 * MS, 500 * MS)
    for number in range(50, 500):
        health.state(number * 10 * MS, number * 10 * MS)
    assert health.summary().real_time_factor == pytest.approx(1.0, rel=1e-3)


def test_nothing_seen_is_said_as_such():
    summary = GraphHealth().summary()
    assert math.isnan(summary.real_time_factor) and summary.blocks == 0
    assert summary.text() == "real-time factor nan | muscle states 0, lost 0"
