"""Morphing: a potential keeps its unit's identity under other conditions."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.muap.generate import TrainedMaker, draw_conditions_for
from emgsim_ros.muap.network.evaluation import Evaluation, nrmse
from emgsim_ros.muap.network.examples import MuapExamples


@pytest.fixture(scope="module")
def made(trained):
    return TrainedMaker(trained).sample(draw_conditions_for(6, np.random.default_rng(3)), np.random.default_rng(4))


def nothing(*_):
    pass


@pytest.mark.parametrize(("known", "bound"), [(True, 0.5), (False, 4.0)])
def test_morphs_of_unseen_units_meet_the_conductor(trained, dataset, known, bound):
    device = "cuda" if next(trained.generator.parameters()).is_cuda else "cpu"
    errors = Evaluation(trained, MuapExamples(dataset, device)).morphing(2, known, nothing)
    assert len(errors.nrmse) == 6 and errors.nrmse.mean() < bound


def test_morphing_to_where_it_is_changes_nothing(trained, made):
    same = TrainedMaker(trained).morph(made.potentials, made.conditions, made.conditions, 1)
    assert nrmse(same.potentials, made.potentials).max() < 0.1


def test_a_morph_is_the_same_unit_under_other_conditions(trained, made):
    wanted = draw_conditions_for(6, np.random.default_rng(5))
    wanted[:, 1] = made.conditions[:, 1]  # in the muscle of each unit's arm
    maker = TrainedMaker(trained)
    morphed = maker.morph(made.potentials, wanted, made.conditions, 1)
    assert nrmse(morphed.potentials, maker.make(made.traits, wanted)).max() < 0.5


def test_steps_lead_smoothly_from_source_to_target(trained, made):
    wanted = made.conditions.copy()
    wanted[:, 1] *= 1.02
    path = TrainedMaker(trained).morph(made.potentials, wanted, made.conditions, 5)
    assert path.potentials.shape == (6, 5, 10, 32, 96) and path.conditions.shape == (6, 5, 6)
    assert nrmse(path.potentials[:, 0], made.potentials).max() < 0.1
    change = np.sqrt(np.square(np.diff(path.potentials, axis=1)).sum(axis=(2, 3, 4)))
    assert (change.max(axis=1) < 1.5 * change.min(axis=1)).all()


def test_a_seed_gives_the_same_units_and_another_others(trained):
    maker, conditions = TrainedMaker(trained), draw_conditions_for(4, np.random.default_rng(0))
    first, again, other = (maker.sample(conditions, np.random.default_rng(seed)).potentials for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.allclose(first, other)


def test_wrong_shapes_and_ranges_are_refused_by_name(trained, made):
    maker = TrainedMaker(trained)
    deep = made.conditions.copy()
    deep[0, 1] = 0.05
    for arguments, named in (
        ((made.potentials[:, :5], made.conditions, None, 1), "potentials: shape"),
        ((made.potentials, made.conditions[:4], None, 1), "conditions: number"),
        ((made.potentials, deep, None, 1), "depth"),
        ((made.potentials, made.conditions, made.conditions[:, :5], 1), "conditions: shape"),
    ):
        with pytest.raises(InvalidInput, match=named):
            maker.morph(*arguments)
