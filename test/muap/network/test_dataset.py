import dataclasses

import h5py
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap.network.dataset import DatasetPlan, simulate_arm, simulate_dataset
from emgsim_ros.muap.network.examples import MuapExamples

TINY = DatasetPlan(arms=3, held_out_arms=1, units=2, held_out_units=1, conditions=1, rows=3, columns=8, samples=32)


def test_an_arm_depends_on_seed_and_number_alone():
    first, again, other = simulate_arm(TINY, 1), simulate_arm(TINY, 1), simulate_arm(TINY, 2)
    assert np.array_equal(first.potentials, again.potentials) and np.array_equal(first.traits, again.traits)
    assert not np.allclose(first.traits[:, 0], other.traits[:, 0])
    assert np.ptp(first.traits[:, 0]) == 0 and np.ptp(first.traits[:, 4]) > 0  # one arm, several units


def test_splits_hold_out_whole_units_and_whole_arms(dataset):
    examples = MuapExamples(dataset)
    train, units, arms = examples.splits
    assert len(train) == 4 * 2 * 2 and len(units) == 4 * 2 and len(arms) == 2 * 3 * 2
    assert not set(examples.arm[arms]) & set(examples.arm[train])
    pairs = [set(zip(examples.arm[rows], examples.unit[rows], strict=True)) for rows in (train, units)]
    assert not pairs[0] & pairs[1]


def test_batches_cover_a_split_once(dataset):
    examples = MuapExamples(dataset)
    rows = np.concatenate([batch.rows for batch in examples.batches(0, 3, np.random.default_rng(0))])
    assert sorted(rows) == sorted(examples.splits[0])


def test_an_interrupted_data_set_is_completed_to_the_same_numbers(tmp_path):
    whole, broken = tmp_path / "whole.h5", tmp_path / "broken.h5"
    simulate_dataset(TINY, whole, workers=1)

    class Stop(Exception):
        pass

    def stop(stage, done, total):
        if done == 1:
            raise Stop

    with pytest.raises(Stop):
        simulate_dataset(TINY, broken, workers=1, progress=stop)
    assert [len(rows) for rows in MuapExamples(broken).splits] == [1, 1, 0]  # what is there is usable
    calls = []
    simulate_dataset(TINY, broken, workers=1, progress=lambda stage, done, total: calls.append(done))
    assert calls == [1, 2, 3]
    with h5py.File(whole) as a, h5py.File(broken) as b:
        for name in a:
            assert np.array_equal(a[name][:], b[name][:]), name


def test_another_plan_or_file_is_refused_by_name(tmp_path):
    path = tmp_path / "muaps.h5"
    simulate_dataset(TINY, path, workers=1)
    with pytest.raises(InvalidInput, match="plan"):
        simulate_dataset(dataclasses.replace(TINY, seed=2), path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InvalidInput, match="HDF5"):
        simulate_dataset(TINY, path)
    with pytest.raises(InvalidInput, match="muap simulate"):
        MuapExamples(path)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("arms: 0", "arms"),
        ("arms: many", "arms"),
        ("arms: 2.5", "arms"),
        ("held_out_arms: 5000", "held_out_arms"),
        ("spacing: -1", "spacing"),
        ("colour: red", "colour"),
    ],
)
def test_broken_plans_are_refused_by_name(tmp_path, text, named):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=named):
        load_plan(DatasetPlan, path)


def test_the_shipped_plan_reads():
    plan = load_plan(DatasetPlan, config_file("dataset", folder="muap"), arms=10, held_out_arms=2)
    assert plan.arms == 10 and plan.rows == 10 and plan.columns == 32
