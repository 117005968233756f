"""Scores of decoders, against estimates whose scores are known."""

import numpy as np
import pytest

from emgsim_ros.pose.angles import HAND_NAMES
from emgsim_ros.pose.finger_confusion import DIGITS, finger_confusion
from emgsim_ros.pose.scores import Score, group_scores, interval, person_scores

RATE = 50.0
NAMES = ("index_mcp_fe", "index_mcp_aa", "wrist_fe")


def movement(windows=6, frames=200, seed=0):
    """Return smooth random angles [windows, 3, frames], rad; the second angle is still."""
    rng = np.random.default_rng(seed)
    times = np.arange(frames) / RATE
    phase, offset = rng.uniform(0, 6, (windows, 3, 1)), rng.normal(0.0, 0.3, (windows, 3, 1))
    angles = offset + 0.5 * np.sin(2 * np.pi * 0.5 * times + phase)
    angles[:, 1] = 0.1
    return angles


def r2_of(scores, angle):
    return 1 - scores.wrong[angle] / scores.true[angle]


def test_a_joint_that_hardly_moves_does_not_outweigh_the_others():
    truth = movement()
    truth[:, 1] += 1e-4 * truth[:, 0]
    noise = np.random.default_rng(0).normal(0.0, 0.05, truth.shape)
    scores = group_scores([person_scores(truth + noise, truth, ["a"] * 6, RATE)], NAMES)
    assert scores["all angles"]["r2"].value > 0.9 and scores["index_mcp_aa"]["r2"].value < -1e3


def test_a_perfect_estimate():
    truth = movement()
    scores = person_scores(truth, truth, ["a"] * 6, RATE)
    whole = group_scores([scores, scores], NAMES)
    assert whole["all angles"]["r2"] == Score(1.0, 1.0, 1.0)
    assert whole["wrist_fe"]["correlation"].value == pytest.approx(1.0)
    assert not scores.error.any() and scores.moving[0] == 0.0


def test_an_angle_that_does_not_move_has_no_r2():
    truth = movement()
    scores = person_scores(truth + 0.01, truth, ["a"] * 6, RATE)
    still = group_scores([scores, scores], NAMES)["index_mcp_aa"]
    assert all(np.isnan(still[name].value) for name in ("r2", "correlation", "moving"))
    assert scores.error[1] == pytest.approx(np.degrees(0.01))


def test_the_median_posture_has_its_own_error_and_an_r2_of_about_0():
    truth = movement()
    stages = ["a"] * 3 + ["b"] * 3
    medians = [np.median(part, axis=(0, 2))[:, None] for part in (truth[:3], truth[3:])]
    estimate = np.concatenate([np.broadcast_to(one, (3, 3, 200)) for one in medians])
    scores = person_scores(estimate, truth, stages, RATE)
    assert np.allclose(scores.error, scores.median) and np.allclose(scores.moving[[0, 2]], scores.median_moving[[0, 2]])
    assert -0.1 < r2_of(scores, 0) <= 0.0


def test_no_constant_of_a_stage_is_better_than_its_median():
    truth = movement()
    for shift in (-0.05, 0.05):
        estimate = np.broadcast_to(np.median(truth, axis=(0, 2))[:, None] + shift, truth.shape)
        scores = person_scores(estimate, truth, ["a"] * 6, RATE)
        assert (scores.error >= scores.median - 1e-9).all()


def test_a_stage_mean_that_is_decoded_does_not_count_as_movement():
    truth = movement()
    truth[3:] += 1.0  # another stage, in another posture
    still = np.concatenate([np.full((3, 3, 200), truth[:3].mean()), np.full((3, 3, 200), truth[3:].mean())])
    assert r2_of(person_scores(still, truth, ["a"] * 3 + ["b"] * 3, RATE), 0) < 0.1


def test_staying_is_the_posture_at_the_start():
    truth = np.linspace(0.0, 1.0, 100) * np.ones((2, 1, 1))
    scores = person_scores(truth, truth, ["a", "a"], RATE)
    assert scores.staying[0] == pytest.approx(np.degrees(0.5))


def test_groups_and_single_angles_have_intervals_over_people():
    people = []
    for seed in range(6):
        truth = movement(seed=seed)
        noise = np.random.default_rng(seed).normal(0.0, 0.1 + 0.02 * seed, truth.shape)
        people.append(person_scores(truth + noise, truth, ["a"] * 6, RATE))
    scores = group_scores(people, NAMES)
    assert set(scores) == {"all angles", "finger flexion", "finger abduction", "wrist flexion", *NAMES}
    found = scores["finger flexion"]["r2"]
    assert found == scores["index_mcp_fe"]["r2"] and found.low < found.value < found.high < 1.0
    wrong, true = (sum(getattr(one, name)[2] for one in people) for name in ("wrong", "true"))
    assert scores["wrist flexion"]["r2"].value == pytest.approx(1 - wrong / true)
    assert np.isnan(scores["finger abduction"]["r2"].value)


def test_an_interval_needs_two_people():
    assert interval([0.5]).value == 0.5 and np.isnan(interval([0.5]).low)
    assert np.isnan(interval([]).value)
    assert interval([0.5, np.nan, 0.7]).value == pytest.approx(0.6)
    assert interval([0.5, 0.5]).low == 0.5


def flexions(moved, others=0.0, parts=3):
    """Return the angles of windows in which one digit after the other flexes, one second each."""
    frames = int(RATE)
    angles = np.zeros((1, len(HAND_NAMES), frames * parts * len(moved)))
    ramp = np.tile(np.concatenate([np.linspace(0, 1, frames // 2), np.linspace(1, 0, frames // 2)]), parts)
    for place, digit in enumerate(moved):
        span = slice(place * parts * frames, (place + 1) * parts * frames)
        for number, name in enumerate(HAND_NAMES):
            if name.endswith("_fe") and not name.startswith("wrist"):
                angles[0, number, span] = ramp * (0.5 if name.startswith(digit) else others)
    return angles


def test_single_digits_are_found_and_estimated_extents_are_relative_to_the_true_one():
    truth = flexions(DIGITS)
    found = finger_confusion(0.4 * truth, truth, HAND_NAMES, RATE)
    assert found.movements.tolist() == [3] * 5 and found.accuracy == 1.0
    assert np.allclose(found.gains, 0.4 * np.eye(5), atol=1e-6)


def test_a_wrong_finger_is_seen():
    truth, wrong = flexions(("index", "ring")), flexions(("middle", "ring"))
    found = finger_confusion(wrong, truth, HAND_NAMES, RATE)
    assert found.chosen[1, 2] == 3 and found.chosen[3, 3] == 3 and found.accuracy == 0.5
    assert found.gains[1, 1] == 0.0 and found.gains[1, 2] == pytest.approx(1.0)


def test_movements_of_several_digits_and_of_the_wrist_do_not_count():
    truth = flexions(("index",), others=0.3)
    truth[:, HAND_NAMES.index("wrist_fe")] = np.linspace(0.0, 1.0, truth.shape[2])
    found = finger_confusion(truth, truth, HAND_NAMES, RATE)
    assert not found.movements.any() and np.isnan(found.accuracy) and np.isnan(found.gains).all()


def test_confusions_of_people_add_up():
    truth = flexions(DIGITS)
    one = finger_confusion(truth, truth, HAND_NAMES, RATE)
    assert (one + one).movements.tolist() == [6] * 5 and (one + one).accuracy == 1.0
