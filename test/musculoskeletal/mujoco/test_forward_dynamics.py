"""Forward dynamics with MuJoCo: integrators, exact continuation and failed steps."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import DynamicState, Integrator, load_engine


@pytest.fixture(scope="module")
def model():
    return load_engine("mujoco").model(config_file("arm", ".osim", "models"))


def moving(model, integrator=None, activation=0.1):
    at_rest = DynamicState.at_rest(model.rest, np.full(len(model.muscles), activation))
    return model.forward_dynamics(at_rest, integrator)


def end(motion, steps=30, excitation=0.2):
    inputs = np.full(len(motion.state.activation), excitation), np.zeros_like(motion.state.position)
    for _ in range(steps):
        assert motion.advance(*inputs, 0.01)
    return motion.state


def test_a_restored_state_continues_exactly(model):
    motion = moving(model)
    middle = end(motion, 10)
    first = end(motion, 10, 0.5)
    other = moving(model)
    other.restore(middle)
    second = end(other, 10, 0.5)
    for quantity in ("position", "velocity", "activation"):
        assert np.array_equal(getattr(first, quantity), getattr(second, quantity))


ORDERS = [
    ("ExplicitEuler", 0.001, 1.7, 2.4),
    ("SemiExplicitEuler", 0.001, 1.7, 2.4),
    ("RungeKutta4", 0.005, 4.0, 100.0),
]


@pytest.mark.parametrize(("method", "step", "low", "high"), ORDERS)
def test_the_error_of_a_method_falls_with_its_step(model, method, step, low, high):
    exact = end(moving(model, Integrator("RungeKutta4", 0.0005))).position
    coarse, fine = (np.abs(end(moving(model, Integrator(method, h))).position - exact).max() for h in (2 * step, step))
    assert low < coarse / fine < high and fine < 0.01


def test_an_interval_that_is_no_multiple_of_the_step_is_covered(model):
    motion, exact = moving(model, Integrator("RungeKutta4", 0.003)), moving(model, Integrator("RungeKutta4", 0.001))
    assert np.allclose(end(motion, 20).position, end(exact, 20).position, atol=1e-6)


def test_energy_of_a_free_motion_is_kept():
    """The leg without damping would keep it; here the dampers and the muscles may only take energy."""
    leg = load_engine("mujoco").model(config_file("leg", ".osim", "models"))
    motion = moving(leg, Integrator("RungeKutta4", 0.0005), activation=0.0)
    before = motion.energy()
    end(motion, 50, 0.0)
    assert before - 20.0 < motion.energy() < before + 1.0


@pytest.mark.parametrize("moment", [1e6, np.nan, 1e300])
def test_a_failed_step_keeps_the_last_sound_pose(model, moment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    motion = moving(model)
    before = end(motion, 3)
    quiet = np.zeros(len(model.muscles))
    assert not motion.advance(quiet, np.full(len(model.rest), moment), 0.01)
    assert np.array_equal(motion.state.position, before.position) and not motion.state.velocity.any()
    assert motion.advance(quiet, np.zeros(len(model.rest)), 0.01)
    assert not list(tmp_path.iterdir())  # MuJoCo writes no log file


@pytest.mark.parametrize("integrator", [Integrator("RungeKuttaMerson", 0.0, 1e-4), Integrator("CPodes", 0.001)])
def test_adaptive_methods_are_rejected(model, integrator):
    with pytest.raises(InvalidInput, match=r"integrator: method.*one of ExplicitEuler"):
        moving(model, integrator)


def test_a_step_of_zero_is_rejected(model):
    with pytest.raises(InvalidInput, match="integrator: step"):
        moving(model, Integrator(step=0.0))
