"""``emgsim learn``: controllers for the environments."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ..files.resources import checkpoint_file, config_file
from .progress import progress_bars

app = typer.Typer(help="Controllers for the environments.", no_args_is_help=True)


@app.callback()
def learn() -> None:
    """Controllers for the environments."""


@app.command("list")
def list_all() -> None:
    """The environments: muscles, observation, length of an episode, and what they are about."""
    import gymnasium

    from ..envs import IDS

    table = Table("environment", "muscles", "observed", "steps", "about")
    for name in IDS:
        env = gymnasium.make(name)
        about = (type(env.unwrapped).__doc__ or "").partition("\n")[0]
        assert env.action_space.shape is not None and env.spec is not None
        size = env.unwrapped.layout.size  # type: ignore[attr-defined]
        table.add_row(name, str(env.action_space.shape[0]), str(size), str(env.spec.max_episode_steps), about)
    Console().print(table)


@app.command()
def train(
    plan: Annotated[str, typer.Argument(help="A name in config/learning or the path of such a file.")],
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default the plan's.")] = "",
    folder: Annotated[Path, typer.Option(help="Where experiments are kept.")] = Path("experiments/learning"),
    steps: Annotated[int | None, typer.Option(help="In all, instead of the plan's.")] = None,
    processes: Annotated[
        int | None, typer.Option(help="Environments beside each other, instead of the plan's.")
    ] = None,
) -> None:
    """Train a policy; the same command goes on with an experiment that was interrupted."""
    from ..figures.returns_figure import returns_figure
    from ..files.plans import load_plan
    from ..learning.imitation import Imitation
    from ..learning.plan import RETURNS, LearningPlan
    from ..learning.policy import save_policy
    from ..learning.training import PolicyTraining

    path = config_file(plan, folder="learning")
    home = folder / (experiment or path.stem)
    loaded = load_plan(LearningPlan, path, steps=steps, processes=processes)
    training = Imitation(loaded, home) if loaded.algorithm == "imitation" else PolicyTraining(loaded, home)
    try:
        with progress_bars() as progress:
            progress("steps", training.done, loaded.steps)
            network = training.run(progress)
    finally:
        training.close()
    weights = home / "policy.safetensors"
    command = " ".join(["emgsim", *sys.argv[1:]])
    card = {"algorithm": loaded.algorithm, "steps": training.done, "date": str(date.today()), "command": command}
    save_policy(weights, network, loaded.environment, card)
    if (home / RETURNS).exists():
        returns_figure({path.stem: home / RETURNS}).savefig(home / "returns.png", dpi=110)
    print(f"wrote {weights} and its card")


@app.command()
def reflexes(
    environment: Annotated[str, typer.Argument(help="One of the human's, such as emgsim/Stand-v0.")],
    generations: Annotated[int, typer.Option(help="Of the search.", min=1)] = 100,
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default the environment's.")] = "",
    folder: Annotated[Path, typer.Option(help="Where experiments are kept.")] = Path("experiments/learning"),
    workers: Annotated[int, typer.Option(help="Processes; 0: one for each core.")] = 0,
) -> None:
    """Find reflex gains by CMA-ES; the same command goes on with a search that was interrupted."""
    from ..learning.search import search

    home = folder / (experiment or f"reflexes_{environment.partition('/')[2].partition('-')[0].lower()}")
    with progress_bars() as progress:
        gains = search(environment, home, generations, workers=workers, progress=progress)
    gains.save(home / "reflexes.json", {"generations": generations, "date": str(date.today())})
    print(f"wrote {home / 'reflexes.json'}")


@app.command()
def test(
    policy: Annotated[str, typer.Argument(help="A name in ckp or the path of a policy; with --random an environment.")],
    episodes: Annotated[int, typer.Option(help="How many.", min=1)] = 100,
    random: Annotated[bool, typer.Option("--random", help="Let a random controller act in an environment.")] = False,
    baselines: Annotated[bool, typer.Option(help="Compare with a random and with constant controllers.")] = True,
    reflexes: Annotated[Path | None, typer.Option(help="Reflex gains to compare with as well.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write what was found into the policy's card.")] = False,
) -> None:
    """Let a policy act over seeded episodes, beside a random and constant controllers, and reflexes if given."""
    import gymnasium

    from ..files.weights import write_card
    from ..learning.controllers import ConstantController, Controller, PolicyController, RandomController
    from ..learning.evaluation import LEVELS, Episodes, margin, play
    from ..learning.policy import load_policy
    from ..learning.reflex import ReflexController, load_gains
    from ..learning.search import controller_of

    path = None if random else checkpoint_file(policy)
    loaded = None if path is None else load_policy(path)
    environment = policy if loaded is None else loaded.environment
    muscles = _muscles(gymnasium, environment)
    controllers: list[Controller] = [] if loaded is None else [PolicyController(Path(policy).stem, loaded)]
    if random or baselines:
        controllers.append(RandomController(muscles))
    if baselines:
        controllers += [ConstantController(muscles, level) for level in LEVELS]
    if reflexes is not None:
        controllers.append(controller_of(load_gains(reflexes)))
    found: list[Episodes] = []
    with progress_bars() as progress:
        for controller in controllers:
            found.append(play(environment, controller, episodes, progress))
    _show(environment, found)
    if loaded is not None and path is not None and baselines:
        above = margin(found[0], [one for one in found[1:] if one.name != ReflexController.name])
        print(f"{found[0].name}: {above:.1f} standard deviations above the best random or constant controller")
        if card:
            results: dict[str, Any] = {one.name: one.row() for one in found}
            write_card(path, {**loaded.card, "episodes": episodes, "margin_sd": round(above, 2), "results": results})


@app.command()
def curves(
    experiments: Annotated[list[Path], typer.Argument(help="Folders of experiments.", exists=True, file_okay=False)],
    output: Annotated[Path, typer.Option(help="The picture (.png).")],
) -> None:
    """Draw the learning curves of experiments beside each other."""
    from ..figures.returns_figure import returns_figure
    from ..learning.plan import RETURNS

    output.parent.mkdir(parents=True, exist_ok=True)
    returns_figure({one.name: one / RETURNS for one in experiments}).savefig(output, dpi=110)
    print(f"wrote {output}")


@app.command()
def draw(
    policy: Annotated[str, typer.Argument(help="A name in ckp or the path of a policy.")],
    output: Annotated[Path, typer.Option(help="The picture (.png).")],
    frames: Annotated[int, typer.Option(help="Pictures of each controller.", min=2)] = 7,
    seconds: Annotated[float, typer.Option(help="Over which time.", min=0.01)] = 2.0,
    seed: Annotated[int, typer.Option(help="Of the episode.", min=0)] = 10_000,
    beside: Annotated[float | None, typer.Option(help="Level of a constant controller beside it.")] = None,
) -> None:
    """Draw what a policy does: a strip of pictures of an episode."""
    from ..figures.behaviour_figure import behaviour_figure
    from ..learning.controllers import ConstantController, Controller, PolicyController
    from ..learning.evaluation import photograph
    from ..learning.policy import load_policy

    loaded = load_policy(checkpoint_file(policy))
    controllers: list[Controller] = [PolicyController(Path(policy).stem, loaded)]
    if beside is not None:
        controllers.append(ConstantController(loaded.network.shape.muscles, beside))
    strips = {one.name: photograph(loaded.environment, one, frames, seconds, seed) for one in controllers}
    output.parent.mkdir(parents=True, exist_ok=True)
    behaviour_figure(strips).savefig(output, dpi=110)
    print(f"wrote {output}")


def _muscles(gymnasium: Any, environment: str) -> int:
    from ..envs import IDS
    from ..errors import InvalidInput

    if environment not in IDS:
        raise InvalidInput("environment", environment, "one of " + ", ".join(IDS))
    return int(gymnasium.make(environment).action_space.shape[0])


def _show(environment: str, found: list[Any]) -> None:
    table = Table("controller", "mean return", "SD", "lowest", "steps", title=environment)
    for one in found:
        row = one.row()
        table.add_row(one.name, *(f"{row[k]:g}" for k in ("mean_return", "sd_return", "lowest_return", "mean_length")))
    Console().print(table)
