import dataclasses

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput, UnsafeStimulation
from emgsim_ros.files.resources import config_file
from emgsim_ros.stimulation.command import (
    Configuration,
    Stimulation,
    check_stimulation,
    electrode_signal,
    pulse_samples,
    width_factor,
)
from emgsim_ros.stimulation.lead import load_lead
from emgsim_ros.stimulation.protocol import load_protocol


def command(**change):
    values = {
        "current": Configuration((11,), (16,)).current(2.0, 17),
        "frequency": 40.0,
        "pulse_width": 300.0,
        "pulses_per_burst": 1,
        "duration": 1.0,
    }
    return Stimulation(**{**values, **change})


def currents(**at):
    current = np.zeros(17)
    for name, value in at.items():
        current[int(name[1:])] = value
    return current


def test_cathodes_and_anodes_share_the_amplitude_and_balance():
    current = Configuration((1, 2), (5, 6, 16)).current(3.0, 17)
    assert current.sum() == pytest.approx(0.0)
    assert (current[[1, 2]] == -1.5).all() and np.allclose(current[[5, 6, 16]], 1.0)


def test_a_safe_command_passes(lead):
    check_stimulation(command(), lead)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"current": np.zeros(16)}, "shape"),
        ({"current": currents(c3=np.nan, c4=1.0)}, "electrode 3"),
        ({"frequency": 0.0}, "frequency"),
        ({"frequency": np.nan}, "frequency"),
        ({"pulse_width": 5.0}, "pulse_width"),
        ({"pulses_per_burst": 0}, "pulses_per_burst"),
        ({"pulses_per_burst": 20}, "pulses_per_burst"),
        ({"duration": -1.0}, "duration"),
    ],
)
def test_malformed_commands_are_refused_by_name(lead, change, named):
    with pytest.raises(InvalidInput, match=named):
        check_stimulation(command(**change), lead)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"current": currents(c3=-2.0, c4=1.0)}, "sum of the currents"),
        ({"current": currents(c3=-6.5, c16=6.5)}, "current of contact 3"),
        ({"current": currents(c3=-6.0, c16=6.0), "pulse_width": 600.0}, "charge density of contact 3"),
        ({"frequency": 300.0}, "frequency is 300.0; the safe limit is 200 Hz"),
        ({"pulse_width": 2000.0}, "pulse_width"),
        ({"duration": 1e6}, "duration"),
    ],
)
def test_unsafe_commands_are_refused_by_name(lead, change, named):
    with pytest.raises(UnsafeStimulation, match=named):
        check_stimulation(command(**change), lead)


@pytest.mark.parametrize(
    ("cathodes", "anodes", "named"),
    [((), (1,), "cathodes"), ((1,), (17,), "anodes"), ((1, 2), (2,), "other than")],
)
def test_impossible_configurations_are_refused_by_name(cathodes, anodes, named):
    with pytest.raises(InvalidInput, match=named):
        Configuration(cathodes, anodes).current(1.0, 17)


@pytest.mark.parametrize("frequency", [20.0, 30.0, 60.0, 80.0])
def test_pulses_come_at_their_frequency(frequency):
    pulses = pulse_samples(command(frequency=frequency), 1000.0, 0, 1000)
    assert len(pulses) == frequency and pulses[0] == 0
    assert np.abs(np.diff(pulses) - 1000 / frequency).max() < 1.0


def test_bursts_have_their_pulses_at_500_hz():
    pulses = pulse_samples(command(frequency=10.0, pulses_per_burst=3), 1000.0, 0, 1000)
    assert pulses[:6].tolist() == [0, 2, 4, 100, 102, 104]


def test_a_signal_in_pieces_is_the_signal():
    one = command(frequency=33.0, pulses_per_burst=2, duration=0.5)
    whole = electrode_signal(one, 700, 1000.0, 50)
    pieces = [electrode_signal(one, 10, 1000.0, 50 - at) for at in range(0, 700, 10)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert not whole[:50].any() and not whole[550:].any() and whole[50].any()


def test_wider_pulses_recruit_more():
    assert width_factor(300.0) == pytest.approx(1.0)
    assert width_factor(100.0) < 0.7 < 1.2 < width_factor(600.0) < 1.6


@pytest.mark.parametrize(("name", "contacts"), [("lumbar", 16), ("cervical", 16)])
def test_the_shipped_leads_and_protocols_read(name, contacts):
    lead = load_lead(config_file(name, folder="leads"))
    assert len(lead.contacts) == contacts and lead.electrodes == 17
    steps = load_protocol(config_file(f"{name}_sweep", folder="protocols"), lead)
    assert [step.stamp for step in steps] == sorted(step.stamp for step in steps)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("contacts: [[-3.5, 18.0]", "contacts: [[-3.5]", "contact 0"),
        ("sides: [left, right]", "sides: [up]", "sides"),
        ("depth: 4.0", "depth: -4.0", "depth"),
        ("limits:", "limit:", "limits"),
        ("current: 6.0", "current: much", "current"),
    ],
)
def test_broken_leads_are_refused_by_name(tmp_path, old, new, named):
    path = tmp_path / "lead.yaml"
    text = config_file("lumbar", folder="leads").read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(InvalidInput, match=named):
        load_lead(path)


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ("{at: 0, cathodes: 1, anodes: [16], amplitude: 2, frequency: 40, duration: 1}", "cathodes"),
        ("{at: 0, cathodes: [1], anodes: [16], amplitude: 2, frequency: 40}", "duration"),
        ("{at: 0, cathodes: [1], anodes: [16], amplitude: 2, frequency: 40, duration: 1, colour: 2}", "colour"),
    ],
)
def test_broken_protocols_are_refused_by_name(tmp_path, lead, step, named):
    path = tmp_path / "protocol.yaml"
    path.write_text(f"steps:\n  - {step}\n")
    with pytest.raises(InvalidInput, match=named):
        load_protocol(path, lead)


def test_an_unsafe_step_of_a_protocol_is_refused_by_name(tmp_path, lead):
    path = tmp_path / "protocol.yaml"
    path.write_text("steps:\n  - {at: 0, cathodes: [1], anodes: [16], amplitude: 20, frequency: 40, duration: 1}\n")
    with pytest.raises(UnsafeStimulation, match=r"step 1.*contact 1"):
        load_protocol(path, lead)


def test_limits_belong_to_the_lead(lead):
    weak = dataclasses.replace(lead, limits=dataclasses.replace(lead.limits, current=1.0))
    with pytest.raises(UnsafeStimulation, match="safe limit"):
        check_stimulation(command(), weak)
