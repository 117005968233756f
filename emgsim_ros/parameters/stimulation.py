"""Parameters of the stimulation node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters

RESPONSES = ("rnn", "spinal_model")


@dataclass(frozen=True)
class StimulationParameters(GraphNodeParameters):
    """The patient under the lead, and what is played on it."""

    network: str = parameter(
        "rnn", "What answers: a patient's trained network, or the spinal model itself.", choices=RESPONSES
    )
    checkpoint: str = parameter("stimulation_cervical", "Weights of the network: a name in ckp or a path.")
    lead: str = parameter("cervical", "The lead: a name in config/leads or the path of such a file.")
    innervation: str = parameter("arm", "Of the spinal model: a name in config/innervation or a path.")
    patient: int = parameter(1, "Seed of the spinal model's patient.", low=0, high=2**31 - 1)
    protocol: str = parameter(
        "", "Commands to play: a name in config/protocols or the path of such a file; empty: those of /stim/command."
    )
    controller: str = parameter(
        "", "Closed loop on a joint angle: a name in config/controllers or the path of such a file; empty: none."
    )
    device: str = parameter("cpu", "Where the network runs.", choices=("cpu", "cuda"))
