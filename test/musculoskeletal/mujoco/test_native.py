"""Forward dynamics in machine code against the same in numpy."""

import numpy as np
import pytest
from model_of_all_joints import build

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import DynamicState, Integrator, load_engine
from emgsim_ros.musculoskeletal.mujoco import native_steps

METHODS = ["ExplicitEuler", "SemiExplicitEuler", "RungeKutta4"]


def moving(model, monkeypatch, native, method="ExplicitEuler", step=0.0005):
    position = model.rest.copy()
    if "pelvis_height" in model.coordinates:
        position[model.coordinates.index("pelvis_height")] = 0.93
    with monkeypatch.context() as patch:
        if not native:
            patch.setattr(native_steps, "_is_plain", lambda description, mechanism: False)
        start = DynamicState.at_rest(position, np.full(len(model.muscles), 0.05))
        motion = model.forward_dynamics(start, Integrator(method, step))
    assert (motion._native is not None) == native
    return motion


@pytest.mark.parametrize("name", ["forearm_hand", "human"])
@pytest.mark.parametrize("method", METHODS)
def test_both_move_in_the_same_way(name, method, monkeypatch):
    model, rng = load_engine("mujoco").model(config_file(name, ".osim", "models")), np.random.default_rng(0)
    numpy, native = (moving(model, monkeypatch, use, method) for use in (False, True))
    for _ in range(6):
        excitation, moment = rng.uniform(0, 1, len(model.muscles)), rng.normal(0, 0.5, len(model.rest))
        assert numpy.advance(excitation, moment, 0.005) and native.advance(excitation, moment, 0.005)
    # Euler steps of the stiff contact amplify the last digits.
    assert np.allclose(native.state.position, numpy.state.position, atol=1e-6)
    assert np.allclose(native.state.velocity, numpy.state.velocity, atol=1e-3)
    assert np.allclose(native.state.activation, numpy.state.activation, atol=1e-12)
    assert np.allclose(native.ground_forces(), numpy.ground_forces(), rtol=1e-3, atol=0.1)
    assert native.energy() == pytest.approx(numpy.energy(), rel=1e-4)


def test_both_stop_in_the_same_way_beyond_the_range(monkeypatch):
    model = load_engine("mujoco").model(config_file("leg", ".osim", "models"))
    numpy, native = (moving(model, monkeypatch, use) for use in (False, True))
    quiet, push = np.zeros(len(model.muscles)), np.full(len(model.rest), 60.0)
    for _ in range(20):
        numpy.advance(quiet, push, 0.01)
        native.advance(quiet, push, 0.01)
    assert (numpy.state.position > model.high).any()
    assert np.allclose(native.state.position, numpy.state.position, atol=1e-8)


@pytest.mark.parametrize("moment", [1e6, np.nan, 1e300])
def test_a_failed_step_keeps_the_last_sound_pose(moment, monkeypatch):
    model = load_engine("mujoco").model(config_file("arm", ".osim", "models"))
    for native in (False, True):
        motion, quiet = moving(model, monkeypatch, native), np.zeros(len(model.muscles))
        motion.advance(quiet, np.zeros(len(model.rest)), 0.02)
        before = motion.state.position
        assert not motion.advance(quiet, np.full(len(model.rest), moment), 0.01)
        assert np.array_equal(motion.state.position, before) and not motion.state.velocity.any()


def test_coupled_joints_are_left_to_numpy(tmp_path, monkeypatch):
    build().printToXML(str(tmp_path / "coupled.osim"))
    model = load_engine("mujoco").model(tmp_path / "coupled.osim")
    motion = model.forward_dynamics(DynamicState.at_rest(model.rest, np.zeros(len(model.muscles))))
    assert motion._native is None


def test_arrays_of_another_length_are_rejected(monkeypatch):
    model = load_engine("mujoco").model(config_file("arm", ".osim", "models"))
    motion, outer = moving(model, monkeypatch, native=True), np.zeros(len(model.rest))
    with pytest.raises(InvalidInput, match="excitation"):
        motion.advance(np.zeros(1), outer, 0.01)
    with pytest.raises(InvalidInput, match="outer moment"):
        motion.advance(np.zeros(len(model.muscles)), np.zeros(5), 0.01)
