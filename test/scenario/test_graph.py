import dataclasses
import importlib.util
from collections import Counter

import pytest
import yaml

from emgsim_ros.errors import InvalidInput, MissingExtra
from emgsim_ros.files.resources import share_directory
from emgsim_ros.parts import load_part, part_names
from emgsim_ros.scenario import (
    LaunchOptions,
    NodeKind,
    NodePlan,
    ScenarioPlan,
    check_requirements,
    find_scenario,
    load_scenario,
    options_from_text,
    parameter_file,
    requirements,
)
from emgsim_ros.scenario.node_kind import Requirement
from emgsim_ros.signals.topics import Topic
from emgsim_ros.viewing.topics import VIEWED

SCENARIOS = part_names("scenario")[:3]
NODE_KINDS = {name: load_part("node", name) for name in part_names("node")[:10]}


def test_forearm_graph_has_the_designs_nodes():
    names = [node.name for node in load_scenario("forearm_sim", record=True).nodes]
    assert names == ["motion", "stimulation", "musculoskeletal", "emg", "pose", "monitor", "recorder"]


def test_every_topic_read_is_written_by_a_node():
    written = {topic.name for kind in NODE_KINDS.values() for topic in kind.writes} | {"/stim/command"}  # the user's
    for kind in NODE_KINDS.values():
        assert {topic.name for topic in kind.reads} <= written


def test_recorder_takes_part_only_on_request_and_gets_all_topics():
    assert "recorder" not in [node.name for node in load_scenario("forearm_sim").nodes]
    topics = load_scenario("forearm_sim", record=True).parameters("recorder").topics
    assert {"/emg/hd", "/muscle/state", "/joint_states", "/diagnostics", "/clock"} <= set(topics)


def test_the_clock_awaits_every_node_of_the_graph():
    scenario = load_scenario("forearm_sim", record=True)
    assert scenario.parameters("musculoskeletal").nodes_awaited == tuple(f"/{node.name}" for node in scenario.nodes)


def test_a_node_awaits_each_reader_and_writer_of_its_topics():
    alone, recorded = load_scenario("forearm_sim"), load_scenario("forearm_sim", record=True)
    links = Counter(alone.parameters("emg").links_awaited)  # pose and monitor
    assert links == {"/emg/hd": 2, "/emg/info": 2, "/muscle/state": 1}
    links = Counter(recorded.parameters("emg").links_awaited)
    assert links == {"/emg/hd": 3, "/emg/info": 3, "/emg/spikes": 1, "/muscle/state": 1}
    # The clock is read by motion, stimulation and the recorder; targets are subscribed to twice, and recorded.
    assert Counter(recorded.parameters("musculoskeletal").links_awaited)["/clock"] == 3
    assert Counter(recorded.parameters("motion").links_awaited)["/motion/target"] == 3


def test_topics_read_by_parameter_are_awaited(tmp_path):
    config = tmp_path / "deaf.yaml"
    config.write_text("musculoskeletal:\n  ros__parameters:\n    excitation_topics: []\n")
    assert "/stim/excitation" in load_scenario("forearm_sim").parameters("stimulation").links_awaited
    assert "/stim/excitation" not in load_scenario("forearm_sim", str(config)).parameters("stimulation").links_awaited


def test_overrides_reach_the_nodes_that_have_the_parameter():
    scenario = load_scenario("forearm_sim", seed=7, duration=3.0)
    assert scenario.parameters("emg").seed == 7
    assert scenario.parameters("musculoskeletal").duration == 3.0


@pytest.mark.parametrize("name", SCENARIOS)
def test_shipped_parameter_file_is_what_the_dataclasses_say(name):
    shipped = (share_directory() / "config" / f"{name}.yaml").read_text()
    plan = find_scenario(name)
    assert shipped == parameter_file(plan)
    content = yaml.safe_load(shipped)
    for node in plan.nodes:
        fields = dataclasses.fields(node.node_kind().parameters)
        assert set(content[node.node_name]["ros__parameters"]) == {field.name for field in fields}


def test_ros_parameters_of_an_empty_list_keep_their_type():
    assert load_scenario("forearm_sim").nodes[3].ros_parameters()["muscles"] == [""]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("emg:\n  ros__parameters:\n    sample_rat: 2048\n", "sample_rat"),
        ("emg:\n  ros__parameters:\n    noise_rms: -1.0\n", "noise_rms"),
        ("emgg:\n  ros__parameters:\n    seed: 1\n", "emgg"),
        ("emg:\n  seed: 1\n", "ros__parameters"),
        ("emg: [1, 2\n", "line"),
        ("- emg\n", "mapping"),
        ("/**:\n  ros__parameters:\n    sede: 1\n", "sede"),
    ],
)
def test_broken_parameter_files_are_refused_by_name(tmp_path, text, named):
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=named):
        load_scenario("forearm_sim", str(path))


