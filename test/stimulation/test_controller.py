"""Closed loop: the amplitude that brings a joint to a wanted angle."""

import dataclasses

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput, UnsafeStimulation
from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import load_movement
from emgsim_ros.musculoskeletal import effort_of, load_model, make_drive
from emgsim_ros.scenario import load_scenario
from emgsim_ros.stimulation.controller import AmplitudeController, ControllerPlan, load_controller
from emgsim_ros.stimulation.models import SpinalResponse
from emgsim_ros.stimulation.stream import StimulationStream

PLAN = ControllerPlan(
    joint="hip", angle=10.0, cathodes=(11,), anodes=(16,), proportional=0.1, integral=0.5, highest=4.0
)


def amplitude(stimulation):
    return float(np.abs(stimulation.current).max())


def test_the_amplitude_grows_with_the_error_and_over_time(lead):
    controller = AmplitudeController(PLAN, lead)
    first = controller.update(0, ("knee", "hip"), (0.0, 0.0))
    later = controller.update(500_000_000, ("knee", "hip"), (0.0, 0.0))
    assert amplitude(first) == pytest.approx(1.0)  # 0.1 mA per degree
    assert amplitude(later) == pytest.approx(3.5)  # and 0.5 mA per degree and second
    assert later.current[11] < 0 < later.current[16] and later.current.sum() == pytest.approx(0.0)


def test_it_never_exceeds_its_highest_nor_winds_up(lead):
    controller = AmplitudeController(PLAN, lead)
    for number in range(100):
        most = controller.update(number * 100_000_000, ("hip",), (0.0,))
    assert amplitude(most) == pytest.approx(4.0)
    for number in range(100, 109):  # ten degrees too much: gone within a second
        last = controller.update(number * 100_000_000, ("hip",), (np.radians(20.0),))
    assert amplitude(last) < 0.5


def test_nothing_before_the_start_and_nothing_after_the_end(lead):
    controller = AmplitudeController(dataclasses.replace(PLAN, start=2.0, duration=1.0), lead)
    assert controller.update(1_900_000_000, ("hip",), (0.0,)) is None
    assert controller.update(2_500_000_000, ("hip",), (0.0,)).duration == pytest.approx(0.5)
    assert controller.update(4_000_000_000, ("hip",), (0.0,)).duration == 0.0


@pytest.mark.parametrize(
    ("change", "named"),
    [({"joint": ""}, "joint"), ({"anodes": (11,)}, "other than")],
)
def test_impossible_controllers_are_refused_by_name(lead, change, named):
    with pytest.raises(InvalidInput, match=named):
        AmplitudeController(dataclasses.replace(PLAN, **change), lead)


def test_a_highest_amplitude_beyond_the_safe_limit_is_refused(lead):
    with pytest.raises(UnsafeStimulation, match="safe limit"):
        AmplitudeController(dataclasses.replace(PLAN, highest=9.0), lead)


def test_an_unknown_joint_is_named_when_the_model_is_known(lead):
    with pytest.raises(InvalidInput, match="knee"):
        AmplitudeController(PLAN, lead).update(0, ("knee",), (0.0,))


def test_the_shipped_controller_brings_the_leg_to_its_angle(patient, lead):
    """The whole loop without ROS: cord, leg model under excitations alone, controller."""
    controller = load_controller(config_file("hip_left", folder="controllers"), lead)
    scenario = load_scenario("leg_sim").parameters("musculoskeletal")
    body = dataclasses.replace(scenario, drive="excitation")
    model = load_model(body)
    drive, rest = make_drive(body, model), load_movement("leg_steps").target(0)
    stream, excitation = StimulationStream(SpinalResponse(patient), lead), np.zeros(len(model.muscles))
    hip, angles = model.coordinates.index("hip_flexion_left"), []
    for _ in range(1000):
        state = drive.step(rest, excitation, effort_of(body))
        stimulation = controller.update(state.stamp, state.coordinates, state.position)
        if stimulation is not None:
            stream.adjust(state.stamp, stimulation)
        answer = stream.advance(state.stamp)
        by_name = {} if answer is None else dict(zip(patient.muscles, answer.excitation, strict=True))
        excitation = np.array([by_name.get(name, 0.0) for name in model.muscles])
        angles.append(np.degrees(state.position[hip]))
    assert abs(angles[90]) < 3.0  # before the controller starts
    assert np.mean(angles[-100:]) == pytest.approx(controller.plan.angle, abs=2.0)
