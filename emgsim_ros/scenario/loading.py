"""From a scenario's plan and launch options to nodes with checked parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.yaml_files import require_mapping
from ..parameters import SCALED_BY_EFFORT, MusculoskeletalParameters, declarations, from_mapping
from ..parts import load_part
from ..signals.topics import CLOCK, Topic
from .links import connected
from .loaded import Scenario, ScenarioNode
from .node_kinds import REPLAY
from .options import LaunchOptions
from .parameter_files import Values, parameter_names, read_parameters
from .plan import NodePlan, ScenarioPlan


def find_scenario(name: str | ScenarioPlan) -> ScenarioPlan:
    """The plan of a scenario, by its name or as it is.

    Raises:
        UnknownPart: No scenario of that name is registered.
    """
    if isinstance(name, ScenarioPlan):
        return name
    plan: ScenarioPlan = load_part("scenario", name)
    return plan


def load_scenario(name: str | ScenarioPlan, config: str = "", **options: Any) -> Scenario:
    """A scenario with its parameters, checked.

    Args:
        name: A registered scenario by its name, or a plan.
        config: ROS parameter file (a path, or a name in config/); default the scenario's own.
        options: Other launch options, see `LaunchOptions`.

    Raises:
        UnknownPart: No scenario or node of that name is registered.
        InvalidInput: An unknown node or parameter, or a value out of range; the message names it.
    """
    return loaded(find_scenario(name), LaunchOptions(config=config, **options))


def loaded(plan: ScenarioPlan, options: LaunchOptions) -> Scenario:
    """A scenario launched with some options; errors as for `load_scenario`."""
    taking_part = [node for node in plan.nodes if not node.option or getattr(options, node.option, False)]
    replay = NodePlan(REPLAY)
    values = read_parameters(plan, options.config, [*plan.nodes, replay])
    if options.replay:
        played = _played(options.replay, taking_part)
        taking_part = _with_replay(taking_part, played)
        values[REPLAY.name] |= {"bag": options.replay, "topics": [topic.name for topic in played]}
    _apply(options, taking_part, values)
    nodes = [_checked(node, values[node.node_name]) for node in taking_part]
    return Scenario(plan.name, connected(nodes), plan.rviz)


def _checked(node: NodePlan, values: dict[str, Any]) -> ScenarioNode:
    kind = node.node_kind()
    field = f"{node.node_name}: parameters"
    parameters = (
        require_mapping(values, field)
        if kind.parameters is None
        else from_mapping(kind.parameters, values, node.node_name)
    )
    return ScenarioNode(kind, parameters, node.node_name, node.namespace, node.remappings)


def _apply(options: LaunchOptions, nodes: Sequence[NodePlan], values: Values) -> None:
    """Put the options that are parameters of nodes into their values."""
    rate = options.rate if options.replay else None
    overrides = {"device": options.device, "seed": options.seed, "duration": options.duration, "rate": rate}
    for node in nodes:
        own = parameter_names(node)
        values[node.node_name] |= {key: v for key, v in overrides.items() if key in own and v is not None}
    if options.record and options.bag and "recorder" in values:
        values["recorder"]["bag"] = options.bag
    if options.subject:
        _apply_subject(options.subject, values)
    if options.stim:
        if "stimulation" not in values:
            raise InvalidInput("stim", options.stim, "a scenario with the node stimulation")
        values["stimulation"]["protocol"] = options.stim
        if values["musculoskeletal"].get("drive", "kinematic") == "kinematic":
            values["musculoskeletal"]["drive"] = "tracking"


def _apply_subject(file: str, values: Values) -> None:
    """Give the nodes the person of a subject file: the EMG reads the file, the drive takes the person's effort."""
    from ..subjects.subject_file import read_subject  # imports the models of potentials: slow

    if "emg" not in values:
        raise InvalidInput("subject", file, "a scenario with the node emg")
    path = Path(file).expanduser().resolve()
    person = read_subject(path)
    values["emg"]["subject"] = str(path)
    if "musculoskeletal" in values:
        drive = values["musculoskeletal"]
        drive["co_contraction"] = person.co_contraction
        for declared in declarations(MusculoskeletalParameters):
            if declared.name in SCALED_BY_EFFORT:
                usual, high = drive.get(declared.name, declared.default), declared.description.high
                drive[declared.name] = min(person.effort * usual, 1.0 if high is None else high)


def _played(bag: str, nodes: Sequence[NodePlan]) -> list[Topic]:
    """Topics of a bag that the simulating nodes of a scenario would publish."""
    from ..sessions.reading import bag_contents  # reads all ROS types: slow to import

    recorded = {topic.name for topic in bag_contents(Path(bag)).topics if topic.messages}
    simulated = [topic for node in nodes if node.node_kind().simulates for topic in node.node_kind().writes]
    played = [topic for topic in simulated if topic.name in recorded]
    if not played:
        expected = "some of " + ", ".join(topic.name for topic in simulated)
        raise InvalidInput(f"{bag}: topics", sorted(recorded), expected)
    return played


def _with_replay(nodes: Sequence[NodePlan], played: Sequence[Topic]) -> list[NodePlan]:
    """The nodes of a scenario with the replay in place of those that simulate; it always publishes the clock."""
    source = dataclasses.replace(REPLAY, writes=tuple(dict.fromkeys((*played, CLOCK))))
    return [NodePlan(source), *(node for node in nodes if not node.node_kind().simulates)]
