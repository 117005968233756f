"""Extension of griffe that turns names in backticks, in docstrings, into links to their reference.

A name is looked up in the scope of its docstring. It stays plain code if it is not part of this package or has no entry
in the reference.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

NAME = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)(?:\(\))?`(?!`)")


class NamesToLinks(griffe.Extension):
    """Replaces names in backticks by references that are resolved when the site is built."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Go through all docstrings of the package."""
        _link(pkg, pkg.name)


def _link(thing: griffe.Object, package: str) -> None:
    if thing.docstring:
        thing.docstring.value = "\n".join(_linked(line, thing, package) for line in thing.docstring.lines)
    for member in thing.members.values():
        if isinstance(member, griffe.Object):  # aliases are documented where they come from
            _link(member, package)


def _linked(line: str, thing: griffe.Object, package: str) -> str:
    """A line of a docstring with links; lines of code stay as they are."""
    if line.startswith("    ") or ">>>" in line:
        in_section = re.match(r" {4,}\w[\w, ]*: ", line)
        if not in_section:
            return line
    return NAME.sub(lambda found: _reference(found, thing, package), line)


def _reference(found: re.Match, thing: griffe.Object, package: str) -> str:
    first, _, rest = found[1].partition(".")
    try:
        path = thing.resolve(first)
    except griffe.NameResolutionError:
        return found[0]
    if not path.startswith(f"{package}."):
        return found[0]
    path = f"{path}.{rest}" if rest else path
    return f'<autoref optional identifier="{path}"><code>{found[0].strip("`")}</code></autoref>'
