"""The whole graph as processes, through `emgsim launch`."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from graph_probe import GraphProbe

from emgsim_ros.offline.simulate import simulate
from emgsim_ros.pose.angles import HAND_NAMES, coordinate_of
from emgsim_ros.pose.bag_session import session_from_bag, session_to_bag
from emgsim_ros.pose.checkpoint import load_pose
from emgsim_ros.scenario import load_scenario
from emgsim_ros.sessions.playing import BagPlayer
from emgsim_ros.sessions.pose_session import PoseSession, SessionFacts, write_session
from emgsim_ros.sessions.reading import bag_contents, read_messages
from emgsim_ros.sessions.recording import load_emg, load_recording

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("live graph")]

BLOCK = 15_625_000  # ns
SECOND = 64  # blocks


class Graph:
    """`emgsim launch` of a scenario in a process, its output line by line."""

    def __init__(self, *arguments: str, cache: Path, scenario: str = "forearm_sim") -> None:
        command = [sys.executable, "-P", "-m", "emgsim_ros.cli", "launch", scenario, *arguments]
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait_for(self, pattern: str, timeout: float = 60.0, count: int = 1) -> str:
        end = time.monotonic() + timeout
        while len(found := [line for line in self.lines if re.search(pattern, line)]) < count:
            assert time.monotonic() < end and self.process.poll() is None, "\n".join(self.lines)
            time.sleep(0.05)
        return found[-1]

    def pid(self, node: str) -> int:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if process.name() == node:
                return process.pid
        raise AssertionError(f"no process of {node}")

    def end(self, timeout: float = 60.0) -> str:
        code = self.process.wait(timeout)
        self._reader.join(5)
        assert code == 0, "\n".join(self.lines)
        return "\n".join(self.lines)


@pytest.fixture
def launch(cache, small_config):
    graphs = []

    def start(*arguments: str) -> Graph:
        graphs.append(Graph("--config", str(small_config), *arguments, cache=cache))
        return graphs[-1]

    yield start
    for graph in graphs:
        if graph.process.poll() is None:
            graph.process.send_signal(signal.SIGINT)
            graph.process.wait(20)


def stamps(bag: Path, topic: str) -> np.ndarray:
    times = [m.header.stamp for m in read_messages(bag, topic)]
    return np.array([t.sec * 1_000_000_000 + t.nanosec for t in times])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, cache, small_config):
    """Two runs of 4 s each, recorded, with their output."""
    folder, config = tmp_path_factory.mktemp("runs"), small_config
    runs = []
    for name in ("first", "second"):
        bag = folder / name
        graph = Graph("--config", str(config), "--duration", "4", "--record", "--bag", str(bag), cache=cache)
        runs.append((bag, graph.end()))
    return runs, config


def test_graph_runs_ends_after_its_duration_and_sums_up(recorded):
    (_, output), _ = recorded[0]
    summary = re.search(
        r"real-time factor ([\d.]+) \| EMG blocks (\d+), lost (\d+) .* states (\d+), lost (\d+)", output
    )
    assert summary, output
    factor, blocks, lost, states, states_lost = map(float, summary.groups())
    assert (blocks, lost, states, states_lost) == (256, 0, 401, 0)
    assert factor > 0.5
    assert "Traceback" not in output and "WARN" not in output


def test_the_leg_graph_runs_and_is_recorded(tmp_path, cache):
    bag = tmp_path / "legs"
    graph = Graph("--duration", "3", "--record", "--bag", str(bag), cache=cache, scenario="leg_sim")
    output = graph.end()
    assert "muscle states 301, lost 0" in output and "EMG" not in output, output
    assert len(stamps(bag, "/muscle/state")) == 301
    state = next(iter(read_messages(bag, "/muscle/state")))
    assert len(state.name) == 14 and state.name[0] == "Il_left"


def test_the_arm_reaches_under_the_shipped_policy_with_emg_on_top(tmp_path, cache):
    bag, config = tmp_path / "arm", tmp_path / "arm.yaml"
    config.write_text("emg:\n  ros__parameters: {units_per_muscle: 8, rows: 4, columns: 8}\n")
    arguments = ("--config", str(config), "--duration", "3", "--record", "--bag", str(bag))
    output = Graph(*arguments, cache=cache, scenario="arm_sim").end()
    assert "muscle states 301, lost 0" in output and "EMG blocks 192, lost 0" in output, output
    excitations = [message.excitation for message in read_messages(bag, "/policy/excitation")]
    assert len(excitations) >= 295
    states = list(read_messages(bag, "/muscle/state"))
    felt = np.array([one.excitation for one in states])[1 : len(excitations)]
    asked = np.array(excitations)[: len(felt)]  # a state before
    assert np.median(np.abs(felt - asked).max(axis=1)) < 0.3  # what the policy asks the muscles get
    joints = list(read_messages(bag, "/joint_states"))
    target = list(read_messages(bag, "/motion/target"))[-1]
    assert joints[-1].name == target.name
    off = np.degrees(np.abs(np.array([one.position for one in joints]) - np.array(target.position)).max(axis=1))
    assert off[0] > 40.0 and off[150:].min() < 20.0  # where the hand is wanted, not each joint
    assert np.ptp([one.position[1] for one in joints]) > 0.5


def test_every_topic_is_recorded_gap_free_at_its_rate(recorded):
    (bag, _), _ = recorded[0]
    counts = {topic.name: topic.messages for topic in bag_contents(bag).topics}
    assert counts["/emg/info"] == 1
    assert counts["/diagnostics"] >= 8 and counts["/msk/markers"] >= 60
    assert stamps(bag, "/emg/hd").tolist() == [n * BLOCK for n in range(256)]
    assert stamps(bag, "/emg/spikes").tolist() == [n * BLOCK for n in range(256)]
    assert stamps(bag, "/muscle/state").tolist() == [n * 10_000_000 for n in range(401)]
    assert stamps(bag, "/joint_states").tolist() == [n * 10_000_000 for n in range(401)]
    assert stamps(bag, "/motion/target")[:400].tolist() == [n * 10_000_000 for n in range(400)]


def test_units_are_physical(recorded):
    (bag, _), _ = recorded[0]
    recording = load_recording(bag)
    assert recording.sample_rate == 2048 and recording.emg.shape == (8192, 32)
    assert 0.001 < np.abs(recording.emg).max() < 5  # mV
    state = next(iter(read_messages(bag, "/muscle/state")))
    assert state.fiber_length.min() > 0.01 and state.fiber_length.max() < 0.2  # m
    assert state.tendon_force.min() >= 0 and state.tendon_force.max() < 500  # N
    joints = next(iter(read_messages(bag, "/joint_states")))
    assert np.abs(joints.position).max() < np.pi  # rad


def test_two_runs_are_identical(recorded):
    ((first, _), (second, _)), _ = recorded
    a, b = load_recording(first), load_recording(second)
    assert np.array_equal(a.emg, b.emg)
    assert np.array_equal(a.spike_sample, b.spike_sample) and np.array_equal(a.spike_unit, b.spike_unit)
    assert np.array_equal(a.excitation, b.excitation)


def test_all_nodes_in_one_process_give_the_same_numbers(recorded, tmp_path, cache, small_config):
    ((first, _), _), _ = recorded
    arguments = ["--config", str(small_config), "--duration", "4", "--record", "--bag", str(tmp_path / "bag")]
    output = Graph(*arguments, "--single-process", cache=cache).end()
    assert re.search(r"EMG blocks 256, lost 0 .* states 401, lost 0", output) and "Traceback" not in output, output
    a, b = load_recording(first), load_recording(tmp_path / "bag")
    assert np.array_equal(a.emg, b.emg) and np.array_equal(a.excitation, b.excitation)
    assert np.array_equal(a.spike_sample, b.spike_sample) and np.array_equal(a.spike_unit, b.spike_unit)


def test_the_recorded_estimates_are_those_of_the_recorded_emg(recorded, small_pose):
    ((bag, _), _), _ = recorded
    trained, recording = load_pose(small_pose), load_recording(bag)
    estimates = list(read_messages(bag, "/hand/joint_states"))
    network = trained.network
    with torch.inference_mode():
        frames = torch.from_numpy(network.preparation()(np.ascontiguousarray(recording.emg.T)))
        offline = network(frames[None])[0].T.numpy()
    assert list(estimates[0].name) == [coordinate_of(name) for name in trained.angle_names]
    assert np.abs(np.array([m.position for m in estimates]) - offline).max() < 1e-5
    markers = list(read_messages(bag, "/hand/markers"))
    assert {marker.ns for marker in markers[-1].markers} == {"estimated", "true"}


def test_a_bag_becomes_a_labelled_session(recorded, tmp_path):
    ((bag, _), _), _ = recorded
    path = session_from_bag(bag, tmp_path / "session.hdf5", HAND_NAMES)
    recording, joints = load_recording(bag), list(read_messages(bag, "/joint_states"))
    with PoseSession(path) as session:
        records = session.read()
        assert session.electrodes.shape == (32, 3) and session.facts.sample_rate == 2048
        assert np.array_equal(records["emg"], recording.emg)
        number = 200  # 2 s
        place = list(joints[number].name).index("index_pip_flexion")
        sample = round(2.0 * 2048)
        angle = records["joint_angles"][sample][HAND_NAMES.index("index_pip_fe")]
        assert angle == pytest.approx(joints[number].position[place], abs=1e-6)


def test_a_session_of_a_bag_becomes_the_same_bag_again(recorded, tmp_path):
    ((bag, _), _), _ = recorded
    session = session_from_bag(bag, tmp_path / "session.hdf5", HAND_NAMES)
    session_to_bag(session, tmp_path / "again")
    first, second = load_emg(bag), load_emg(tmp_path / "again")
    for name in ("emg", "missing", "positions"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    for name in ("start", "sample_rate", "rows", "columns", "block_length"):
        assert getattr(first, name) == getattr(second, name)
    assert stamps(bag, "/emg/hd").tolist() == stamps(tmp_path / "again", "/emg/hd").tolist()
    for a, b in zip(
        read_messages(bag, "/joint_states"), read_messages(tmp_path / "again", "/joint_states"), strict=True
    ):
        assert a.header.stamp == b.header.stamp and list(a.name) == list(b.name)
        assert np.array_equal(a.position, b.position)
    again = session_from_bag(tmp_path / "again", tmp_path / "again.hdf5", HAND_NAMES)
    with PoseSession(session) as one, PoseSession(again) as other:
        assert np.array_equal(one.read(), other.read())


def test_a_replayed_bag_gives_the_same_stream_and_the_same_estimates(recorded, tmp_path, cache, small_config):
    ((bag, _), _), _ = recorded
    again = tmp_path / "again"
    arguments = ["--config", str(small_config), "--replay", str(bag), "--rate", "2"]
    output = Graph(*arguments, "--record", "--bag", str(again), cache=cache).end()
    assert "Traceback" not in output and re.search(r"EMG blocks 256, lost 0", output), output
    factor = float(re.search(r"real-time factor ([\d.]+)", output).group(1))
    assert factor > 1.5
    for topic in ("/emg/hd", "/emg/info", "/muscle/state", "/joint_states", "/clock", "/hand/joint_states"):
        first, second = ([message.data for message in BagPlayer(one, [topic]).messages()] for one in (bag, again))
        assert first == second, topic


def test_a_labs_bag_with_other_electrodes_is_decoded_through_a_map(tmp_path, cache, small_pose):
    """Forty electrodes of which the decoder hears 32; no clock in the bag, a pause within."""
    rng, rate = np.random.default_rng(0), 2048
    emg = rng.normal(0, 0.02, (4 * rate, 40)).astype("f4")
    session, bag, again = tmp_path / "lab.hdf5", tmp_path / "lab", tmp_path / "decoded"
    write_session(session, SessionFacts("lab", "s", "u", "left", 50.0, 54.0, rate), emg, np.full((len(emg), 20), 0.3))
    session_to_bag(session, bag)
    chosen = tmp_path / "map.yaml"
    chosen.write_text(f"channels: {list(range(4, 36))}\n")
    config = tmp_path / "lab.yaml"
    config.write_text(f"pose:\n  ros__parameters:\n    checkpoint: {small_pose}\n    electrode_map: {chosen}\n")
    Graph("--config", str(config), "--replay", str(bag), "--record", "--bag", str(again), cache=cache).end()
    estimates = list(read_messages(again, "/hand/joint_states"))
    network = load_pose(small_pose).network
    with torch.inference_mode():
        frames = torch.from_numpy(network.preparation()(np.ascontiguousarray(emg[:, 4:36].T)))
        offline = network(frames[None])[0].T.numpy()
    assert np.abs(np.array([m.position for m in estimates]) - offline).max() < 1e-5
    assert len(stamps(again, "/emg/hd")) == 256 and bag_has_clock(again)


def bag_has_clock(bag: Path) -> bool:
    times = [m.clock.sec + m.clock.nanosec / 1e9 for m in read_messages(bag, "/clock")]
    return times[0] == 50.0 and np.allclose(np.diff(times), 0.01)


def test_live_graph_and_offline_run_give_the_same_numbers(recorded, tmp_path, cache, monkeypatch):
    ((bag, _), _), config = recorded
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    simulate(load_scenario("forearm_sim", str(config)), 4.0, tmp_path / "offline.h5")
    live, offline = load_recording(bag), load_recording(tmp_path / "offline.h5")
    assert np.array_equal(live.emg, offline.emg)
    assert np.array_equal(live.spike_sample, offline.spike_sample)
    assert np.array_equal(live.excitation, offline.excitation)


@pytest.mark.parametrize("node", ["motion", "stimulation", "musculoskeletal", "emg", "pose", "monitor"])
def test_a_killed_node_comes_back_and_the_stream_goes_on(launch, tmp_path, node):
    bag = tmp_path / "bag"
    graph = launch("--record", "--bag", str(bag))
    with GraphProbe() as probe:
        graph.wait_for("simulation starts")
        probe.until_ready(node)
        probe.until_emg_goes_on(SECOND)
        os.kill(graph.pid(node), signal.SIGKILL)
        graph.wait_for(f"{node} was killed by SIGKILL; restarting")
        graph.wait_for(f"{node} restarted")
        probe.until_ready(node, times=2)
        probe.until_emg_goes_on(2 * SECOND)
    graph.process.send_signal(signal.SIGINT)
    output = graph.end()
    assert "Traceback" not in output
    blocks = stamps(bag, "/emg/hd")
    assert (np.diff(blocks) > 0).all()  # time never runs back
    assert (blocks % BLOCK == 0).all()
    wall_tail = blocks[blocks > blocks[-1] - 1_000_000_000]
    assert (np.diff(wall_tail) == BLOCK).all()  # and the end is whole again
    if node in ("motion", "stimulation", "pose", "monitor"):  # nobody waits for these
        assert (np.diff(blocks) == BLOCK).all()


def writes_of(bag: Path, count: int) -> list[int]:
    """The times (ns) of that many writes to a bag; a wait in vain ends with the test."""
    times: list[int] = []
    while len(times) < count:
        newest = max((path.stat().st_mtime_ns for path in bag.glob("*.mcap")), default=0)
        if newest and newest not in times:
            times.append(newest)
        time.sleep(0.02)
    return times


def test_a_killed_recorder_loses_at_most_a_second_and_its_bag_opens(launch, tmp_path):
    bag = tmp_path / "bag"
    graph = launch("--record", "--bag", str(bag))
    graph.wait_for("simulation starts")
    flushes = writes_of(bag, 8)
    os.kill(graph.pid("recorder"), signal.SIGKILL)
    graph.wait_for("recorder was killed by SIGKILL")
    assert np.median(np.diff(flushes)) < 1_000_000_000  # what is lost came after the last one
    recorded = stamps(bag, "/emg/hd")
    assert (np.diff(recorded) == BLOCK).all() and len(recorded) > 100
    from rosbags.rosbag2 import Reader

    with Reader(bag) as reader:
        assert flushes[-1] - reader.end_time < 1_000_000_000  # and all that came before is there
    graph.wait_for("recorder restarted")
    graph.wait_for("recording to", count=2)


CRASHING_READER = """
import os, rclpy
from rclpy.node import Node
from sensor_msgs.msg import PointCloud2
rclpy.init()
node, got = Node("crashing_reader"), []
node.create_subscription(PointCloud2, "/emg/hd", got.append, 10)
while len(got) < 20:
    rclpy.spin_once(node, timeout_sec=0.1)
