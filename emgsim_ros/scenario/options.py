"""The options with which a scenario is launched, declared once for ``emgsim launch`` and ``ros2 launch``."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from ..files.yaml_files import parse_scalar

_HELP = "help"
_TRUE_AND_FALSE = {"true": True, "1": True, "false": False, "0": False}


def _option(default: Any, text: str) -> Any:
    return dataclasses.field(default=default, metadata={_HELP: text})


@dataclass(frozen=True)
class LaunchOptions:
    """The options with which a scenario is launched; each field holds its help text."""

    config: str = _option("", "ROS parameter file; default the scenario's own in config/.")
    device: str | None = _option(None, "cpu or cuda, for every node that computes with torch.")
    subject: str = _option("", "Subject file of the person whose EMG and co-contraction are simulated (emgsim fit).")
    seed: int | None = _option(None, "Scenario seed: the same seed gives the same EMG.")
    record: bool = _option(False, "Record every topic to a bag.")
    bag: str = _option("", "Folder of the bag; default bags/<date and time>.")
    viewer: bool = _option(False, "Show the graph on a page in the browser.")
    stim: str = _option(
        "",
        "Stimulation protocol to play, a name in config/protocols or a path; "
        "the muscles then move the joints (drive tracking instead of kinematic).",
    )
    replay: str = _option("", "Bag to play in place of the simulating nodes.")
    rate: float | None = _option(None, "With replay: playback rate relative to the recording.")
    duration: float | None = _option(None, "Simulation time after which the graph ends, s; 0: never.")
    single_process: bool = _option(False, "Run all nodes in one process, for machines with one core or little memory.")


def launch_options() -> dict[str, tuple[Any, Any, str]]:
    """Type, default and help text of every launch option, by name."""
    kinds = typing.get_type_hints(LaunchOptions)
    return {
        field.name: (kinds[field.name], field.default, field.metadata[_HELP])
        for field in dataclasses.fields(LaunchOptions)
    }


def options_from_text(given: Mapping[str, str]) -> LaunchOptions:
    """Launch options from texts, as ``ros2 launch`` passes them; an empty text stands for the default.

    Raises:
        InvalidInput: A value of another type.
    """
    values = {}
    for name, (kind, default, _) in launch_options().items():
        text = given.get(name, "")
        values[name] = _value(name, text, kind) if text else default
    return LaunchOptions(**values)


def _value(name: str, text: str, kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not types.NoneType)
    if kind is str:
        return text
    if kind is bool:
        if text.lower() not in _TRUE_AND_FALSE:
            raise InvalidInput(f"launch argument {name!r}", text, "true or false")
        return _TRUE_AND_FALSE[text.lower()]
    number = parse_scalar(text, f"launch argument {name!r}")
    if kind is int and number != int(number):
        raise InvalidInput(f"launch argument {name!r}", text, "a whole number")
    return kind(number)
