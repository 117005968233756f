import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import MotionTarget
from emgsim_ros.musculoskeletal import ExcitationInputs, TargetBuffer


def target(stamp):
    return MotionTarget(stamp, ("a",), np.array([float(stamp)]), np.zeros(1), np.zeros(1))


def test_targets_apply_at_their_own_time_in_whatever_order_they_came():
    buffer = TargetBuffer()
    for stamp in (30, 10, 20):
        buffer.add(target(stamp))
    assert buffer.first_stamp == 10
    assert [buffer.at(t).stamp for t in (5, 10, 19, 20, 29, 30, 99)] == [10, 10, 10, 20, 20, 30, 30]


def test_a_target_of_the_same_stamp_replaces_the_first():
    buffer = TargetBuffer()
    buffer.add(target(10))
    buffer.add(MotionTarget(10, ("a",), np.array([7.0]), np.zeros(1), np.zeros(1)))
    assert buffer.at(10).position == [7.0]


def test_an_empty_buffer_has_no_target():
    assert TargetBuffer().at(0) is None and TargetBuffer().first_stamp is None


def test_excitations_of_several_sources_add_up_while_fresh():
    inputs = ExcitationInputs(["FCR", "FCU"])
    inputs.receive("/stim", 0, ["FCU"], [0.3])
    inputs.receive("/policy", 50_000_000, ["FCR", "FCU"], [0.1, 0.2])
    assert np.allclose(inputs.total(60_000_000), [0.1, 0.5])
    assert np.allclose(inputs.total(120_000_000), [0.1, 0.2])  # the first has been silent for over 0.1 s


@pytest.mark.parametrize(
    ("names", "values", "named"),
    [(["FXX"], [0.1], "FXX"), (["FCR"], [np.nan], "FCR"), (["FCR"], [1.5], "0 to 1"), (["FCR"], [0.1, 0.2], "length")],
)
def test_bad_excitations_are_refused_and_the_last_good_stand(names, values, named):
    inputs = ExcitationInputs(["FCR", "FCU"])
    inputs.receive("/stim", 0, ["FCU"], [0.3])
    with pytest.raises(InvalidInput, match=named):
        inputs.receive("/stim", 1, names, values)
    assert np.allclose(inputs.total(0), [0.0, 0.3])
