"""The options of commands that take a scenario; types, defaults and help texts are those of `LaunchOptions`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from ..parts import part_names
from ..scenario import launch_options

_OPTIONS = launch_options()


def _annotation(name: str) -> Any:
    kind, _, text = _OPTIONS[name]
    return Annotated[kind, typer.Option(help=text)]


ScenarioName = Annotated[str, typer.Argument(help="One of: " + ", ".join(part_names("scenario")) + ".")]
Config: Any = _annotation("config")
Device: Any = _annotation("device")
Seed: Any = _annotation("seed")
Subject: Any = _annotation("subject")


def with_launch_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every launch option, after the parameters that it declares itself.

    The command receives them as keyword arguments.
    """
    own = [one for one in inspect.signature(command, eval_str=True).parameters.values() if one.kind != one.VAR_KEYWORD]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_annotation(name))
        for name, (_, default, _) in _OPTIONS.items()
    ]
    first = [one for one in own if one.kind != one.KEYWORD_ONLY]
    last = [one for one in own if one.kind == one.KEYWORD_ONLY]
    command.__signature__ = inspect.Signature([*first, *added, *last])  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in (*first, *added, *last)}
    return command
