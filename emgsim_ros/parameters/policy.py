"""Parameters of the policy node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class PolicyParameters(GraphNodeParameters):
    """The trained controller."""

    checkpoint: str = parameter("policy_arm_reach", "The policy: a name in ckp or a path.")
