"""The stimulation node alone, with a clock of the test's own."""

import numpy as np
import pytest
from emgsim_ros.msg import MuscleExcitation, StimulationCommand
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState

from emgsim_ros.errors import InvalidInput
from emgsim_ros.nodes.stamps import to_stamp
from emgsim_ros.nodes.stimulation import StimulationNode
from emgsim_ros.signals.simulation_time import from_seconds


class Body:
    """A clock, a mouth and ears."""

    def __init__(self, ros, **overrides):
        self.ros = ros
        self.excitations = ros.collect(MuscleExcitation, "/stim/excitation")
        self.electrodes = ros.collect(JointState, "/stim/electrodes")
        self.clock, self.commands = ros.publisher(Clock, "/clock"), ros.publisher(StimulationCommand, "/stim/command")
        defaults = {"network": "spinal_model", "lead": "lumbar", "innervation": "leg"}
        self.node = ros.make(StimulationNode, **{**defaults, **overrides})
        self.now = 0.0
        ros.until(lambda: self.node.count_publishers("/clock") and self.node.count_publishers("/stim/command"))

    def tick(self, seconds):
        for _ in range(round(seconds * 100)):
            self.now += 0.01
            message = Clock()
            message.clock.sec, message.clock.nanosec = divmod(round(self.now * 1e9), 10**9)
            self.clock.publish(message)
            self.ros.until(lambda: self.node.simulation_stamp() >= from_seconds(self.now) - 10)

    def stimulate(self, amplitude=2.5, duration=0.5, contact=14):
        current = np.zeros(17)
        current[contact], current[16] = -amplitude, amplitude
        before = self.node.health()["commands"] + self.node.health()["commands refused"]
        self.commands.publish(
            StimulationCommand(
                current=current.tolist(), frequency=40.0, pulse_width=300.0, pulses_per_burst=1, duration=duration
            )
        )
        self.ros.until(lambda: sum(self.node.health()[k] for k in ("commands", "commands refused")) > before)


def test_a_command_makes_excitations_while_it_lasts(ros):
    body = Body(ros)
    body.tick(0.2)
    assert not body.excitations
    body.stimulate()
    body.tick(1.0)
    ros.until(lambda: len(body.excitations) > 50)
    peaks = [max(message.excitation) for message in body.excitations]
    assert max(peaks) > 0.1 and peaks[-1] == 0.0
    assert "TA_left" in body.excitations[0].name and len(body.excitations[0].name) == 14
    stamps = np.array([to_stamp(message.header.stamp) for message in body.excitations])
    assert (np.diff(stamps) == 10_000_000).all()
    flowing = [message.effort[14] for message in body.electrodes]
    assert (
        min(flowing) == -2.5 and body.electrodes[0].name[14] == "contact_14" and body.electrodes[0].name[16] == "case"
    )


def test_an_unsafe_command_is_refused_and_nothing_is_sent(ros):
    body = Body(ros)
    body.tick(0.1)
    body.stimulate(amplitude=9.0)
    body.tick(0.3)
    assert body.node.health()["commands refused"] == 1 and not body.excitations
    body.stimulate(amplitude=2.0)
    body.tick(0.3)
    ros.until(lambda: len(body.excitations) > 20)


def test_a_protocol_plays_by_the_clock(ros, tmp_path):
    protocol = tmp_path / "protocol.yaml"
    protocol.write_text(
        "steps:\n  - {at: 0.3, cathodes: [14], anodes: [16], amplitude: 2.5, frequency: 40, duration: 0.2}\n"
    )
    body = Body(ros, protocol=str(protocol))
    body.tick(0.29)
    assert not body.excitations
    body.tick(0.4)
    ros.until(lambda: len(body.excitations) > 15)
    assert to_stamp(body.excitations[0].header.stamp) in (from_seconds(0.30), from_seconds(0.31))


@pytest.mark.parametrize(
    ("lead", "checkpoint"), [("lumbar", "stimulation_lumbar"), ("cervical", "stimulation_cervical")]
)
def test_the_trained_networks_answer(ros, lead, checkpoint):
    body = Body(ros, network="rnn", lead=lead, checkpoint=checkpoint)
    body.tick(0.1)
    body.stimulate(amplitude=3.0, contact=3)
    body.tick(0.3)
    ros.until(lambda: len(body.excitations) > 20)
    assert max(max(message.excitation) for message in body.excitations) > 0.1


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"lead": "nowhere"}, "nowhere"),
        ({"network": "rnn", "checkpoint": "nowhere"}, "nowhere"),
        ({"protocol": "nowhere"}, "nowhere"),
        ({"innervation": "arm"}, "C5|C6"),
    ],
)
def test_bad_parameters_are_refused_by_name(ros, overrides, named):
    with pytest.raises(InvalidInput, match=named):
        Body(ros, **overrides)
