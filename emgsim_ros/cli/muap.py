"""``emgsim muap``: motor-unit action potentials."""

from __future__ import annotations

import typer
from rich.progress import Progress

from ..graph import load_scenario
from .launch import Config, Device, ScenarioName, Seed

app = typer.Typer(help="Motor-unit action potentials.", no_args_is_help=True)


@app.callback()
def muap() -> None:
    """Motor-unit action potentials."""


@app.command()
def bank(scenario: ScenarioName, config: Config = "", device: Device = None, seed: Seed = None) -> None:
    """Compute a scenario's potentials ahead of its first launch and keep them in the cache."""
    from ..emg import EmgStream  # torch: slow to import

    parameters = load_scenario(scenario, config, device=device, seed=seed).parameters("emg")
    with Progress() as bars:
        task = bars.add_task("motor-unit potentials", total=None)
        stream = EmgStream(parameters, lambda done, total: bars.update(task, completed=done, total=total))
        bars.update(task, completed=1, total=1)
    print(
        f"{sum(stream.units)} motor units of {len(stream.muscles)} muscles at {stream.grid.count} electrodes are ready"
    )
