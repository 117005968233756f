"""Reflexes of the human and the search for their gains."""

import numpy as np
import pytest

from emgsim_ros.envs.body import PosedBody
from emgsim_ros.envs.human import Human, HumanObserver, standing_pose
from emgsim_ros.errors import InvalidInput
from emgsim_ros.learning.reflex import GAINS, MUSCLES, ReflexGains, load_gains
from emgsim_ros.learning.reflex_controllers import controller_of, reflex_controller
from emgsim_ros.learning.search import search

STAND = "emgsim/Stand-v0"
NONE = np.zeros((len(MUSCLES), len(GAINS)))


def observed(**changes):
    body = PosedBody(Human.model_file())
    angles = {**standing_pose(), **changes}
    return HumanObserver(body).observe(body.angles_of(angles), np.zeros(9), np.zeros(18)), body.model.muscles


def test_standing_excites_by_tone_alone_and_both_legs_alike():
    vector = NONE.copy()
    vector[:, 0], vector[:, 1:] = 1.0, 3.0
    seen, muscles = observed()
    excitation = dict(zip(muscles, reflex_controller(STAND, vector.ravel()).action(seen), strict=True))
    assert np.allclose(list(excitation.values()), 0.05, atol=1e-6)
    assert all(excitation[f"{name}_left"] == excitation[f"{name}_right"] for name in MUSCLES)


def test_a_bent_knee_excites_its_muscle_on_that_side_only():
    vector = NONE.copy()
    vector[MUSCLES.index("VAS"), GAINS.index("angle")] = 1.0
    seen, muscles = observed(knee_flexion_left=standing_pose()["knee_flexion_left"] + 0.4)
    excitation = dict(zip(muscles, reflex_controller(STAND, vector.ravel()).action(seen), strict=True))
    assert excitation["VAS_left"] == pytest.approx(0.2, abs=1e-6) and excitation["VAS_right"] == pytest.approx(
        0.0, abs=1e-6
    )


def test_the_lean_of_the_trunk_excites_both_sides():
    vector = NONE.copy()
    vector[MUSCLES.index("GMAX"), GAINS.index("lean")] = -1.0
    seen, muscles = observed(pelvis_tilt=standing_pose()["pelvis_tilt"] - 0.2)
    excitation = dict(zip(muscles, reflex_controller(STAND, vector.ravel()).action(seen), strict=True))
    assert excitation["GMAX_left"] == excitation["GMAX_right"] == pytest.approx(0.1, abs=1e-6)


def test_gains_are_the_same_after_saving(tmp_path):
    gains = ReflexGains.of_vector(np.random.default_rng(0).normal(size=45), STAND)
    gains.save(tmp_path / "gains.json", {"generations": 1})
    assert np.array_equal(load_gains(tmp_path / "gains.json").values, gains.values)
    (tmp_path / "broken.json").write_text("{}")
    for path in ("broken.json", "none.json"):
        with pytest.raises(InvalidInput, match="reflex gains"):
            load_gains(tmp_path / path)


def test_only_legs_have_reflexes():
    with pytest.raises(InvalidInput, match="human's"):
        controller_of(ReflexGains(NONE, "emgsim/ArmReach-v0"))


def test_the_search_gets_better_and_goes_on_where_it_was(tmp_path):
    told = []
    search(STAND, tmp_path, 2, population=4, workers=1, progress=lambda *progress: told.append(progress))
    search(STAND, tmp_path, 3, population=4, workers=1, progress=lambda *progress: told.append(progress))
    assert [done for _, done, *_ in told] == [1, 2, 3] and np.isfinite(
        [float(note.split()[-1]) for *_, note in told]
    ).all()
    assert len((tmp_path / "returns.csv").read_text().splitlines()) == 4
