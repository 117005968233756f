"""Parts by kind and name, loaded when they are first used.

A part is known by its kind (such as ``pool``), its name (such as ``fuglevand``) and its target
(``"module:attribute"``). Parts come from three places: this package (`builtin`), the entry points of installed
packages, and the running program (`add_part`). An entry point belongs to the group ``emgsim_ros.parts``, and its name
is the kind and the name of the part, separated by a dot:

    [project.entry-points."emgsim_ros.parts"]
    "pool.poisson" = "emg_poisson.pool:PoissonTrains"

Nothing is imported before `load_part` asks for it, so listing the names costs some milliseconds.
"""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from ..errors import EmgsimError, InvalidInput, PartError, UnknownPart
from .builtin import BUILTIN
from .contracts import KINDS
from .options import options_for

GROUP = "emgsim_ros.parts"
OWN = "emgsim_ros"


@dataclass(frozen=True)
class Part:
    """A registered part.

    Attributes:
        kind: One of `KINDS`.
        name: Its name among the parts of this kind.
        target: Where it is: ``"module:attribute"``, or the object itself if the running program added it.
        origin: The package that it comes from, with its version.
    """

    kind: str
    name: str
    target: Any
    origin: str

    def load(self) -> Any:
        """Import the part, if necessary, and return it.

        Raises:
            PartError: The module or the attribute does not exist, or the import fails.
        """
        if not isinstance(self.target, str):
            return self.target
        module, _, attribute = self.target.partition(":")
        try:
            found: Any = importlib.import_module(module)
            for name in attribute.split("."):
                found = getattr(found, name)
        except EmgsimError:
            raise
        except (ImportError, AttributeError) as error:
            raise PartError(f"{self.kind} {self.name!r} of {self.origin} ({self.target})", str(error)) from error
        return found


_added: dict[tuple[str, str], Part] = {}


def add_part(kind: str, name: str, target: Any) -> None:
    """Register a part for the running program.

    The nodes of a graph are processes of their own and do not see it; a part that the graph uses belongs into an
    installed package with an entry point.

    Args:
        kind: One of `KINDS`.
        name: Name of the part; an installed part of the same name is replaced.
        target: The part itself, or ``"module:attribute"``.

    Raises:
        InvalidInput: Unknown kind.
    """
    _check_kind(kind)
    _added[kind, name] = Part(kind, name, target, "this program")


def part_names(kind: str) -> tuple[str, ...]:
    """Names of all parts of a kind: those of this package first, in their order, then the others.

    Raises:
        InvalidInput: Unknown kind.
    """
    _check_kind(kind)
    known = dict.fromkeys(BUILTIN[kind])
    known |= dict.fromkeys(name for one, name in (*_installed(), *_added) if one == kind)
    return tuple(known)


def find_part(kind: str, name: str, field: str = "") -> Part:
    """The part of this kind and name.

    Args:
        kind: One of `KINDS`.
        name: Name of the part.
        field: Parameter in which the name was given, for the message.

    Raises:
        UnknownPart: There is no such part; the message lists those that there are.
    """
    if (kind, name) in _added:
        return _added[kind, name]
    if name in BUILTIN.get(kind, {}):
        return Part(kind, name, BUILTIN[kind][name], OWN)
    if (kind, name) in _installed():
        return _installed()[kind, name]
    raise UnknownPart(kind, name, part_names(kind), field)


def load_part(kind: str, name: str, field: str = "") -> Any:
    """Import and return the part of this kind and name; arguments and errors as for `find_part` and `Part.load`."""
    return find_part(kind, name, field).load()


def build_part(kind: str, name: str, *arguments: Any, options: Mapping[str, Any] | Sequence[str] = ()) -> Any:
    """Call the part of this kind and name with the arguments of its kind and its own options.

    Args:
        kind: One of `KINDS`.
        name: Name of the part.
        arguments: The arguments that every part of this kind takes.
        options: The part's own options by name, or the entries of a parameter file; see `options_for`.

    Raises:
        UnknownPart: There is no such part.
        InvalidInput: An option that the part does not have, or a value that it rejects.
    """
    factory = load_part(kind, name)
    own = options if isinstance(options, Mapping) else options_for(kind, options, name)
    _check_options(kind, name, factory, len(arguments), own)
    return factory(*arguments, **own)


def _check_options(kind: str, name: str, factory: Any, given: int, options: Mapping[str, Any]) -> None:
    if not options:
        return
    every = list(inspect.signature(factory).parameters.values())
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in every):
        return
    accepted = [one.name for one in every[given:]]
    for option in options:
        if option not in accepted:
            expected = "one of " + ", ".join(accepted) if accepted else "none: it has no options"
            raise InvalidInput(f"option of the {kind} {name!r}", option, expected)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise InvalidInput("kind of part", kind, "one of " + ", ".join(KINDS))


@cache
def _installed() -> dict[tuple[str, str], Part]:
    """The parts of installed packages; an entry point that cannot be used is reported by a warning and left out."""
    found: dict[tuple[str, str], Part] = {}
    for entry in metadata.entry_points(group=GROUP):
        kind, _, name = entry.name.partition(".")
        owner = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an installed package"
        if kind not in KINDS or not name:
            expected = f"expected <kind>.<name> with a kind among {', '.join(KINDS)}"
            warnings.warn(f"entry point {entry.name!r} of {owner} is ignored: {expected}", stacklevel=2)
        elif name in BUILTIN[kind]:
            warnings.warn(f"{kind} {name!r} of {owner} is ignored: {OWN} has a part of that name", stacklevel=2)
        else:
            found[kind, name] = Part(kind, name, entry.value, owner)
    return found
