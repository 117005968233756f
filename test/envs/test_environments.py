"""Every environment: gymnasium's own check, seeds, saved states, observations, bad input."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from emgsim_ros.envs import IDS, register_environments
from emgsim_ros.envs.arm_reach import ArmReach
from emgsim_ros.errors import InvalidInput
from emgsim_ros.musculoskeletal.opensim.forward_dynamics import Integrator
from emgsim_ros.parts import add_part, registry

SIZES = {
    "ArmReach": (6, 16),
    "HandPose": (43, 135),
    "Stand": (18, 42),
    "Crouch": (18, 42),
    "Jump": (18, 42),
    "Gait": (18, 42),
}


@pytest.fixture(scope="module")
def made():
    """Every environment once; models take their time to load."""
    kept = {}

    def make(name, **fields):
        key = (name, tuple(fields.items()))
        if key not in kept:
            kept[key] = gymnasium.make(f"emgsim/{name}-v0", **fields).unwrapped
        return kept[key]

    return make


def play(env, seed, steps=20, action_seed=1):
    rng = np.random.default_rng(action_seed)
    observation, _ = env.reset(seed=seed)
    seen = [observation]
    for _ in range(steps):
        observation, reward, over, _, _ = env.step(rng.uniform(0.0, 0.3, env.action_space.shape).astype(np.float32))
        seen.append(np.append(observation, reward))
        if over:
            break
    return seen


def same(first, second):
    return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_all_are_registered():
    assert {name.split("/")[1].removesuffix("-v0") for name in IDS} == set(SIZES)


class ShortReach(ArmReach):
    EPISODE_STEPS = 3


def test_an_environment_of_another_package_is_registered_with_its_length(monkeypatch):
    monkeypatch.setattr(registry, "_added", {})
    monkeypatch.setattr(gymnasium.envs.registration, "registry", dict(gymnasium.registry))
    monkeypatch.setattr(gymnasium, "registry", gymnasium.envs.registration.registry)
    add_part("environment", "outside/Short-v0", ShortReach)
    add_part("environment", "no ID of gymnasium", ShortReach)
    with pytest.warns(UserWarning, match="'no ID of gymnasium'.*ignored"):
        assert register_environments() == (*IDS, "outside/Short-v0")
    env = gymnasium.make("outside/Short-v0")
    env.reset(seed=0)
    assert [env.step(np.zeros(6, np.float32))[3] for _ in range(3)] == [False, False, True]
    assert gymnasium.make("outside/Short-v0", max_episode_steps=7).spec.max_episode_steps == 7
    assert gymnasium.spec("emgsim/Gait-v0").max_episode_steps == 1000


@pytest.mark.parametrize("name", SIZES)
def test_gymnasium_finds_no_fault(made, name):
    env = made(name)
    check_env(env, skip_render_check=True)
    muscles, size = SIZES[name]
    assert env.action_space.shape == (muscles,) and env.layout.size == size == len(set(env.layout.names))


@pytest.mark.parametrize("name", ["ArmReach", "HandPose", "Gait"])
def test_the_same_seed_is_the_same_episode_and_another_another(made, name):
    env = made(name)
    assert same(play(env, 3), play(env, 3)) and not same(play(env, 3), play(env, 4))


@pytest.mark.parametrize("name", ["ArmReach", "HandPose", "Jump"])
def test_a_saved_state_goes_on_as_it_did(made, name):
    env = made(name)
    play(env, 5)
    saved, action = env.save_state(), np.full(env.action_space.shape, 0.2, np.float32)
    first = [env.step(action)[0] for _ in range(10)] + [env.reset()[0]]
    env.restore_state(saved)
    assert same(first, [env.step(action)[0] for _ in range(10)] + [env.reset()[0]])


def test_the_reward_is_the_sum_of_its_terms_and_time_goes_by(made):
    env = made("Stand")
    env.reset(seed=0)
    for step in range(1, 4):
        _, reward, _, _, info = env.step(np.full(18, 0.05, np.float32))
        assert reward == pytest.approx(sum(info["reward_terms"].values())) and info["time"] == pytest.approx(
            0.01 * step
        )
    assert set(info["reward_terms"]) == {"alive", "upright", "still", "effort"}


def test_observations_are_named_as_a_vector_and_as_a_dict(made):
    vector, parts = made("ArmReach"), made("ArmReach", observation="dict")
    flat, _ = vector.reset(seed=2)
    named, _ = parts.reset(seed=2)
    assert vector.layout.names[:2] == ("position.shoulder_flexion", "position.elbow_flexion")
    assert np.array_equal(np.concatenate(list(named.values())), flat) and parts.observation_space.contains(named)


def test_an_episode_begins_as_asked_for(made):
    env = made("ArmReach", scatter=0.0)
    pose, target = {"elbow_flexion": 1.0}, {"shoulder_flexion": 0.5, "elbow_flexion": 0.8}
    env.reset(seed=0, options={"pose": pose, "target": target})
    assert env.plant.state.position[env.plant.index["elbow_flexion"]] == 1.0
    env.plant.put(env.plant.angles_of(target))
    assert env.distance() < 1e-9
    with pytest.raises(InvalidInput, match=r"joint.*wrist"):
        env.reset(options={"pose": {"wrist": 0.1}})


def test_a_fallen_human_ends_the_episode(made):
    env = made("Stand")
    env.reset(seed=0, options={"pose": {"pelvis_tilt": 0.9}})
    ends = [env.step(np.zeros(18, np.float32)) for _ in range(60)]
    over = [info["end"] for *_, info in ends if info["end"]]
    assert over and over[0] == "fallen"


def test_a_step_that_went_wrong_ends_the_episode_with_its_reason(made):
    env = made("ArmReach")
    env.reset(seed=0)
    now = env.plant.state
    env.plant.forward._high = now.position - 2.0  # any pose is now far out of range
    env.plant.forward._low = now.position - 4.0
    try:
        observation, reward, over, _, info = env.step(np.zeros(6, np.float32))
    finally:
        env.plant.forward._low, env.plant.forward._high = env.plant.model.low, env.plant.model.high
    assert over and info["end"] == "unsound" and reward < 0 and np.isfinite(observation).all()


@pytest.mark.parametrize(
    ("action", "named"), [(np.zeros(5), "shape"), (np.full(6, np.nan), "finite"), (np.full(6, np.inf), "finite")]
)
def test_bad_actions_are_refused(made, action, named):
    env = made("ArmReach")
    env.reset(seed=0)
    with pytest.raises(InvalidInput, match=named):
        env.step(action)


def test_actions_beyond_0_and_1_are_clipped(made):
    env = made("ArmReach")
    env.reset(seed=0)
    low = env.step(np.full(6, 5.0))[0]
    env.reset(seed=0)
    assert np.array_equal(low, env.step(np.ones(6))[0])


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"control_step": 2.0}, "control_step"), ({"observation": "list"}, "observation"), ({"scatter": -1.0}, "scatter")],
)
def test_bad_settings_are_refused(fields, named):
    with pytest.raises(InvalidInput, match=named):
        gymnasium.make("emgsim/ArmReach-v0", **fields)


def test_an_adaptive_integrator_and_another_control_step_can_be_chosen():
    env = gymnasium.make(
        "emgsim/ArmReach-v0", control_step=0.02, integrator=Integrator("RungeKuttaMerson", 0.0, 1e-4)
    ).unwrapped
    env.reset(seed=0)
    assert env.step(np.zeros(6, np.float32))[4]["time"] == pytest.approx(0.02)


@pytest.mark.parametrize("name", ["ArmReach", "Stand"])
def test_a_picture_shows_the_model_and_changes_with_it(name):
    env = gymnasium.make(f"emgsim/{name}-v0", render_mode="rgb_array").unwrapped
    env.reset(seed=0)
    first = env.render()
    for _ in range(20):
        env.step(np.full(env.action_space.shape, 0.3, np.float32))
    assert first.shape == (480, 480, 3) and first.std() > 5 and (first != env.render()).mean() > 0.001


def test_the_wanted_posture_is_drawn_beside_the_hand():
    env = gymnasium.make("emgsim/HandPose-v0", render_mode="rgb_array", scatter=0.0).unwrapped

    def green(posture):
        env.reset(seed=0, options={"posture": posture})
        red, green, blue = np.moveaxis(env.render().astype(int), 2, 0)
        return ((green > red + 60) & (green > blue + 60)).sum()

    assert green("open") > green("relaxed") + 50  # hidden behind the hand where both are the same
