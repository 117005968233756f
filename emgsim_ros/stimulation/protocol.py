"""Stimulation protocols: sequences of commands with their start times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput, UnsafeStimulation
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..signals.simulation_time import from_seconds
from .command import Configuration, Stimulation, check_stimulation
from .lead import PaddleLead


@dataclass(frozen=True)
class TimedStimulation:
    """A command and its start.

    Attributes:
        stamp: Start of the command, ns of simulation time.
        stimulation: The command.
    """

    stamp: int
    stimulation: Stimulation


def load_protocol(path: Path, lead: PaddleLead) -> list[TimedStimulation]:
    """Read a protocol from a file such as config/protocols/lumbar_sweep.yaml and check every command.

    Raises:
        InvalidInput: The file is unreadable, a key is missing, or a command is malformed; the message names the step.
        UnsafeStimulation: A command exceeds a safety limit; the message names the step.
    """
    content = require_mapping(read_yaml(path), str(path), ("steps",))
    if not isinstance(content["steps"], list) or not content["steps"]:
        raise InvalidInput(f"{path}: steps", content["steps"], "a list of at least one step")
    return [_step(step, lead, f"{path}: step {number}") for number, step in enumerate(content["steps"], 1)]


def _step(content: Any, lead: PaddleLead, field: str) -> TimedStimulation:
    defaults = {"pulse_width": 300.0, "pulses_per_burst": 1}
    keys = ("at", "cathodes", "anodes", "amplitude", "frequency", "duration")
    step = {**defaults, **require_mapping(content, field, keys)}
    unknown = set(step) - set(keys) - set(defaults)
    if unknown:
        raise InvalidInput(f"{field}: key", sorted(unknown)[0], "one of " + ", ".join((*keys, *defaults)))
    number = {
        name: require_number(step[name], f"{field}: {name}") for name in step if name not in ("cathodes", "anodes")
    }
    configuration = Configuration(*(_electrodes(step[name], f"{field}: {name}") for name in ("cathodes", "anodes")))
    stimulation = Stimulation(
        configuration.current(number["amplitude"], lead.electrodes),
        number["frequency"],
        number["pulse_width"],
        int(number["pulses_per_burst"]),
        number["duration"],
    )
    try:
        check_stimulation(stimulation, lead)
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error.field}", error.value, error.expected) from None
    except UnsafeStimulation as error:
        raise UnsafeStimulation(f"{field}: {error.quantity}", error.value, error.limit) from None
    return TimedStimulation(from_seconds(number["at"]), stimulation)


def _electrodes(value: Any, field: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        raise InvalidInput(field, value, "a list of electrode numbers")
    return tuple(value)
