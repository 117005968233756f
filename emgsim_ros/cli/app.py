"""``emgsim``: the tree of commands."""

from __future__ import annotations

import sys

import typer

from ..errors import EmgsimError
from ..jobs import exit_codes
from . import fit, launch, learn, model, monitor, muap, pose, sessions, simulate, stim, validate, view

app = typer.Typer(
    help="A live digital twin of the forearm: OpenSim, motor units, HD-EMG.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("fit")(fit.fit)
app.command("launch")(launch.launch)
app.command("monitor")(monitor.monitor)
app.command("simulate")(simulate.simulate_command)
app.command("validate")(validate.validate)
app.command("view")(view.view)
app.add_typer(learn.app, name="learn")
app.add_typer(model.app, name="model")
app.add_typer(muap.app, name="muap")
app.add_typer(pose.app, name="pose")
app.add_typer(sessions.app, name="sessions")
app.add_typer(stim.app, name="stim")


def main() -> int:
    """Run the command line; a rejected input is printed as one line on standard error, with exit code 2."""
    try:
        app()
    except EmgsimError as error:
        print(f"error: {error}", file=sys.stderr)
        return exit_codes.REFUSED
    return exit_codes.FINISHED
