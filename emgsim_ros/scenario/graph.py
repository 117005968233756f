"""The nodes of a scenario: the launch files, ``emgsim launch`` and the offline run all read them here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput
from ..files.resources import config_file
from ..files.yaml_files import read_yaml, require_mapping
from ..parameters import (
    ClockNodeParameters,
    EmgParameters,
    GraphNodeParameters,
    MonitorParameters,
    MotionParameters,
    MusculoskeletalParameters,
    PolicyParameters,
    PoseParameters,
    RecorderParameters,
    ReplayParameters,
    StimulationParameters,
    ViewerParameters,
    declarations,
    from_mapping,
)
from ..viewing.topics import VIEWED


@dataclass(frozen=True)
class NodeKind:
    """A node as the scenarios know it.

    Attributes:
        name: Node name and executable (``ros2 run emgsim_ros <name>``).
        parameters: Its parameter dataclass.
        reads, writes: Topics; one that it subscribes to twice stands twice.
        reads_by: Parameter that lists more topics to read.
    """

    name: str
    parameters: type[GraphNodeParameters]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    reads_by: str = ""


MOTION = NodeKind("motion", MotionParameters, ("/clock",), ("/motion/target",))
STIMULATION = NodeKind(
    "stimulation",
    StimulationParameters,
    ("/stim/command", "/clock"),
    ("/stim/excitation", "/stim/electrodes"),
)
MUSCULOSKELETAL = NodeKind(
    "musculoskeletal",
    MusculoskeletalParameters,
    ("/motion/target", "/motion/target"),
    ("/joint_states", "/muscle/state", "/msk/markers", "/clock"),
    reads_by="excitation_topics",
)
EMG = NodeKind("emg", EmgParameters, ("/muscle/state",), ("/emg/hd", "/emg/info", "/emg/spikes"))
POSE = NodeKind(
    "pose",
    PoseParameters,
    ("/emg/hd", "/emg/info", "/joint_states"),
    ("/hand/joint_states", "/hand/markers"),
)
POLICY = NodeKind(
    "policy",
    PolicyParameters,
    ("/motion/target", "/joint_states", "/muscle/state"),
    ("/policy/excitation",),
)
MONITOR = NodeKind(
    "monitor",
    MonitorParameters,
    ("/muscle/state", "/emg/hd", "/emg/info", "/joint_states", "/hand/joint_states"),
    ("/diagnostics",),
)
RECORDER = NodeKind("recorder", RecorderParameters, (), (), reads_by="topics")
VIEWER = NodeKind("viewer", ViewerParameters, (), (), reads_by="topics")

REPLAY = NodeKind("replay", ReplayParameters, (), ())
SIMULATORS = (MOTION, STIMULATION, MUSCULOSKELETAL, EMG, POLICY)

NODE_KINDS = {
    kind.name: kind for kind in (MOTION, STIMULATION, MUSCULOSKELETAL, EMG, POSE, POLICY, MONITOR, RECORDER, VIEWER)
}
SCENARIOS: Mapping[str, tuple[NodeKind, ...]] = {
    "forearm_sim": (MOTION, STIMULATION, MUSCULOSKELETAL, EMG, POSE, MONITOR, RECORDER, VIEWER),
    "arm_sim": (MOTION, MUSCULOSKELETAL, POLICY, EMG, MONITOR, RECORDER, VIEWER),
    "leg_sim": (MOTION, STIMULATION, MUSCULOSKELETAL, MONITOR, RECORDER, VIEWER),
}
# Where a scenario's parameters differ from the dataclasses' defaults.
SCENARIO_DEFAULTS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "forearm_sim": {"musculoskeletal": {"excitation_topics": ("/stim/excitation",)}},
    "arm_sim": {
        "motion": {"movement": "arm_reaches"},
        "musculoskeletal": {
            "model": "arm",
            "frame": "upper_arm",
            "drive": "excitation",
            "poses": "arm_poses",
            "reference_pose": "hanging",
            "excitation_topics": ("/policy/excitation",),
        },
        "emg": {
            "frame": "upper_arm",
            "anatomy": "upper_arm",
            "generator": "conductor",
            "rows": 8,
            "columns": 24,
            "spacing": 10.0,
        },
        "viewer": {"eye": "upright"},
    },
    "leg_sim": {
        "motion": {"movement": "leg_steps"},
        "stimulation": {"checkpoint": "stimulation_lumbar", "lead": "lumbar", "innervation": "leg"},
        "musculoskeletal": {
            "model": "leg",
            "frame": "pelvis",
            "poses": "leg_poses",
            "reference_pose": "straight",
            "excitation_topics": ("/stim/excitation",),
        },
        "viewer": {"lead": "lumbar", "eye": "upright"},
    },
}
EVERY_NODE = "/**"


@dataclass(frozen=True)
class ScenarioNode:
    """A node of a scenario with its parameters and remappings (from, to)."""

    kind: NodeKind
    parameters: Any
    remappings: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Node name."""
        return self.kind.name

    def reads(self) -> tuple[str, ...]:
        """Topics that it reads, with those that its parameters add."""
        added = getattr(self.parameters, self.kind.reads_by) if self.kind.reads_by else ()
        return (*self.kind.reads, *added)

    def ros_parameters(self) -> dict[str, Any]:
        """Parameters as ROS takes them; an empty list becomes [''], since ROS cannot tell its type."""
        values = dataclasses.asdict(self.parameters)
        return {name: (list(v) or [""]) if isinstance(v, tuple) else v for name, v in values.items()}


