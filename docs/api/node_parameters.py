"""Extension of griffe that documents the parameters of the nodes.

The fields of `emgsim_ros.parameters` carry their description in a call of `parameter(default, text, unit=..., ...)`.
The reference shows it as the attributes of the class, and the default in the signature.
"""

from __future__ import annotations

import ast
from typing import Any

import griffe


class NodeParameters(griffe.Extension):
    """Describes the fields that are declared by `parameter(...)`."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Go through the parameter classes of the package."""
        folder = pkg.members.get("parameters")
        modules = folder.modules.values() if isinstance(folder, griffe.Module) else ()
        for module in modules:
            for found in module.classes.values():
                if isinstance(found, griffe.Class):
                    _describe(found)


def _describe(found: griffe.Class) -> None:
    entries = []
    for attribute in found.attributes.values():
        value = attribute.value
        if isinstance(value, griffe.ExprCall) and str(value.function) == "parameter":
            entries.append(f"    {attribute.name}: {_description(value)}")
            attribute.value = value.arguments[0]
    if entries and found.docstring:
        found.docstring.value += "\n\nAttributes:\n" + "\n".join(entries)


def _description(call: griffe.ExprCall) -> str:
    """The text of a parameter with its range, unit and choices."""
    named = {one.name: str(one.value) for one in call.arguments if isinstance(one, griffe.ExprKeyword)}
    text = ast.literal_eval(str(call.arguments[1]))
    unit = ast.literal_eval(named.get("unit", "''"))
    if "low" in named:
        text += f" Range: {named['low']} to {named['high']} {unit}".rstrip() + "."
    elif unit:
        text += f" Unit: {unit}."
    if "part" in named:
        text += f" Value: name of a part of kind `{ast.literal_eval(named['part'])}`."
    if named.get("live") == "True":
        text += " It may change while the node runs."
    return text