def test_wildcard_section_reaches_every_node_with_the_parameter(tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text("/**:\n  ros__parameters:\n    seed: 11\n    use_sim_time: true\n")
    assert load_scenario("forearm_sim", str(path)).parameters("emg").seed == 11


def test_unknown_scenario_and_missing_file_are_named():
    with pytest.raises(InvalidInput, match="forearm_sim"):
        load_scenario("forarm")
    with pytest.raises(InvalidInput, match=r"nowhere\.yaml"):
        load_scenario("forearm_sim", "nowhere.yaml")


def test_launch_file_and_executables_exist_for_every_scenario():
    for name in SCENARIOS:
        assert (share_directory() / "launch" / f"{name}.launch.py").is_file()
    for name in NODE_KINDS:
        assert importlib.util.find_spec(f"emgsim_ros.nodes.{name}") is not None


def test_the_viewer_takes_part_only_on_request_and_gets_what_it_can_show():
    assert not load_scenario("forearm_sim").has("viewer")
    scenario = load_scenario("forearm_sim", viewer=True)
    assert set(scenario.parameters("viewer").topics) == set(VIEWED)
    leg = load_scenario("leg_sim", viewer=True).parameters("viewer")
    assert leg.topics and "/emg/hd" not in leg.topics and leg.lead == "lumbar"
    links = Counter(scenario.parameters("emg").links_awaited)
    assert links["/emg/hd"] == Counter(load_scenario("forearm_sim").parameters("emg").links_awaited)["/emg/hd"] + 1


def plan(*nodes):
    return ScenarioPlan("mine", nodes)


LISTENER = NodeKind("grip", None, reads=(Topic("/emg/hd", "sensor_msgs/msg/PointCloud2"),), reports_ready=False)


def test_a_node_of_another_package_takes_its_place_in_the_graph():
    mine = find_scenario("forearm_sim").without("pose").with_node(NodePlan(LISTENER, defaults={"gain": 2.0}))
    scenario = load_scenario(mine.renamed("grip_sim"))
    assert scenario.node("grip").ros_parameters() == scenario.node("grip").values() == {"gain": 2.0}
    assert Counter(scenario.parameters("emg").links_awaited)["/emg/hd"] == 2  # the monitor and the new node
    awaited = scenario.parameters("musculoskeletal").nodes_awaited
    assert "/emg" in awaited and "/grip" not in awaited and "/pose" not in awaited


def test_links_follow_remappings_and_names_follow_namespaces():
    moved = NodePlan("pose", name="decoder", namespace="/left", remappings=(("/emg/hd", "/filtered"),))
    scenario = load_scenario(find_scenario("forearm_sim").swapped("pose", moved).renamed("mine"))
    assert "/filtered" not in scenario.parameters("emg").links_awaited
    assert Counter(scenario.parameters("emg").links_awaited)["/emg/hd"] == 1  # the monitor alone
    assert "/left/decoder" in scenario.parameters("musculoskeletal").nodes_awaited


def test_defaults_of_a_plan_are_checked_when_it_is_loaded():
    louder = find_scenario("forearm_sim").with_defaults("emg", noise_rms=0.01).renamed("louder")
    assert load_scenario(louder).parameters("emg").noise_rms == 0.01
    with pytest.raises(InvalidInput, match="noise_rms"):
        load_scenario(louder.with_defaults("emg", noise_rms=-1.0))
    with pytest.raises(InvalidInput, match="node is 'emgg'"):
        louder.with_defaults("emgg", seed=1)
    with pytest.raises(InvalidInput, match="each name once"):
        louder.with_node(NodePlan("emg"))


def test_a_loaded_scenario_is_changed_by_name():
    scenario = load_scenario("forearm_sim").changed("emg", seed=9)
    assert scenario.parameters("emg").seed == 9 and scenario.parameters("emg").links_awaited
    with pytest.raises(InvalidInput, match="seed"):
        scenario.changed("emg", seed=-1)


def test_unknown_nodes_and_scenarios_are_named_with_the_known_ones():
    with pytest.raises(InvalidInput, match="unknown scenario 'forarm_sim'; known: forearm_sim, arm_sim, leg_sim"):
        load_scenario("forarm_sim")
    with pytest.raises(InvalidInput, match="unknown node 'emgg'; known: motion"):
        load_scenario(plan(NodePlan("emgg")))


def test_a_missing_package_is_reported_before_anything_starts():
    kind = dataclasses.replace(LISTENER, requires=(Requirement("no_such_module", "no-such", "emgsim-ros[no]"),))
    with pytest.raises(ImportError, match=r"the node grip needs the package no-such.*pip install 'emgsim-ros\[no\]'"):
        check_requirements(load_scenario(plan(NodePlan(kind))))
    check_requirements(load_scenario("forearm_sim", record=True, viewer=True))


def test_a_package_that_a_parameter_needs_is_reported_before_anything_starts(monkeypatch, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("musculoskeletal:\n  ros__parameters:\n    engine: mujoco\n")
    find = importlib.util.find_spec
    monkeypatch.setattr(requirements, "find_spec", lambda name: None if name == "mujoco" else find(name))
    check_requirements(load_scenario("forearm_sim"))
    with pytest.raises(MissingExtra, match=r"musculoskeletal.*mujoco.*pip install 'mujoco>=4,<5'"):
        check_requirements(load_scenario("forearm_sim", str(config)))


def test_launch_options_are_read_from_texts():
    options = options_from_text({"seed": "7", "record": "1", "duration": "2.5", "device": "", "bag": "here"})
    assert options == LaunchOptions(seed=7, record=True, duration=2.5, bag="here")
    for name, text in (("seed", "many"), ("seed", "1.5"), ("record", "maybe"), ("rate", "fast")):
        with pytest.raises(InvalidInput, match=name):
            options_from_text({name: text})


def test_a_protocol_without_a_stimulator_is_refused():
    with pytest.raises(InvalidInput, match="stim is 'cervical_sweep'; expected a scenario with the node stimulation"):
        load_scenario("arm_sim", stim="cervical_sweep")