@dataclass(frozen=True)
class Scenario:
    """A graph of nodes, ready to be launched or simulated."""

    name: str
    nodes: tuple[ScenarioNode, ...]

    def has(self, name: str) -> bool:
        """Whether it has a node called ``name``."""
        return any(node.name == name for node in self.nodes)

    def parameters(self, name: str) -> Any:
        """The parameter dataclass of the node called ``name``.

        Raises:
            InvalidInput: The scenario has no such node.
        """
        if not self.has(name):
            raise InvalidInput("scenario", self.name, f"one with the node {name!r}")
        return next(node.parameters for node in self.nodes if node.name == name)


def load_scenario(
    name: str,
    config: str = "",
    *,
    device: str | None = None,
    seed: int | None = None,
    record: bool = False,
    viewer: bool = False,
    bag: str = "",
    duration: float | None = None,
    stim: str = "",
    replay: str = "",
    rate: float | None = None,
) -> Scenario:
    """A scenario with its parameters, checked.

    Args:
        name: One of the scenarios.
        config: ROS parameter file (path, or name in config/); default the scenario's own.
        device, seed: Set on every node that has such a parameter.
        record: Whether the recorder takes part.
        viewer: Whether the viewer takes part.
        bag: Folder of the bag.
        duration: Simulation time after which the graph ends, s; None leaves it to the file.
        replay: Bag to play in the place of the nodes that simulate.
        rate: How many times as fast as recorded it is played.
        stim: Stimulation protocol to play; the muscles then move the joints (drive tracking instead of kinematic).

    Raises:
        InvalidInput: An unknown scenario, node or parameter, or a value out of range, by name.
    """
    if name not in SCENARIOS:
        raise InvalidInput("scenario", name, "one of " + ", ".join(SCENARIOS))
    left_out = [kind for kind, wanted in ((RECORDER, record), (VIEWER, viewer)) if not wanted]
    kinds = [kind for kind in SCENARIOS[name] if kind not in left_out]
    given = _read_parameter_file(config_file(config or name), (*SCENARIOS[name], REPLAY))
    if replay:
        played = _played(replay, kinds)
        kinds = _with_replay(kinds, played)
        given[REPLAY.name] |= {"bag": replay, "topics": played}
    values = {node: {**_defaults(name, node), **section} for node, section in given.items()}
    overrides = {"device": device, "seed": seed, "duration": duration, "rate": rate if replay else None}
    for kind in kinds:
        own = {declaration.name for declaration in declarations(kind.parameters)}
        values[kind.name] |= {key: v for key, v in overrides.items() if key in own and v is not None}
    if record and bag:
        values["recorder"]["bag"] = bag
    if stim:
        values["stimulation"]["protocol"] = stim
        if values["musculoskeletal"].get("drive", "kinematic") == "kinematic":
            values["musculoskeletal"]["drive"] = "tracking"
    checked = [ScenarioNode(kind, from_mapping(kind.parameters, values[kind.name], kind.name)) for kind in kinds]
    return Scenario(name, _linked([_with_topics(node, kinds) for node in checked]))


def _defaults(scenario: str, node: str) -> Mapping[str, Any]:
    return SCENARIO_DEFAULTS.get(scenario, {}).get(node, {})


def _played(bag: str, kinds: Sequence[NodeKind]) -> list[str]:
    """Topics of a bag that the simulating nodes of a scenario would write."""
    from ..sessions.reading import bag_contents  # reads all ROS types: slow to import

    recorded = {topic.name for topic in bag_contents(Path(bag)).topics if topic.messages}
    simulated = [topic for kind in kinds if kind in SIMULATORS for topic in kind.writes]
    played = [topic for topic in simulated if topic in recorded]
    if not played:
        raise InvalidInput(f"{bag}: topics", sorted(recorded), "some of " + ", ".join(simulated))
    return played


