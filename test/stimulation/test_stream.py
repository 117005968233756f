"""The live stream: commands in, excitations out."""

import numpy as np
import pytest
import torch

from emgsim_ros.errors import UnsafeStimulation
from emgsim_ros.stimulation.checkpoint import TrainedPatient
from emgsim_ros.stimulation.command import Configuration, Stimulation, electrode_signal
from emgsim_ros.stimulation.models import NetworkResponse, SpinalResponse
from emgsim_ros.stimulation.network import NetworkSize, StimulationNetwork
from emgsim_ros.stimulation.stream import StimulationStream

TICK = 10_000_000


def command(amplitude=2.5, duration=0.3, frequency=40.0):
    return Stimulation(Configuration((14,), (16,)).current(amplitude, 17), frequency, 300.0, 1, duration)


def play(stream, ticks, first=0):
    return [stream.advance((first + number) * TICK) for number in range(ticks)]


@pytest.fixture
def stream(patient, lead):
    return StimulationStream(SpinalResponse(patient), lead)


def test_nothing_is_said_until_something_is_stimulated(stream):
    assert all(state is None for state in play(stream, 50))


def test_a_command_is_answered_and_ends_in_silence(stream, patient):
    play(stream, 10)
    stream.command(0, command())
    states = play(stream, 100, first=10)
    spoken = [state for state in states if state is not None]
    assert spoken[0].stamp == 10 * TICK or spoken[0].stamp == 11 * TICK
    assert max(state.excitation.max() for state in spoken) > 0.05
    assert not spoken[-1].excitation.any() and states[-1] is None
    flowing = [state.current.any() for state in spoken]
    assert 29 <= sum(flowing) <= 31


def test_the_stream_gives_the_models_numbers(stream, patient):
    """Tick by tick equals the whole train at once."""
    play(stream, 1)
    stream.command(2 * TICK, command())
    states = [state for state in play(stream, 30, first=1) if state is not None]
    signal = electrode_signal(command(), 300, 1000.0, 20)
    activation = patient.run(signal[None])[0][0]
    for state in states:
        assert np.allclose(state.excitation, activation[state.stamp // 1_000_000 - 1], atol=1e-9)


def test_the_first_change_comes_within_the_response_latency(stream):
    """After the muscles' own latency (8 to 15 ms) at the next tick."""
    play(stream, 5)
    stream.command(0, command(4.0))
    states = play(stream, 6, first=5)
    first = next(number for number, state in enumerate(states) if state is not None and state.excitation.max() > 0)
    assert first <= 3


def test_an_unsafe_command_is_rejected_and_the_present_one_continues(stream):
    play(stream, 2)
    stream.command(0, command())
    with pytest.raises(UnsafeStimulation, match="safe limit"):
        stream.command(0, command(6.5))
    assert stream.refused == 1
    states = play(stream, 20, first=2)
    assert states[-1] is not None and states[-1].current[14] == -2.5


def test_a_new_command_takes_the_place_of_the_old(stream):
    play(stream, 2)
    stream.command(0, command(2.0, duration=5.0))
    play(stream, 10, first=2)
    stream.command(0, command(3.0, duration=0.1))
    states = play(stream, 30, first=12)
    assert states[5].current[14] == -3.0 and not states[15].current.any()


def test_a_clock_that_jumps_starts_the_patient_anew(stream):
    play(stream, 2)
    stream.command(0, command(duration=2.0))
    play(stream, 50, first=2)
    assert stream.advance(1000 * TICK) is None
    assert stream.advance(0) is None


@torch.inference_mode()
def test_a_network_is_stepped_as_it_was_trained(lead):
    torch.manual_seed(0)
    network = StimulationNetwork(NetworkSize("ei", 20), 17, 14).eval()
    names = tuple(f"muscle_{number}" for number in range(14))
    response = NetworkResponse(TrainedPatient(network, names, "lumbar", {"electrodes": 17}))
    signal = electrode_signal(command(), 200, 1000.0, 20)
    pieces = np.concatenate([response.advance(signal[at : at + 10]) for at in range(0, 200, 10)])
    response.reset()
    assert np.abs(pieces - response.advance(signal)).max() < 1e-5
    response.reset()
    assert response.advance(np.zeros((300, 17)))[-1].max() < 1e-4  # silent at rest