os._exit(9)
"""


def test_a_reader_that_crashes_does_not_disturb_the_others(tmp_path, cache):
    """At the full 10 x 32 electrodes, whose messages would fill the default shared memory at once."""
    config, bag = tmp_path / "grid.yaml", tmp_path / "bag"
    config.write_text("emg:\n  ros__parameters:\n    units_per_muscle: 12\n")
    graph = Graph("--config", str(config), "--record", "--bag", str(bag), cache=cache)
    graph.wait_for("simulation starts")
    for _ in range(2):
        reader = subprocess.run([sys.executable, "-P", "-c", CRASHING_READER], timeout=60)
        assert reader.returncode == 9
    time.sleep(1.0)
    graph.process.send_signal(signal.SIGINT)
    output = graph.end()
    assert re.search(r"EMG blocks \d+, lost 0", output), output
    recorded = stamps(bag, "/emg/hd")
    assert recorded[0] == 0 and (np.diff(recorded) == BLOCK).all() and len(recorded) > 64


def test_the_terminal_monitor_hears_every_node(launch):
    graph = launch()
    graph.wait_for("simulation starts")
    for duration in (4, 8, 16):  # every node reports once a second, less often on a machine under load
        command = [sys.executable, "-P", "-m", "emgsim_ros.cli", "monitor", "--duration", str(duration)]
        wide = {**os.environ, "COLUMNS": "200"}
        shown = subprocess.run(command, capture_output=True, text=True, timeout=60, env=wide)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        if "pose error" in shown.stdout and "real-time factor" in shown.stdout:
            break
    for node in ("motion", "stimulation", "musculoskeletal", "emg", "pose", "monitor"):
        assert node in shown.stdout
    assert "real-time factor" in shown.stdout and "pose error" in shown.stdout


def test_ctrl_c_ends_the_graph_cleanly(launch):
    graph = launch()
    with GraphProbe() as probe:
        graph.wait_for("simulation starts")
        probe.until_emg_goes_on(SECOND)
    graph.process.send_signal(signal.SIGINT)
    output = graph.end()
    assert "SIGINT received; ending all nodes" in output and "summary:" in output
    assert "Traceback" not in output and "killing it" not in output


def test_a_refused_parameter_starts_nothing(tmp_path):
    config = tmp_path / "bad.yaml"
    config.write_text("emg:\n  ros__parameters:\n    noise_rms: 99.0\n")
    command = [sys.executable, "-P", "-m", "emgsim_ros.cli", "launch", "forearm_sim", "--config", str(config)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert result.stderr == "error: emg: parameter 'noise_rms' is 99.0; expected 0 to 1 mV\n"