def _with_replay(kinds: Sequence[NodeKind], played: Sequence[str]) -> list[NodeKind]:
    """The nodes of a scenario with the replay in the place of those that simulate."""
    clock = () if "/clock" in played else ("/clock",)
    source = dataclasses.replace(REPLAY, writes=(*played, *clock))
    return [source, *(kind for kind in kinds if kind not in SIMULATORS)]


def _with_topics(node: ScenarioNode, kinds: Sequence[NodeKind]) -> ScenarioNode:
    """The recorder with every topic of the graph, the viewer with all it can show, where the file names none."""
    if not isinstance(node.parameters, RecorderParameters | ViewerParameters) or node.parameters.topics:
        return node
    topics = dict.fromkeys(topic for kind in kinds for topic in kind.writes)
    if isinstance(node.parameters, ViewerParameters):
        topics = dict.fromkeys(topic for topic in topics if topic in VIEWED)
    return dataclasses.replace(node, parameters=dataclasses.replace(node.parameters, topics=tuple(topics)))


def _linked(nodes: Sequence[ScenarioNode]) -> tuple[ScenarioNode, ...]:
    """The nodes with what they await of each other where the file leaves it open."""
    linked = []
    for node in nodes:
        awaited: dict[str, Any] = {}
        if not node.parameters.links_awaited:
            awaited["links_awaited"] = tuple(_links(node, nodes))
        if isinstance(node.parameters, ClockNodeParameters) and not node.parameters.nodes_awaited:
            awaited["nodes_awaited"] = tuple(other.name for other in nodes)
        linked.append(dataclasses.replace(node, parameters=dataclasses.replace(node.parameters, **awaited)))
    return tuple(linked)


def _links(node: ScenarioNode, nodes: Sequence[ScenarioNode]) -> Iterator[str]:
    """The topics of a node, each once for every other end in the graph."""
    for topic in node.kind.writes:
        yield from [topic] * sum(other.reads().count(topic) for other in nodes)
    for topic in dict.fromkeys(node.reads()):
        yield from [topic] * sum(topic in other.kind.writes for other in nodes)


def _read_parameter_file(path: Path, kinds: Sequence[NodeKind]) -> dict[str, dict[str, Any]]:
    """Parameters by node from a ROS parameter file; ``/**`` goes to every node that has the parameter."""
    content = require_mapping(read_yaml(path) or {}, str(path))
    values: dict[str, dict[str, Any]] = {kind.name: {} for kind in kinds}
    names = [*values, EVERY_NODE]
    for key, section in content.items():
        node = str(key).removeprefix("/") if key != EVERY_NODE else EVERY_NODE
        if node not in names:
            raise InvalidInput(f"{path}: node", key, "one of " + ", ".join(names))
        parameters = require_mapping(section, f"{path}: {key}", ("ros__parameters",))["ros__parameters"] or {}
        parameters = require_mapping(parameters, f"{path}: {key}: ros__parameters")
        if node == EVERY_NODE:
            _spread(parameters, kinds, values, path)
        else:
            values[node] |= parameters
    return values


def _spread(
    parameters: Mapping[str, Any], kinds: Sequence[NodeKind], values: dict[str, dict[str, Any]], path: Path
) -> None:
    for name, value in parameters.items():
        if name == "use_sim_time":  # every ROS node has it
            continue
        owners = [kind for kind in kinds if any(d.name == name for d in declarations(kind.parameters))]
        if not owners:
            raise InvalidInput(f"{path}: {EVERY_NODE}: parameter name", name, "a parameter of one of the nodes")
        for kind in owners:
            values[kind.name].setdefault(name, value)


def parameter_file(name: str) -> str:
    """The parameter file of a scenario with every parameter at its default, each explained."""
    lines = [f"# Parameters of {name}. Written by: emgsim launch {name} --write-config FILE"]
    for kind in SCENARIOS[name]:
        lines += ["", f"{kind.name}:", "  ros__parameters:"]
        for declaration in declarations(kind.parameters):
            description = declaration.description
            accepted = description.accepted()
            lines.append(f"    # {description.text}" + (f" [{accepted}]" if accepted else ""))
            value = _defaults(name, kind.name).get(declaration.name, declaration.default)
            lines.append(f"    {declaration.name}: {_yaml_value(value)}")
    return "\n".join(lines) + "\n"


def _yaml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f"'{item}'" for item in (value or ("",))) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else repr(value)
