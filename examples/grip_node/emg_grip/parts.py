"""What this package registers with emgsim_ros: a node, and a scenario in which it takes the decoder's place.

Only light imports here: the command line reads this module before anything starts.
"""

from __future__ import annotations

from dataclasses import dataclass

from emgsim_ros.parameters import GraphNodeParameters, parameter
from emgsim_ros.scenario import NodeKind, NodePlan, find_scenario
from emgsim_ros.signals import topics

GRIP_STRENGTH = topics.Topic("/grip/strength", topics.JOINT_STATE)


@dataclass(frozen=True)
class GripParameters(GraphNodeParameters):
    """Smoothing and scale of the grip signal."""

    smoothing: float = parameter(0.1, "Share of a new block in the smoothed amplitude.", low=0.001, high=1.0)
    full_scale: float = parameter(
        0.02, "Amplitude that counts as full strength until a larger one occurs.", unit="mV", low=0.001, high=10.0
    )


GRIP = NodeKind(
    "grip",
    GripParameters,
    reads=(topics.EMG_HD,),
    writes=(GRIP_STRENGTH,),
    package="emg_grip",
    module="emg_grip.node",
)
GRIP_SIM = (
    find_scenario("forearm_sim")
    .without("pose")
    .with_node(NodePlan("grip"))
    .with_defaults("motion", movement="index_taps")
    .renamed("grip_sim", about="The forearm with a proportional grip signal instead of the pose decoder.")
)
