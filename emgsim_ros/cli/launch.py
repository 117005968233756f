"""``emgsim launch``: a scenario's nodes as processes, on machines without ros2 launch."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import yaml

from ..errors import InvalidInput
from ..jobs.processes import Supervisor
from ..scenario.graph import SCENARIOS, Scenario, ScenarioNode, load_scenario, parameter_file
from ..scenario.transport import transport_environment

ScenarioName = Annotated[str, typer.Argument(help="One of: " + ", ".join(SCENARIOS))]
Config = Annotated[str, typer.Option(help="ROS parameter file; default the scenario's own in config/.")]
Device = Annotated[str | None, typer.Option(help="cpu or cuda, for every node that computes on torch.")]
Seed = Annotated[int | None, typer.Option(help="Scenario seed: the same seed gives the same EMG.")]


def launch(
    scenario: ScenarioName,
    config: Config = "",
    device: Device = None,
    seed: Seed = None,
    record: Annotated[bool, typer.Option(help="Record every topic to a bag.")] = False,
    viewer: Annotated[bool, typer.Option(help="Show the graph on a page in the browser.")] = False,
    bag: Annotated[str, typer.Option(help="Folder of the bag; default bags/<date and time>.")] = "",
    stim: Annotated[str, typer.Option(help="Stimulation protocol to play: a name in config/protocols or a path.")] = "",
    replay: Annotated[str, typer.Option(help="Bag to play in the simulator's place.")] = "",
    rate: Annotated[float | None, typer.Option(help="With --replay: how many times as fast as recorded.")] = None,
    duration: Annotated[float | None, typer.Option(help="End after this simulation time (s); 0: never.")] = None,
    write_config: Annotated[
        Path | None, typer.Option(help="Write the scenario's parameters, explained, to this file and end.")
    ] = None,
) -> None:
    """Run a scenario's nodes until Ctrl-C or --duration."""
    if write_config is not None:
        if scenario not in SCENARIOS:
            raise InvalidInput("scenario", scenario, "one of " + ", ".join(SCENARIOS))
        write_config.write_text(parameter_file(scenario))
        return
    loaded = load_scenario(
        scenario,
        config,
        device=device,
        seed=seed,
        record=record,
        viewer=viewer,
        bag=bag,
        duration=duration,
        stim=stim,
        replay=replay,
        rate=rate,
    )
    raise typer.Exit(run_scenario(loaded))


def run_scenario(scenario: Scenario) -> int:
    """Start the nodes of a scenario and see them through; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="emgsim_") as folder:
        supervisor = Supervisor()
        for node in scenario.nodes:
            supervisor.add(node.name, _command(node, Path(folder)), _environment())
        return supervisor.run()


def _command(node: ScenarioNode, folder: Path) -> list[str]:
    path = folder / f"{node.name}.yaml"
    path.write_text(yaml.safe_dump({f"/{node.name}": {"ros__parameters": node.ros_parameters()}}))
    remappings = [part for source, target in node.remappings for part in ("-r", f"{source}:={target}")]
    module = f"emgsim_ros.nodes.{node.name}"
    # -P: without it, a start from a source checkout would import the sources instead of what is installed.
    return [sys.executable, "-P", "-m", module, "--ros-args", "--params-file", str(path), *remappings]


def _environment() -> dict[str, str]:
    """The user's environment; prefixed output already carries the node's name and time, in order."""
    return {
        **os.environ,
        **transport_environment(os.environ),
        "PYTHONUNBUFFERED": "1",
        "RCUTILS_CONSOLE_OUTPUT_FORMAT": os.environ.get("RCUTILS_CONSOLE_OUTPUT_FORMAT", "[{severity}] {message}"),
    }
