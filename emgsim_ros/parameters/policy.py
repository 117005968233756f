"""Parameters of the policy node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class PolicyParameters(GraphNodeParameters):
    """Parameters of the policy node: the controller that excites the muscles."""

    policy: str = parameter("network", "Controller of the muscles; network: a trained policy.", part="policy")
    checkpoint: str = parameter("policy_arm_reach", "Weights of the policy: a name in ckp or a path.")
    options: tuple[str, ...] = parameter((), "Options of the policy part, each 'policy.<name>=<value>'.")
