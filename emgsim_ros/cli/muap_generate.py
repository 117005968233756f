"""The commands ``emgsim muap generate``: potentials of the trained generator, or of BioMime with a user's weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ..errors import InvalidInput

app = typer.Typer(
    help="Generate potentials: of new units, under other conditions, or of a moving arm.", no_args_is_help=True
)

Output = Annotated[
    Path, typer.Option(help="File to write: .h5 (potentials and all related arrays) or .npy (potentials).")
]
Checkpoint = Annotated[str, typer.Option(help="Weights: a name in ckp or a path (model_linear.pth with --biomime).")]
BioMime = Annotated[bool, typer.Option("--biomime", help="Use BioMime's network; --checkpoint names its weights.")]
Seed = Annotated[int, typer.Option(help="Seed of all random numbers.")]
Animation = Annotated[Path | None, typer.Option(help="Also write an animated heat map (GIF) of the first potential.")]


@app.command()
def sample(
    output: Output,
    count: Annotated[int, typer.Option(min=1, help="Number of potentials, if --conditions is not given.")] = 32,
    conditions: Annotated[str, typer.Option(help="(num, 6) conditions: .csv, .npy or FILE.h5:NAME.")] = "",
    checkpoint: Checkpoint = "muap_generator",
    biomime: BioMime = False,
    seed: Seed = 0,
    animation: Animation = None,
) -> None:
    """Generate potentials of new motor units, drawn from the prior: (num, row, column, time)."""
    from ..files.arrays import read_array
    from ..muap.generate import draw_conditions_for, generator_of

    made = generator_of(checkpoint, biomime)
    rng = np.random.default_rng(seed)
    wanted = read_array(conditions, 2) if conditions else draw_conditions_for(count, rng)
    result = made.sample(wanted, rng)
    result.write(output)
    _animate(animation, result.potentials[0], result.sample_rate)
    print(f"{output}: potentials {result.potentials.shape} (num, row, column, time)")


@app.command()
def morph(
    source: Annotated[str, typer.Argument(help="(num, row, column, time) potentials, mV: .npy or FILE.h5:NAME.")],
    output: Output,
    conditions: Annotated[str, typer.Option(help="(num or 1, 6) conditions to morph to: .csv, .npy or FILE.h5:NAME.")],
    source_conditions: Annotated[
        str,
        typer.Option(
            help="(num, 6) conditions of the source, if known; otherwise they are estimated, less accurately."
        ),
    ] = "",
    steps: Annotated[
        int, typer.Option(min=1, help="Number of steps from the conditions of the source to the new ones.")
    ] = 1,
    checkpoint: Checkpoint = "muap_generator",
    biomime: BioMime = False,
    animation: Animation = None,
) -> None:
    """Morph given potentials to other conditions: (num, row, column, time), or (num, step, ...) with --steps."""
    from ..files.arrays import read_array
    from ..muap.generate import generator_of

    made = generator_of(checkpoint, biomime)
    potentials, wanted = read_array(source, 4), read_array(conditions, 2)
    known = read_array(source_conditions, 2) if source_conditions else None
    result = made.morph(potentials, wanted, known, steps)
    result.write(output)
    _animate(animation, result.potentials[(0,) * (result.potentials.ndim - 3)], result.sample_rate)
    print(f"{output}: potentials {result.potentials.shape}")


@app.command()
def dynamic(
    output: Output,
    pose: Annotated[list[str], typer.Argument(help="Poses of the movement, such as open grasp flex45.")],
    duration: Annotated[
        list[float] | None, typer.Option(help="Time from each pose to the next, s; one for all or one for each.")
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="Scenario with the model, the electrodes, the anatomy and the generator.")
    ] = ("forearm_sim"),
    config: Annotated[str, typer.Option(help="ROS parameter file, as for launch.")] = "",
    muscle: Annotated[
        list[str] | None, typer.Option(help="EMG muscle; repeat for several. Default: all muscles of the scenario.")
    ] = None,
    units: Annotated[int, typer.Option(min=0, help="Motor units of each muscle; 0: the number of the scenario.")] = 10,
    rate: Annotated[float, typer.Option(min=0.1, help="Steps per second of the movement.")] = 10.0,
    animation: Annotated[
        Path | None, typer.Option(help="Also write an animated heat map (GIF) of the first unit along the movement.")
    ] = None,
) -> None:
    """Generate potentials of a moving arm's units: (unit, step, row, column, time), and the muscle of each unit."""
    from ..offline.muap_movement import MovementPlan, generate_movement
    from .progress import progress_bars

    plan = MovementPlan(tuple(pose), tuple(duration or [1.0]), scenario, config, tuple(muscle or ()), units, rate)
    with progress_bars() as progress:
        result = generate_movement(plan, progress)
    result.write(output)
    if animation is not None:
        from ..figures.muap_figure import heat_map

        peak = result.potentials[0, np.arange(len(result.times))]
        frames = np.ptp(peak, axis=3)
        texts = [f"{result.muscles[0]}, unit {result.units[0]}, peak to peak, {t:.1f} s" for t in result.times]
        heat_map(frames, texts, animation, 1 / rate)
    print(f"{output}: potentials {result.potentials.shape} (unit, step, row, column, time)")


def _animate(path: Path | None, potential: np.ndarray, sample_rate: float) -> None:
    if path is None:
        return
    from ..figures.muap_figure import heat_map

    if path.suffix != ".gif":
        raise InvalidInput("--animation", str(path), "a .gif file")
    labels = [f"{number / sample_rate * 1e3:.1f} ms" for number in range(potential.shape[2])]
    heat_map(np.moveaxis(potential, 2, 0), labels, path)
