"""Folders and files that belong to one plan: interrupted work is only continued under the plan it began with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInput


def claim_folder(
    folder: Path, plan: Mapping[str, Any], name: str = "plan.json", may_differ: Sequence[str] = ()
) -> None:
    """Write a plan into a new folder, or check that the folder already belongs to this plan.

    Args:
        folder: The folder; it is made if it does not exist.
        plan: The plan as a mapping of values that JSON can hold.
        name: File in the folder that holds the plan.
        may_differ: Fields of the plan that may change when the work is continued; they are stored as null.

    Raises:
        InvalidInput: The folder belongs to another plan, or its plan cannot be read.
    """
    path = folder / name
    if path.exists():
        require_same_plan(path.read_text(), plan, str(path), may_differ)
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(plan_text({**plan, **dict.fromkeys(may_differ)}))


def plan_text(plan: Mapping[str, Any]) -> str:
    """Return a plan as JSON text, with sorted names."""
    return json.dumps(plan, indent=2, sort_keys=True)


def require_same_plan(
    stored: str | Mapping[str, Any], plan: Mapping[str, Any], where: str, may_differ: Sequence[str] = ()
) -> None:
    """Check that work was begun under the same plan.

    Args:
        stored: The plan that the work was begun under: JSON text or a mapping.
        plan: The plan that it is to be continued under.
        where: File or folder that holds the stored plan, for messages.
        may_differ: Fields that are not compared.

    Raises:
        InvalidInput: The plans differ, or the stored text is not a plan. The message names the fields that differ.
    """
    before, now = _read(stored, where), _read(plan_text(plan), where)
    changed = [name for name in sorted({*before, *now} - {*may_differ}) if before.get(name) != now.get(name)]
    if changed:
        found, expected = ({name: one.get(name) for name in changed} for one in (before, now))
        free = f"; {', '.join(may_differ)} may differ" if may_differ else ""
        raise InvalidInput(f"{where}: plan", found, f"{expected}, the plan with which it is to be continued{free}")


def _read(stored: str | Mapping[str, Any], where: str) -> dict[str, Any]:
    """A plan as JSON has it: tuples become lists, so that plans from memory and from files can be compared."""
    try:
        content = json.loads(stored if isinstance(stored, str) else json.dumps(stored))
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{where}: plan", stored, f"JSON ({error})") from None
    if not isinstance(content, dict):
        raise InvalidInput(f"{where}: plan", content, "a JSON mapping")
    return content
