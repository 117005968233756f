import math

import numpy as np
import pytest

from emgsim_ros.monitoring import GraphHealth
from emgsim_ros.monitoring.pose_agreement import PoseAgreement

MS = 1_000_000


def test_estimates_are_compared_with_the_true_angles_of_their_time():
    agreement = PoseAgreement()
    for number in range(100):
        agreement.truth(number * 10 * MS, ("a", "b"), (np.radians(number), 0.0))
    agreement.estimate(505 * MS, ("b", "a"), (np.radians(3.0), np.radians(50.5)))
    assert agreement.overall() == pytest.approx(1.5)
    agreement.estimate(500 * MS, ("a",), (np.radians(54.0),))
    assert agreement.overall() == pytest.approx(2.75) and agreement.recent() == pytest.approx(2.75)
    assert math.isnan(agreement.recent()) and agreement.estimates == 2


def test_joints_without_a_true_angle_do_not_count():
    agreement = PoseAgreement()
    agreement.estimate(0, ("a",), (1.0,))
    agreement.truth(0, ("a",), (0.0,))
    agreement.estimate(0, ("other",), (1.0,))
    assert math.isnan(agreement.overall()) and agreement.estimates == 2


def test_time_that_runs_back_begins_anew():
    agreement = PoseAgreement()
    agreement.truth(1000 * MS, ("a",), (1.0,))
    agreement.truth(0, ("a",), (0.0,))
    agreement.estimate(0, ("a",), (np.radians(2.0),))
    assert agreement.overall() == pytest.approx(2.0)


def test_states_of_another_model_in_between_are_no_fault():
    agreement = PoseAgreement()
    agreement.truth(0, ("a", "b"), (0.0, 0.0))
    agreement.truth(10 * MS, ("hip",), (1.0,))
    agreement.estimate(10 * MS, ("a", "b"), (0.0, 0.0))
    assert math.isnan(agreement.overall())
    agreement.truth(20 * MS, ("a", "b"), (0.0, 0.0))
    agreement.estimate(20 * MS, ("a", "b"), (np.radians(2.0), np.radians(2.0)))
    assert agreement.overall() == pytest.approx(2.0)


def test_messages_with_more_names_than_angles_are_left_out():
    agreement = PoseAgreement()
    agreement.truth(0, ("a", "b"), (0.0,))
    agreement.truth(0, ("a",), (0.0,))
    agreement.estimate(0, ("a", "b"), (0.0,))
    assert math.isnan(agreement.overall()) and agreement.estimates == 1


def test_latency_of_estimates_counts_from_the_state_of_their_time():
    health = GraphHealth()
    for number in range(400):
        stamp = number * 10 * MS
        health.state(stamp, stamp)
        health.joints(stamp, ("a",), (0.5,))
        health.estimate(stamp, ("a",), (0.5,), stamp + 7 * MS)
    summary = health.summary()
    assert summary.pose_latency_p50 == summary.pose_latency_p99 == pytest.approx(7.0)
    assert summary.estimates == 400 and summary.pose_error == pytest.approx(0.0)
    assert "pose estimates 400, error 0.0 degrees" in summary.text()
