"""Fits of people whose bodies are known."""

import dataclasses

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.fitting.expected_features import Contraction, ExpectedEmg
from emgsim_ros.fitting.groups import muscle_groups
from emgsim_ros.fitting.objective import Objective
from emgsim_ros.fitting.quantities import FittedQuantities
from emgsim_ros.fitting.search import fit_subject
from emgsim_ros.fitting.second_order import SecondOrder, measured
from emgsim_ros.subjects.body import standard_body
from emgsim_ros.subjects.subject import standard_subject, with_body


@pytest.fixture(scope="module")
def usual():
    return dataclasses.replace(standard_subject(), mains_amplitude=0.0)


@pytest.fixture(scope="module")
def expected(parameters, contractions, frequencies):
    return ExpectedEmg(parameters, contractions, frequencies, units_per_muscle=24)


@pytest.fixture(scope="module")
def quantities(usual, standard, contractions):
    return FittedQuantities(usual, standard, muscle_groups(standard, contractions), noise=("white",))


def test_fat_turn_and_noise_of_a_recorded_person_return(
    usual, standard, parameters, contractions, frequencies, simulated, expected, quantities
):
    body = dataclasses.replace(standard_body("forearm", standard), fat=0.0055, turn=0.02)
    person = dataclasses.replace(with_body(usual, body, standard), noise_rms=0.006)
    recorded = [measured(simulated(person, parameters, one, 4.0), 2048, frequencies) for one in contractions]
    result = fit_subject(expected, Objective(recorded), quantities, evaluations=160)
    assert result.evaluations <= 160 and result.after < 0.5 * result.before
    assert result.subject.body.fat == pytest.approx(0.0055, abs=0.0013)
    assert result.subject.body.turn == pytest.approx(0.02, abs=0.008)
    assert result.subject.noise_rms == pytest.approx(0.006, rel=0.2)


def test_the_same_seed_gives_the_same_person(usual, expected, quantities):
    body = dataclasses.replace(usual.body, fat=0.005)
    objective = Objective(expected.of(dataclasses.replace(usual, noise_rms=0.006, strength=1.2, body=body)))
    first, second = (fit_subject(expected, objective, quantities, evaluations=40) for _ in range(2))
    assert np.array_equal(first.vector, second.vector) and first.after < first.before


def test_the_truth_is_at_distance_zero(usual, expected):
    made = expected.of(usual)
    objective = Objective(made)
    assert objective.distance(made) == 0 and not objective.residuals(made).any()
    other = [dataclasses.replace(one, covariance=4 * one.covariance) for one in made]
    assert objective.distance(other) == pytest.approx(0.5 * np.square(objective.residuals(other)).sum())
    assert objective.by_aspect(other)["correlation"] == pytest.approx(0)


def test_an_arbitrary_unit_leaves_a_common_gain_free(usual, expected):
    made = expected.of(usual)
    louder = [SecondOrder(one.frequencies, 9 * one.density, 9 * one.covariance) for one in made]
    assert Objective(made, arbitrary=True).distance(louder) == pytest.approx(0, abs=1e-9)
    assert Objective(made).distance(louder) > 0.5


def test_one_bad_channel_does_not_dominate(usual, expected):
    made = expected.of(usual)
    broken = [one.covariance.copy() for one in made]
    for covariance in broken:
        covariance[0, 0] *= 1e6
    far = [dataclasses.replace(one, covariance=c) for one, c in zip(made, broken, strict=True)]
    assert Objective(made).by_aspect(far)["amplitude"] < 46 / 12 + 0.1  # log(1000)/0.15 in one of 12 channels


def test_neighbours_that_contract_together_are_one_group(standard):
    contractions = [
        Contraction("flexion", {"FCR": 1.0, "PL": 1.0, "FCU": 1.0}),
        Contraction("extension", {"ECRB": 1.0, "ECRL": 1.0}),
    ]
    groups = {frozenset(one.muscles) for one in muscle_groups(standard, contractions)}
    assert groups == {frozenset({"FCR", "PL"}), frozenset({"FCU"}), frozenset({"ECRB", "ECRL"})}  # FCU is far away
    alone = muscle_groups(standard, [Contraction("a", {"FCR": 1.0, "FCU": 0.0})])
    assert [one.muscles for one in alone] == [("FCR",)]
    assert len(muscle_groups(standard, [Contraction(m, {m: 1.0}) for m in standard.muscles], most=4)) <= 4


def test_quantities_stay_within_the_limits_of_the_generator(usual, standard, contractions):
    groups = muscle_groups(standard, contractions)
    network = FittedQuantities(usual, standard, groups)
    conductor = FittedQuantities(usual, standard, groups, generator="conductor")
    extreme = np.full(len(network), 50.0)
    assert network.values(extreme)["fat"] == 0.008 and conductor.values(extreme)["fat"] == 0.03
    low, high = network.bounds()
    assert (low < 0).all() and (high > 0).all()
    with pytest.raises(InvalidInput, match="generator: conductor"):
        FittedQuantities(usual, standard, groups, skin_radius=0.08)
    measured_limb = FittedQuantities(usual, standard, groups, skin_radius=0.045)
    assert "skin radius" not in measured_limb.values(np.zeros(len(measured_limb)))
    assert measured_limb.subject(np.zeros(len(measured_limb))).body.skin_radius == 0.045


def test_no_deviation_is_the_standard_subject(usual, quantities):
    made = quantities.subject(np.zeros(len(quantities)))
    assert made.anatomy.cylinder == usual.anatomy.cylinder and made.strength == 1.0


def test_coloured_noise_has_a_white_floor_that_is_fitted_as_well(
    usual, standard, contractions, parameters, frequencies
):
    made = FittedQuantities(usual, standard, muscle_groups(standard, contractions))
    names = [one.name for one in made.quantities]
    vector = np.zeros(len(made))
    vector[names.index("white noise")] = 2.0
    quiet, floor = made.subject(np.zeros(len(made))), made.subject(vector)
    assert floor.emg["noise"][-1] == "amplifier" and floor.emg["amplifier_rms"] > 3 * quiet.emg["amplifier_rms"]
    rest = [Contraction("rest", {"FCR": 0.0}), Contraction("flexion", {"FCR": 0.1})]
    coloured = dataclasses.replace(parameters, noise=("electrode",))
    expected = ExpectedEmg(coloured, rest, frequencies, units_per_muscle=4)
    low, high = expected.of(quiet)[0].density, expected.of(floor)[0].density
    assert (high[-5:] / low[-5:]).mean() > (high[:5] / low[:5]).mean() > 1


def test_too_few_evaluations_are_refused(expected, quantities, usual):
    with pytest.raises(InvalidInput, match="evaluations"):
        fit_subject(expected, Objective(expected.of(usual)), quantities, evaluations=3)
