import numpy as np
import pytest

from emgsim_ros.musculoskeletal.activation import activation_after, excitation_for
from emgsim_ros.musculoskeletal.drives.reference import JointMotion, follow
from emgsim_ros.musculoskeletal.drives.static_optimisation import static_optimisation
from emgsim_ros.musculoskeletal.fibers import Fibers


def test_excitation_is_the_inverse_of_activation_dynamics():
    activation, wanted = np.array([0.2, 0.5, 0.9, 0.1]), np.array([0.25, 0.45, 0.9, 0.12])
    excitation = excitation_for(activation, wanted, 0.01)
    assert np.allclose(activation_after(activation, excitation, 0.01), wanted)


def test_activation_rises_faster_than_it_falls():
    rise = activation_after(np.array([0.5]), np.array([1.0]), 0.01) - 0.5
    fall = 0.5 - activation_after(np.array([0.5]), np.array([0.0]), 0.01)
    assert rise > fall > 0


def optimise(arms, active, moments, *, passive=None, preferred=0.0, lowest=0.0, highest=1.0):
    active = np.array(active, dtype=float)
    passive = np.zeros_like(active) if passive is None else np.array(passive, dtype=float)
    fibers = Fibers(np.ones_like(active), np.zeros_like(active), active, passive)
    low, high = np.broadcast_to(lowest, active.shape), np.broadcast_to(highest, active.shape)
    return static_optimisation(np.array(arms), fibers, np.array(moments), preferred, low, high)


def test_one_muscle_makes_exactly_its_moment():
    assert optimise([[0.02]], [500.0], [4.0]) == pytest.approx([0.4], abs=2e-3)


def test_synergists_share_in_proportion_to_their_moment_capacity():
    activation = optimise([[0.01, 0.02]], [300.0, 300.0], [3.0])
    assert activation[1] / activation[0] == pytest.approx(2.0, rel=1e-3)


def test_antagonists_rest_and_the_impossible_saturates():
    arms, active = [[0.01, -0.01]], [300.0, 300.0]
    assert optimise(arms, active, [1.0])[1] == pytest.approx(0.0)
    assert optimise(arms, active, [99.0])[0] == 1.0


def test_co_contraction_is_shared_by_both_sides_and_makes_no_moment():
    activation = optimise([[0.01, -0.01]], [300.0, 300.0], [0.6], preferred=0.3)
    assert activation.mean() == pytest.approx(0.3, abs=1e-3)
    assert activation[0] - activation[1] == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize("moment", [-1.5, 0.5, 2.0])
def test_the_bounds_are_kept_and_the_others_make_up_for_them(moment):
    arms, active = [[0.01, 0.02, -0.01]], [300.0, 300.0, 300.0]
    activation = optimise(arms, active, [moment], lowest=0.1, highest=[0.9, 0.2, 0.9])
    assert (activation >= 0.1 - 1e-12).all() and (activation <= [0.9, 0.2, 0.9]).all()
    assert np.array(arms)[0] @ (np.array(active) * activation) == pytest.approx(moment, abs=0.01)


def test_passive_force_is_counted():
    assert optimise([[0.02]], [500.0], [4.0], passive=[200.0]) == pytest.approx([0.0], abs=1e-6)


@pytest.mark.parametrize("step", [0.001, 0.01, 0.05])
def test_reference_is_exact_for_a_ramp_whatever_the_step(step):
    motion = JointMotion(np.array([0.0]), np.array([2.0]), np.array([0.0]))
    for number in range(1, 20):
        motion = follow(motion, np.array([2.0 * number * step]), np.array([2.0]), 40.0, step)
        assert np.allclose([motion.position[0], motion.velocity[0]], [2.0 * number * step, 2.0])
        assert np.allclose(motion.acceleration, 0.0)


def test_reference_acceleration_is_the_derivative_of_its_velocity():
    motion, dt, rows = JointMotion.at_rest(np.array([0.0])), 1e-4, []
    for _ in range(2000):
        motion = follow(motion, np.array([1.0]), np.array([0.0]), 40.0, dt)
        rows.append((motion.position[0], motion.velocity[0], motion.acceleration[0]))
    position, velocity, acceleration = np.array(rows).T
    assert np.allclose(np.gradient(position, dt)[5:-5], velocity[5:-5], atol=1e-3)
    assert np.allclose(np.gradient(velocity, dt)[5:-5], acceleration[5:-5], atol=0.1)
    assert position.max() <= 1.0
