"""The response models that the parameters of the stimulation node select."""

import subprocess
import sys

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput, UnknownPart
from emgsim_ros.parameters import StimulationParameters
from emgsim_ros.parts import add_part, registry
from emgsim_ros.stimulation import Configuration, Stimulation, StimulationStream
from emgsim_ros.stimulation.live import response_model
from emgsim_ros.stimulation.models import NetworkResponse, SpinalResponse

LEG = {"lead": "lumbar", "innervation": "leg", "checkpoint": "stimulation_lumbar"}


class Proportional:
    """Two muscles whose excitation is a multiple of the cathodes' current."""

    muscles = ("near", "far")

    def __init__(self, parameters, lead, gain=0.1):
        self._gain, self._electrodes = gain, lead.electrodes

    def advance(self, currents):
        assert currents.shape[1] == self._electrodes
        strength = self._gain * np.maximum(-currents[:, :-1], 0.0).sum(axis=1)
        return np.stack([strength, 0.5 * strength], axis=1)

    def reset(self):
        """It has no state."""


@pytest.fixture
def proportional(monkeypatch):
    monkeypatch.setattr(registry, "_added", {})
    add_part("response", "proportional", Proportional)


@pytest.mark.parametrize(("name", "kind"), [("rnn", NetworkResponse), ("spinal_model", SpinalResponse)])
def test_the_registered_responses_are_built_by_name(lead, name, kind):
    model = response_model(StimulationParameters(network=name, **LEG), lead)
    assert isinstance(model, kind) and len(model.muscles) == 14


def test_an_added_response_with_its_option_turns_commands_into_excitations(proportional, lead):
    parameters = StimulationParameters(network="proportional", options=("response.gain=0.2",), **LEG)
    stream = StimulationStream(response_model(parameters, lead), lead)
    stream.advance(0)
    stream.command(0, Stimulation(Configuration((14,), (16,)).current(2.0, lead.electrodes), 1000 / 9, 300.0, 1, 1.0))
    state = stream.advance(10_000_000)  # the last of ten samples holds the second pulse
    assert state is not None and state.excitation == pytest.approx([0.4, 0.2])


def test_unknown_responses_and_options_are_refused_by_name(proportional, lead):
    with pytest.raises(UnknownPart, match="known: rnn, spinal_model, proportional"):
        response_model(StimulationParameters(network="cord"), lead)
    with pytest.raises(InvalidInput, match="option of the response 'proportional' is 'slope'; expected one of gain"):
        response_model(StimulationParameters(network="proportional", options=("response.slope=1",)), lead)


def test_a_network_of_another_lead_is_refused(lead):
    class Smaller:
        electrodes = lead.electrodes - 1

    with pytest.raises(InvalidInput, match="electrodes is 17; expected 16"):
        response_model(StimulationParameters(network="rnn", **LEG), Smaller)


def test_importing_the_package_does_not_import_torch():
    check = "import sys, emgsim_ros.stimulation; print([name for name in ('torch', 'scipy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-P", "-c", check], capture_output=True, text=True).stdout.strip() == "[]"
