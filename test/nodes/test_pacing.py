"""Pacing of the simulation by the wall clock."""

import pytest

from emgsim_ros.nodes.pacing import GIVEN_UP_AFTER, MOST_STEPS_AT_ONCE, Pacer

PERIOD = 10_000_000


@pytest.mark.parametrize("most", [1, 3, MOST_STEPS_AT_ONCE])
def test_a_delay_is_caught_up_in_portions(most):
    pacer = Pacer(PERIOD, 1.0, most)
    pacer.start(0, 0)
    assert pacer.steps_due(-1, 0) == 0 and pacer.steps_due(0, 0) == 1
    made = 0
    while due := pacer.steps_due(30 * PERIOD, made * PERIOD):
        assert due <= most
        made += due
    assert made == 31 and pacer.lost == 0


def test_a_long_delay_is_given_up():
    pacer = Pacer(PERIOD, 2.0)
    pacer.start(0, 0)
    late = (GIVEN_UP_AFTER + 5) * PERIOD // 2
    assert pacer.steps_due(late, 0) == 1 and pacer.lost == late
    assert pacer.steps_due(late, PERIOD) == 0
