"""Properties of motoneuron pools that differ between muscles: recruitment range and firing rates.

The defaults stand for a limb muscle. Range of thresholds and the linear increase of the rates with the excitation are
the form of Fuglevand, Winter & Patla (1993). Upper limit of recruitment: between the first dorsal interosseous (0.67,
De Luca & Hostage 2010) and the tibialis anterior (0.90, Caillet et al. 2023). The rates at recruitment and their slope
follow 139 units of a tibialis anterior in contractions at 30 and 50 % of the maximum (recordings published with
Caillet et al. 2023: 9.6 to 14 Hz in the first intervals; 18 Hz at 30 % in units recruited below 6 %, 26 Hz at 50 % in
units recruited at 20 %). The peak rates give 33 Hz on average in a maximal contraction, where 31 +- 10 Hz (biceps
brachii) and 30 +- 9 Hz (adductor pollicis) were recorded (Bellemare et al. 1983).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..errors import InvalidInput
from ..files.yaml_files import require_mapping, require_number

Pair = tuple[float, float]  # values of the first and of the last recruited unit


@dataclass(frozen=True)
class PoolProperties:
    """Recruitment and rate coding of one muscle's motor units.

    A pair holds the values of the first and the last recruited unit; between them a value is linear in the threshold.

    Attributes:
        recruitment_range: Ratio of the last unit's recruitment threshold to the first's, above 1.
        last_recruited: Excitation at which the last unit is recruited, above 0 to 1.
        recruitment_rate: Firing rates at recruitment, Hz.
        peak_rate: Highest firing rates, Hz.
        rate_slope: Increase of the firing rates with the excitation, Hz.

    Raises:
        InvalidInput: A value is out of its range, or a peak rate is below the rate at recruitment.
    """

    recruitment_range: float = 50.0
    last_recruited: float = 0.75
    recruitment_rate: Pair = (10.0, 12.0)
    peak_rate: Pair = (35.0, 25.0)
    rate_slope: Pair = (30.0, 50.0)

    def __post_init__(self) -> None:
        if not _within(self.recruitment_range, 1.0, 1e4):
            raise InvalidInput("recruitment_range", self.recruitment_range, "above 1, below 10000")
        if not _within(self.last_recruited, 0.0, 1.0 + 1e-12):
            raise InvalidInput("last_recruited", self.last_recruited, "above 0 to 1")
        for name in ("recruitment_rate", "peak_rate", "rate_slope"):
            pair = getattr(self, name)
            if not (isinstance(pair, tuple) and len(pair) == 2 and all(_within(value, 0.0, 1e3) for value in pair)):
                raise InvalidInput(name, pair, "two numbers above 0 Hz, below 1000 Hz: of the first and the last unit")
        if any(peak < start for peak, start in zip(self.peak_rate, self.recruitment_rate, strict=True)):
            raise InvalidInput("peak_rate", self.peak_rate, f"at least recruitment_rate, {self.recruitment_rate}")


def _within(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low < value < high


@dataclass(frozen=True)
class PoolTable:
    """Properties of the pools of a limb.

    Attributes:
        default: Properties of a muscle that is not among ``muscles``.
        muscles: Properties by name of the muscle.
        groups: Synergists by name of the group: muscles that share a part of their common drive.
        shared: Share of the variance of the common drive that the muscles of a group have in common, 0 to 1.

    Raises:
        InvalidInput: ``shared`` is out of its range, or a muscle belongs to two groups.
    """

    default: PoolProperties = PoolProperties()
    muscles: Mapping[str, PoolProperties] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shared: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 <= self.shared <= 1.0:
            raise InvalidInput("shared", self.shared, "0 to 1")
        named = [muscle for group in self.groups.values() for muscle in group]
        for muscle in named:
            if named.count(muscle) > 1:
                raise InvalidInput("groups", muscle, "every muscle in one group at most")

    def of(self, muscles: Sequence[str]) -> dict[str, PoolProperties]:
        """Return the properties of each of ``muscles``."""
        return {name: self.muscles.get(name, self.default) for name in muscles}

    def group(self, muscle: str) -> str | None:
        """Return the name of the group of a muscle, or None if it has none."""
        return next((name for name, members in self.groups.items() if muscle in members), None)


def read_pool_table(content: Any, muscles: Sequence[str], where: str) -> PoolTable:
    """Return the table of the section ``pools`` of an anatomy.

    Args:
        content: The section: ``default``, ``muscles``, ``groups`` and ``shared``, all of them optional.
        muscles: Names of the muscles of the anatomy.
        where: File and section, for messages.

    Raises:
        InvalidInput: An unknown key or muscle, or a malformed value.
    """
    section = require_mapping(content, where)
    _check_names("key", section, ("default", "muscles", "groups", "shared"), where)
    default = _read_properties(section.get("default", {}), PoolProperties(), f"{where}: default")
    own = require_mapping(section.get("muscles", {}), f"{where}: muscles")
    _check_names("muscle", own, muscles, f"{where}: muscles")
    groups = require_mapping(section.get("groups", {}), f"{where}: groups")
    for name, members in groups.items():
        if not isinstance(members, list):
            raise InvalidInput(f"{where}: groups: {name}", members, "a list of muscles")
        _check_names("muscle", members, muscles, f"{where}: groups: {name}")
    try:
        return PoolTable(
            default=default,
            muscles={name: _read_properties(row, default, f"{where}: {name}") for name, row in own.items()},
            groups={name: tuple(members) for name, members in groups.items()},
            shared=require_number(section.get("shared", PoolTable.shared), "shared"),
        )
    except InvalidInput as error:
        field_name = error.field if error.field.startswith(where) else f"{where}: {error.field}"
        raise InvalidInput(field_name, error.value, error.expected) from None


def _read_properties(content: Any, base: PoolProperties, where: str) -> PoolProperties:
    """Return ``base`` with the values of ``content``."""
    section = require_mapping(content, where)
    _check_names("key", section, [item.name for item in fields(PoolProperties)], where)
    values: dict[str, Any] = {name: _numbers(value, f"{where}: {name}") for name, value in section.items()}
    try:
        return replace(base, **values)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error.field}", error.value, error.expected) from None


def _numbers(value: Any, where: str) -> float | tuple[float, ...]:
    if isinstance(value, list):
        return tuple(require_number(item, where) for item in value)
    return require_number(value, where)


def _check_names(kind: str, names: Iterable[Any], known: Sequence[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise InvalidInput(f"{where}: {kind}", name, "one of " + ", ".join(known))
