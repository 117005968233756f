"""``emgsim learn``: train, test and draw controllers for the environments."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ..errors import InvalidInput
from ..files.resources import checkpoint_file, config_file
from .progress import progress_bars

if TYPE_CHECKING:
    from ..learning.imitation import ImitationTraining
    from ..learning.plan import PolicyTrainingPlan
    from ..learning.training import PolicyTraining

app = typer.Typer(help="Train, test and draw controllers for the environments.", no_args_is_help=True)


@app.callback()
def learn() -> None:
    """Train, test and draw controllers for the environments."""


@app.command("list")
def list_all() -> None:
    """List the environments of this package and of packages that add some.

    The table shows the number of muscles (actions), observed values and steps of an episode, and the task.
    """
    from ..envs import IDS
    from ..learning.environments import action_range, make_environment

    table = Table("environment", "muscles", "observed", "steps", "task")
    for name in IDS:
        env = make_environment(name)
        task = (type(env.unwrapped).__doc__ or "").partition("\n")[0]
        assert env.observation_space.shape is not None and env.spec is not None
        sizes = action_range(env).size, env.observation_space.shape[0], env.spec.max_episode_steps
        table.add_row(name, *map(str, sizes), task)
    Console().print(table)


@app.command()
def train(
    plan: Annotated[str, typer.Argument(help="Plan: a name in config/learning or the path of such a file.")],
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default: the name of the plan.")] = "",
    folder: Annotated[Path, typer.Option(help="Folder of all experiments.")] = Path("experiments/learning"),
    environment: Annotated[
        str | None, typer.Option(help="Environment instead of that of the plan: any ID registered with gymnasium.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Total number of steps instead of that of the plan.")] = None,
    processes: Annotated[
        int | None, typer.Option(help="Environments in parallel, instead of the plan's number; not for imitation.")
    ] = None,
) -> None:
    """Train a policy; the same command continues an experiment that was interrupted."""
    from ..figures.returns_figure import returns_figure
    from ..files.plans import load_plan
    from ..learning.plan import RETURNS, PolicyTrainingPlan
    from ..learning.policy import save_policy

    path = config_file(plan, folder="learning")
    home = folder / (experiment or path.stem)
    loaded = load_plan(PolicyTrainingPlan, path, environment=environment, steps=steps, processes=processes)
    if loaded.algorithm == "imitation" and processes not in (None, 1):
        raise InvalidInput("--processes", processes, "1: imitation runs in one environment")
    training = _training(loaded, home)
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
    environment: Annotated[str, typer.Argument(help="An environment of the human, such as emgsim/Stand-v0.")],
    generations: Annotated[int, typer.Option(help="Generations of the search.", min=1)] = 100,
    experiment: Annotated[str, typer.Option(help="Name of the experiment; default: the name of the environment.")] = "",
    folder: Annotated[Path, typer.Option(help="Folder of all experiments.")] = Path("experiments/learning"),
    workers: Annotated[int, typer.Option(help="Processes; 0: one for each core.")] = 0,
) -> None:
    """Search for reflex gains by CMA-ES; the same command continues a search that was interrupted."""
    from ..learning.search import search

    home = folder / (experiment or f"reflexes_{environment.partition('/')[2].partition('-')[0].lower()}")
    with progress_bars() as progress:
        gains = search(environment, home, generations, workers=workers, progress=progress)
    gains.save(home / "reflexes.json", {"generations": generations, "date": str(date.today())})
    print(f"wrote {home / 'reflexes.json'}")


@app.command()
def test(
    policy: Annotated[str, typer.Argument(help="A name in ckp or the path of a policy; with --random an environment.")],
    episodes: Annotated[int, typer.Option(help="Number of episodes.", min=1)] = 100,
    random: Annotated[bool, typer.Option("--random", help="Test a random controller in an environment.")] = False,
    baselines: Annotated[bool, typer.Option(help="Compare with a random controller and with constant ones.")] = True,
    reflexes: Annotated[Path | None, typer.Option(help="Reflex gains to compare with as well.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write the results into the card of the policy.")] = False,
) -> None:
    """Test a policy over seeded episodes, and with it a random controller, constant ones, and reflexes if given."""
    from ..files.weights import write_card
    from ..learning.controllers import ConstantController, Controller, PolicyController, RandomController
    from ..learning.environments import action_range, make_environment
    from ..learning.evaluation import LEVELS, Episodes, margin, play
    from ..learning.policy import load_policy
    from ..learning.reflex import ReflexController, load_gains
    from ..learning.reflex_controllers import controller_of

    path = None if random else checkpoint_file(policy)
    loaded = None if path is None else load_policy(path)
    environment = policy if loaded is None else loaded.environment
    actions = action_range(make_environment(environment))
    controllers: list[Controller] = [] if loaded is None else [PolicyController(Path(policy).stem, loaded)]
    if random or baselines:
        controllers.append(RandomController(actions))
    if baselines:
        controllers += [ConstantController(actions, level) for level in LEVELS]
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
    output: Annotated[Path, typer.Option(help="File of the picture (.png).")],
) -> None:
    """Draw the learning curves of experiments side by side."""
    from ..figures.returns_figure import returns_figure
    from ..learning.plan import RETURNS

    output.parent.mkdir(parents=True, exist_ok=True)
    returns_figure({one.name: one / RETURNS for one in experiments}).savefig(output, dpi=110)
    print(f"wrote {output}")


@app.command()
def draw(
    policy: Annotated[str, typer.Argument(help="A name in ckp or the path of a policy.")],
    output: Annotated[Path, typer.Option(help="File of the picture (.png).")],
    frames: Annotated[int, typer.Option(help="Pictures of each controller.", min=2)] = 7,
    seconds: Annotated[float, typer.Option(help="Time from the first to the last picture, s.", min=0.01)] = 2.0,
    seed: Annotated[int, typer.Option(help="Seed of the episode.", min=0)] = 10_000,
    beside: Annotated[
        float | None, typer.Option(help="Also draw a constant controller of this level, 0 to 1.", min=0.0, max=1.0)
    ] = None,
) -> None:
    """Draw an episode of a policy as a strip of pictures."""
    from ..figures.behaviour_figure import behaviour_figure
    from ..learning.controllers import ConstantController, Controller, PolicyController
    from ..learning.evaluation import photograph
    from ..learning.policy import load_policy

    loaded = load_policy(checkpoint_file(policy))
    controllers: list[Controller] = [PolicyController(Path(policy).stem, loaded)]
    if beside is not None:
        controllers.append(ConstantController(loaded.network.shape.actions, beside))
    strips = {one.name: photograph(loaded.environment, one, frames, seconds, seed) for one in controllers}
    output.parent.mkdir(parents=True, exist_ok=True)
    behaviour_figure(strips).savefig(output, dpi=110)
    print(f"wrote {output}")


def _training(plan: PolicyTrainingPlan, folder: Path) -> ImitationTraining | PolicyTraining:
    """Return the training of a plan; only reinforcement imports the packages of the extra ``learn``."""
    if plan.algorithm == "imitation":
        from ..learning.imitation import ImitationTraining

        return ImitationTraining(plan, folder)
    from ..learning.training import PolicyTraining

    return PolicyTraining(plan, folder)


def _show(environment: str, found: list[Any]) -> None:
    table = Table("controller", "mean return", "SD", "lowest", "steps", title=environment)
    for one in found:
        row = one.row()
        table.add_row(one.name, *(f"{row[k]:g}" for k in ("mean_return", "sd_return", "lowest_return", "mean_length")))
    Console().print(table)
