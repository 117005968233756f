import json

import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.claims import claim_folder, require_same_plan

PLAN = {"seed": 1, "steps": 100, "layers": (8, 8)}


def test_a_folder_is_claimed_once_and_again_by_the_same_plan(tmp_path):
    claim_folder(tmp_path / "a" / "b", PLAN, "cohort.json")
    assert json.loads((tmp_path / "a" / "b" / "cohort.json").read_text()) == {**PLAN, "layers": [8, 8]}
    claim_folder(tmp_path / "a" / "b", PLAN, "cohort.json")


def test_another_plan_is_refused_and_the_fields_that_differ_are_named(tmp_path):
    claim_folder(tmp_path, PLAN)
    with pytest.raises(InvalidInput, match=r"plan.json: plan is \{'seed': 1\}; expected \{'seed': 2\}"):
        claim_folder(tmp_path, {**PLAN, "seed": 2})
    assert json.loads((tmp_path / "plan.json").read_text())["seed"] == 1


def test_fields_that_may_differ_are_not_compared(tmp_path):
    claim_folder(tmp_path, PLAN, may_differ=["steps"])
    claim_folder(tmp_path, {**PLAN, "steps": 200}, may_differ=["steps"])
    assert json.loads((tmp_path / "plan.json").read_text())["steps"] is None
    with pytest.raises(InvalidInput, match="steps may differ"):
        claim_folder(tmp_path, {**PLAN, "layers": (9,)}, may_differ=["steps"])


@pytest.mark.parametrize("stored", ["not JSON", "[1, 2]", "null"])
def test_what_is_not_a_plan_is_refused_by_name(stored):
    with pytest.raises(InvalidInput, match=r"data\.h5: plan"):
        require_same_plan(stored, PLAN, "data.h5")
