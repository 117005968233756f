"""Subject files: a virtual subject as YAML that people can read and edit.

A file states the standard anatomy by its name and the changes of it, so it stays short and readable. Numbers are
written with all their digits: a subject that is written and read again is equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from ..errors import InvalidInput
from ..files.resources import config_file
from ..files.yaml_files import read_yaml, require_mapping, require_number
from ..muap.limb.anatomy import load_anatomy
from ..parameters import EmgParameters
from .body import Body, MuscleChange, standard_body
from .subject import VirtualSubject

FORMAT = 1
HEADER = """\
# A virtual subject of emgsim_ros. Lengths in m; `turn` and `around` as fractions of the circumference; `strength`,
# `area`, `fiber_length`, `motor_units` and `territory_density` as factors; noise in mV. The muscles are changes of the
# anatomy `standard`; those that are not listed are unchanged.
"""
TOP = ("format", "name", "standard", "limb", "electrodes", "subject", "emg", "muscles", "fitted")
LIMB = ("skin_radius", "circumference", "fat", "skin", "territory_density")
ELECTRODES = ("turn", "shift")
# Numbers of the person that are neither of the body nor of the EMG's noise.
OWN = tuple(
    one.name
    for one in fields(VirtualSubject)
    if one.type == "float" and one.name not in ("noise_rms", "mains_amplitude", "gain_spread")
)
NOISE = ("noise_rms", "mains_amplitude", "gain_spread")
CHANGES = tuple(one.name for one in fields(MuscleChange))
RANGES = {"strength": (0.05, 20.0), "co_contraction": (0.0, 0.5), "effort": (0.0, 10.0), "pace": (0.1, 10.0)}


def write_subject(subject: VirtualSubject, path: Path) -> None:
    """Write a subject file.

    Args:
        subject: The subject, with a body.
        path: The file (.yaml); its folder is made if it does not exist.

    Raises:
        InvalidInput: The subject has no body, so its anatomy cannot be stated as changes of a standard anatomy.
    """
    body = subject.body
    if body is None:
        raise InvalidInput("subject: body", None, "the changes of a standard anatomy")
    content: dict[str, Any] = {
        "format": FORMAT,
        "name": subject.name,
        "standard": body.standard,
        "limb": {
            "skin_radius": body.skin_radius,
            "fat": body.fat,
            "skin": body.skin,
            "territory_density": body.territory_density,
        },
        "electrodes": {"turn": body.turn, "shift": body.shift},
        "subject": {"seed": subject.seed, **{name: getattr(subject, name) for name in OWN}},
        "emg": {name: getattr(subject, name) for name in NOISE} | _plain(subject.emg),
    }
    if subject.fitted:
        content["fitted"] = _plain(subject.fitted)
    text = HEADER + yaml.safe_dump(content, sort_keys=False, width=120)
    text += "muscles:" + _muscle_lines(body.muscles)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def read_subject(path: Path) -> VirtualSubject:
    """Read a subject file.

    Raises:
        InvalidInput: The file is missing or not YAML, a key is missing or unknown, or a value is malformed or out of
            range; the message names the file and the key.
    """
    content = _section(read_yaml(path), str(path), TOP, ("format", "standard", "limb", "subject"))
    if content["format"] != FORMAT:
        raise InvalidInput(f"{path}: format", content["format"], f"{FORMAT}, the format of this version")
    name = content.get("name", path.stem)
    if not isinstance(name, str) or not name:
        raise InvalidInput(f"{path}: name", name, "a text")
    standard = load_anatomy(config_file(_text(content["standard"], f"{path}: standard"), folder="anatomy"))
    own = _section(content["subject"], f"{path}: subject", ("seed", *OWN), ("seed", *OWN))
    emg = dict(require_mapping(content.get("emg", {}), f"{path}: emg"))
    noise = {key: require_number(emg.pop(key, getattr(EmgParameters, key)), f"{path}: emg: {key}") for key in NOISE}
    numbers = {
        key: _within(own[key], f"{path}: subject: {key}", *RANGES.get(key, (-math.inf, math.inf))) for key in OWN
    }
    fitted = require_mapping(content.get("fitted", {}), f"{path}: fitted")
    try:
        body = _body(content, str(path), standard_body(content["standard"], standard))
        anatomy = body.anatomy(standard, numbers["strength"])
        subject = VirtualSubject(
            name=name,
            seed=_seed(own["seed"], f"{path}: subject: seed"),
            anatomy=anatomy,
            **numbers,
            **noise,
            body=body,
            emg={key: tuple(value) if isinstance(value, list) else value for key, value in emg.items()},
            fitted=dict(fitted),
        )
        subject.emg_parameters(EmgParameters())
    except InvalidInput as error:
        field = error.field if error.field.startswith(str(path)) else f"{path}: {error.field}"
        raise InvalidInput(field, error.value, error.expected) from None
    return subject


def _body(content: Mapping[str, Any], path: str, default: Body) -> Body:
    limb = _section(content["limb"], f"{path}: limb", LIMB, ("fat", "skin"))
    if ("skin_radius" in limb) == ("circumference" in limb):
        raise InvalidInput(f"{path}: limb", sorted(limb), "either skin_radius or circumference")
    numbers = {key: require_number(value, f"{path}: limb: {key}") for key, value in limb.items()}
    if "circumference" in numbers:
        numbers["skin_radius"] = numbers.pop("circumference") / (2 * math.pi)
    electrodes = _section(content.get("electrodes") or {}, f"{path}: electrodes", ELECTRODES)
    placed = {key: require_number(value, f"{path}: electrodes: {key}") for key, value in electrodes.items()}
    muscles = require_mapping(content.get("muscles") or {}, f"{path}: muscles")
    changes = {str(name): _change(row, f"{path}: muscles: {name}") for name, row in muscles.items()}
    return Body(default.standard, **numbers, **placed, muscles=changes)


def _change(row: Any, field: str) -> MuscleChange:
    values = {key: require_number(value, f"{field}: {key}") for key, value in _section(row, field, CHANGES).items()}
    try:
        return MuscleChange(**values)
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error.field}", error.value, error.expected) from None


def _section(content: Any, field: str, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """Return a mapping that has all needed keys and no unknown one."""
    mapping = require_mapping(content, field, needed)
    for key in mapping:
        if key not in known:
            raise InvalidInput(f"{field}: key", key, "one of " + ", ".join(known))
    return mapping


def _within(value: Any, field: str, low: float, high: float) -> float:
    number = require_number(value, field)
    if not low <= number <= high:
        raise InvalidInput(field, value, f"{low:g} to {high:g}")
    return number


def _seed(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise InvalidInput(field, value, "a whole number, 0 to 2147483647")
    return value


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInput(field, value, "a name in config/anatomy, or a path")
    return value


def _muscle_lines(muscles: Mapping[str, MuscleChange]) -> str:
    """Return one line for each muscle, with the values that differ from those of an unchanged muscle."""
    unchanged = MuscleChange()
    lines = []
    for name, change in muscles.items():
        changed = [key for key in CHANGES if getattr(change, key) != getattr(unchanged, key)]
        values = ", ".join(f"{key}: {float(getattr(change, key))!r}" for key in changed)
        lines.append(f"\n  {name}: {{{values}}}")
    return "".join(lines) + "\n" if lines else " {}\n"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
