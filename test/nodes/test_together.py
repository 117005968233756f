"""Several nodes in one process."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import rclpy

from emgsim_ros.jobs import exit_codes
from emgsim_ros.nodes.together import make_node
from emgsim_ros.scenario import NodeKind, NodePlan, ScenarioPlan, load_scenario
from emgsim_ros.scenario.one_process import HostedNode, shared_command

LINE_OF_A_NODE = "simulation starts"


@pytest.fixture
def start(tmp_path):
    """Start the nodes of a scenario in a process; its standard error is part of its output."""
    processes = []

    def started(plan, **options):
        command = shared_command(load_scenario(plan, **options).nodes, tmp_path)
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.wait()


def end(process):
    output, _ = process.communicate(timeout=60.0)
    return process.returncode, output


def test_a_graph_in_one_process_runs_to_its_end_without_loss(start, tmp_path):
    bag = tmp_path / "bag"
    code, output = end(start("leg_sim", duration=2.0, record=True, bag=str(bag)))
    assert code == exit_codes.FINISHED and "muscle states 201, lost 0" in output, output
    assert "WARN" not in output and "Traceback" not in output and f"to {bag}" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_all_nodes_in_order(start, number):
    process = start("leg_sim")
    lines = []
    killer = threading.Timer(60.0, process.kill)  # of a graph that never starts
    killer.start()
    for line in process.stdout:
        lines.append(line)
        if LINE_OF_A_NODE in line:
            time.sleep(0.5)
            process.send_signal(number)
    killer.cancel()
    assert process.wait(20) == exit_codes.FINISHED
    output = "".join(lines)
    assert "summary: real-time factor" in output and "Traceback" not in output, output  # the monitor's last line


BROKEN = {"musculoskeletal": "model", "motion": "movement"}


@pytest.mark.parametrize(("node", "parameter"), BROKEN.items())
def test_a_node_that_cannot_start_ends_all_with_its_one_error(start, tmp_path, node, parameter):
    config = tmp_path / "broken.yaml"
    config.write_text(f"{node}:\n  ros__parameters:\n    {parameter}: no_such_name\n")
    code, output = end(start("leg_sim", config=str(config)))
    errors = [line for line in output.splitlines() if line.startswith("error: ")]
    assert code == exit_codes.REFUSED and len(errors) == 1, output
    assert "no_such_name" in errors[0] and "Traceback" not in output


@pytest.mark.parametrize(
    ("text", "named"),
    [("import no_such_package\n", "no_such_package"), ("", "one class that derives from GraphNode")],
)
def test_a_module_that_is_no_node_is_named(start, tmp_path, text, named):
    (tmp_path / "odd.py").write_text(text)
    plan = ScenarioPlan("odd", (NodePlan("monitor"), NodePlan(NodeKind("odd", None, module="odd"))))
    code, output = end(start(plan))
    (error,) = [line for line in output.splitlines() if line.startswith("error: ")]
    assert code == exit_codes.REFUSED and "node '/odd': module" in error and named in error


def test_a_node_takes_its_own_arguments_and_not_those_of_the_process():
    rclpy.init(args=[sys.argv[0], "--ros-args", "-r", "__node:=other", "-p", "period:=0.25"])
    try:
        own = ["--ros-args", "-r", "__node:=left_monitor", "-r", "__ns:=/left", "-p", "period:=0.5"]
        node = make_node(HostedNode("/left/left_monitor", "emgsim_ros.nodes.monitor", own))
        assert node.get_fully_qualified_name() == "/left/left_monitor" and node.parameters.period == 0.5
        node.destroy_node()
    finally:
        rclpy.try_shutdown()
