"""Parameters of the stimulation node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class StimulationParameters(GraphNodeParameters):
    """The patient, the lead and the stimulation that is delivered."""

    network: str = parameter("rnn", "Response model: a patient's trained network or the spinal model.", part="response")
    checkpoint: str = parameter("stimulation_cervical", "Weights of the network: a name in ckp or a path.")
    lead: str = parameter("cervical", "The lead: a name in config/leads or the path of such a file.")
    innervation: str = parameter("arm", "Innervation of the spinal model: a name in config/innervation or a path.")
    patient: int = parameter(1, "Seed of the virtual patient of the spinal model.", low=0, high=2**31 - 1)
    protocol: str = parameter(
        "",
        "Protocol to deliver: a name in config/protocols or the path of such a file; empty: commands come from "
        "/stim/command.",
    )
    controller: str = parameter(
        "",
        "Controller of a joint angle: a name in config/controllers or the path of such a file; empty: none.",
    )
    device: str = parameter("cpu", "Device on which the network runs.", choices=("cpu", "cuda"))
    options: tuple[str, ...] = parameter((), "Options of the response model, such as 'response.gain=0.5'.")
