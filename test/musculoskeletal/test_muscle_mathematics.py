import numpy as np
import pytest

from emgsim_ros.musculoskeletal.activation import activation_after, excitation_for
from emgsim_ros.musculoskeletal.reference import CriticallyDampedReference
from emgsim_ros.musculoskeletal.static_optimisation import static_optimisation


def test_excitation_is_the_inverse_of_activation_dynamics():
    activation, wanted = np.array([0.2, 0.5, 0.9, 0.1]), np.array([0.25, 0.45, 0.9, 0.12])
    excitation = excitation_for(activation, wanted, 0.01)
    assert np.allclose(activation_after(activation, excitation, 0.01), wanted)


def test_activation_rises_faster_than_it_falls():
    rise = activation_after(np.array([0.5]), np.array([1.0]), 0.01) - 0.5
    fall = 0.5 - activation_after(np.array([0.5]), np.array([0.0]), 0.01)
    assert rise > fall > 0


def test_one_muscle_makes_exactly_its_moment():
    activation = static_optimisation(np.array([[0.02]]), np.array([500.0]), np.array([0.0]), np.array([4.0]), 0.0)
    assert activation == pytest.approx([0.4], abs=2e-3)


def test_synergists_share_in_proportion_to_their_moment_capacity():
    arms, force = np.array([[0.01, 0.02]]), np.array([300.0, 300.0])
    activation = static_optimisation(arms, force, np.zeros(2), np.array([3.0]), 0.0)
    assert activation[1] / activation[0] == pytest.approx(2.0, rel=1e-3)


def test_antagonists_rest_and_the_impossible_saturates():
    arms, force = np.array([[0.01, -0.01]]), np.array([300.0, 300.0])
    assert static_optimisation(arms, force, np.zeros(2), np.array([1.0]), 0.02)[1] == pytest.approx(0.02)
    assert static_optimisation(arms, force, np.zeros(2), np.array([99.0]), 0.02)[0] == 1.0


def test_passive_force_is_counted():
    activation = static_optimisation(np.array([[0.02]]), np.array([500.0]), np.array([200.0]), np.array([4.0]), 0.0)
    assert activation == pytest.approx([0.0], abs=1e-6)


@pytest.mark.parametrize("step", [0.001, 0.01, 0.05])
def test_reference_is_exact_for_a_ramp_whatever_the_step(step):
    reference = CriticallyDampedReference(np.array([0.0]), 40.0)
    reference.velocity = np.array([2.0])
    for number in range(1, 20):
        reference.follow(np.array([2.0 * number * step]), np.array([2.0]), step)
        assert np.allclose([reference.position[0], reference.velocity[0]], [2.0 * number * step, 2.0])
        assert np.allclose(reference.acceleration, 0.0)


def test_reference_acceleration_is_the_derivative_of_its_velocity():
    reference, dt = CriticallyDampedReference(np.array([0.0]), 40.0), 1e-4
    rows = []
    for _ in range(2000):
        reference.follow(np.array([1.0]), np.array([0.0]), dt)
        rows.append((reference.position[0], reference.velocity[0], reference.acceleration[0]))
    position, velocity, acceleration = np.array(rows).T
    assert np.allclose(np.gradient(position, dt)[5:-5], velocity[5:-5], atol=1e-3)
    assert np.allclose(np.gradient(velocity, dt)[5:-5], acceleration[5:-5], atol=0.1)
    assert position.max() <= 1.0
