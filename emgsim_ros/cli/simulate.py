"""``emgsim simulate``: simulate a scenario offline and write an HDF5 file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..scenario import load_scenario
from .progress import progress_bars
from .scenario_options import Config, Device, ScenarioName, Seed, Subject


def simulate_command(
    scenario: ScenarioName,
    duration: Annotated[float, typer.Option(help="Simulated time, s.")],
    output: Annotated[Path, typer.Option(help="HDF5 file to write.")],
    config: Config = "",
    device: Device = None,
    seed: Seed = None,
    subject: Subject = "",
    compression: Annotated[
        str, typer.Option(help="Compression of the file: none, lzf (fast; h5py) or gzip (small).")
    ] = "none",
    engine: Annotated[
        str,
        typer.Option(
            help="Engine of the musculoskeletal model; default mujoco in place of opensim where it supports the model. "
            "With opensim the numbers are those of the live graph to the last bit."
        ),
    ] = "",
) -> None:
    """Simulate a scenario without ROS, as fast as the machine allows."""
    from ..offline.engines import with_engine  # torch and OpenSim: slow to import
    from ..offline.simulate import simulate

    loaded = with_engine(load_scenario(scenario, config, device=device, seed=seed, subject=subject), engine)
    with progress_bars() as progress:
        result = simulate(loaded, duration, output, progress, compression)
    print(
        f"{output}: {result.duration:g} s in {result.wall_time:.1f} s "
        f"({result.duration / result.wall_time:.1f} times real time), {result.blocks} blocks, {result.spikes} spikes"
    )
