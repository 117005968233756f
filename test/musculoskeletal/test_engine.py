"""Engines and drives of other packages, used by name."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput, UnknownPart
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import (
    DynamicState,
    Integrator,
    KinematicDrive,
    MusculoskeletalModel,
    load_engine,
    load_model,
    make_drive,
)
from emgsim_ros.musculoskeletal.opensim.engine import OpenSimEngine
from emgsim_ros.offline.simulate import OfflineSimulation, simulate
from emgsim_ros.parameters import MusculoskeletalParameters
from emgsim_ros.parts import add_part, registry
from emgsim_ros.scenario import load_scenario


class RecordedEngine(OpenSimEngine):
    """The OpenSim engine under another name; it records its calls."""

    loaded: list[str]
    started: list[Integrator | None]

    def __init__(self, step=0.00125):
        self.step = step
        type(self).loaded, type(self).started = [], []

    def model(self, path):
        self.loaded.append(path.name)
        return RecordedModel(path, self)


class RecordedModel(MusculoskeletalModel):
    def __init__(self, path, engine):
        self._engine = engine
        super().__init__(path)

    def forward_dynamics(self, state, integrator=None):
        self._engine.started.append(integrator)
        return super().forward_dynamics(state, integrator or Integrator(step=self._engine.step))


class StrongDrive(KinematicDrive):
    """A kinematic drive with amplified excitations."""

    def __init__(self, model, rate, natural_frequency, gain=1.0):
        super().__init__(model, rate, natural_frequency)
        self._gain = gain

    def _move(self, load, extra_excitation, effort):
        return super()._move(self._gain * load, extra_excitation + 0.01 * self._gain, effort)


@pytest.fixture
def parts(monkeypatch):
    """Parts registered by the running program, removed after the test."""
    monkeypatch.setattr(registry, "_added", {})
    add_part("engine", "recorded", RecordedEngine)
    add_part("drive", "strong", StrongDrive)


def states(tmp_path, steps=5, **parameters):
    """The first states of an offline simulation of leg_sim with these parameters of its musculoskeletal node."""
    lines = "\n".join(f"    {name}: {value}" for name, value in parameters.items())
    config = tmp_path / "config.yaml"
    config.write_text(f"musculoskeletal:\n  ros__parameters:\n{lines}\n")
    simulation = OfflineSimulation(load_scenario("leg_sim", str(config)))
    return [simulation.step()[0] for _ in range(steps)]


def test_an_outside_drive_with_options_is_used_by_the_offline_simulation(parts, tmp_path):
    plain = states(tmp_path)
    once, twice = (states(tmp_path, drive="strong", options=f"['drive.gain={gain}']") for gain in (1.0, 2.0))
    for first, second, third in zip(plain, once, twice, strict=True):
        assert np.allclose(second.excitation, np.clip(first.excitation + 0.01, 0, 1))
        assert np.allclose(third.excitation, np.clip(first.excitation + 0.02, 0, 1))


@pytest.mark.parametrize("drive", ["kinematic", "tracking"])
def test_an_outside_engine_is_used_by_the_offline_simulation(parts, tmp_path, drive):
    own, outside = states(tmp_path, drive=drive), states(tmp_path, drive=drive, engine="recorded")
    assert RecordedEngine.loaded == ["leg.osim"]
    assert RecordedEngine.started == ([None] if drive == "tracking" else [])
    for first, second in zip(own, outside, strict=True):
        assert np.array_equal(first.position, second.position) and np.array_equal(first.excitation, second.excitation)


def test_options_reach_the_engine_and_change_the_motion(parts, tmp_path):
    coarse = states(tmp_path, drive="tracking", engine="recorded", options="['engine.step=0.0025']")[-1]
    fine = states(tmp_path, drive="tracking", engine="recorded")[-1]
    assert not np.array_equal(coarse.position, fine.position)
    assert np.allclose(coarse.position, fine.position, atol=1e-2)


def test_a_whole_offline_run_uses_both(parts, tmp_path):
    config = tmp_path / "both.yaml"
    config.write_text("musculoskeletal:\n  ros__parameters:\n    drive: strong\n    engine: recorded\n")
    result = simulate(load_scenario("leg_sim", str(config)), 0.2, tmp_path / "leg.h5")
    assert result.duration == 0.2 and RecordedEngine.loaded == ["leg.osim"] and (tmp_path / "leg.h5").exists()


def test_unknown_names_are_rejected_with_the_known_ones(parts, tmp_path):
    with pytest.raises(UnknownPart, match=r"unknown drive 'strnog'.*kinematic.*strong"):
        states(tmp_path, drive="strnog")
    with pytest.raises(UnknownPart, match=r"unknown engine 'mujoko'.*opensim.*recorded"):
        states(tmp_path, engine="mujoko")


def test_unknown_options_are_rejected():
    with pytest.raises(InvalidInput, match="option of the engine 'opensim'"):
        load_model(MusculoskeletalParameters(options=("engine.colour=red",)))
    parameters = MusculoskeletalParameters(options=("drive.gain=2.0",))
    with pytest.raises(InvalidInput, match="option of the drive 'kinematic'"):
        make_drive(parameters, load_model(parameters))


def test_a_model_makes_its_own_forward_dynamics():
    model = load_engine().model(config_file("leg", ".osim", "models"))
    start = DynamicState.at_rest(model.rest, np.zeros(len(model.muscles)))
    motion = model.forward_dynamics(start, Integrator(step=0.0005))
    assert motion.advance(np.zeros(len(model.muscles)), np.zeros(len(model.rest)), 0.01)
    assert not np.array_equal(motion.state.position, start.position)
