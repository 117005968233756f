"""The engine of an offline simulation, which need not be that of the live graph."""

from __future__ import annotations

import dataclasses

from ..errors import InvalidInput
from ..musculoskeletal import load_model
from ..scenario import Scenario

NODE = "musculoskeletal"
LIVE, FAST = "opensim", "mujoco"


def with_engine(scenario: Scenario, engine: str = "") -> Scenario:
    """Return a scenario whose musculoskeletal model is computed by another engine.

    Args:
        scenario: A scenario with a musculoskeletal node.
        engine: Name of a registered engine. Empty: ``mujoco`` in place of ``opensim``, with which it agrees, if it
            supports the model; otherwise the engine of the node.

    Raises:
        UnknownPart: No engine of this name is registered.
    """
    return scenario.changed(NODE, engine=engine or _fast(scenario))


def _fast(scenario: Scenario) -> str:
    parameters = scenario.parameters(NODE)
    own: str = parameters.engine
    if own != LIVE:
        return own
    try:
        load_model(dataclasses.replace(parameters, engine=FAST))
    except InvalidInput:  # if the file itself is at fault, the simulation reports it
        return own
    return FAST
