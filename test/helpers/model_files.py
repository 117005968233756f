"""Comparison of OpenSim model files: structure exactly, numbers to a tolerance.

A model is rebuilt on many kinds of CPU. BLAS, numpy and the C library round the last digits of a number differently on
each of them, so a rebuilt file is not equal to the committed one byte by byte, and it need not be.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

RELATIVE = 1e-6
FLOOR = 1e-12  # in the unit of the number (m, rad, kg, N ...): below it two numbers are both zero
SHOWN = 10


def assert_same_model(made: Path, wanted: Path) -> None:
    """Compare two model files and raise an assertion that lists the places where they differ.

    Tags, attributes, the order of elements and every text that is not a number must be equal. Numbers may differ by
    1e-6 of the larger one or by 1e-12, whichever is more. Comments and indentation are ignored.

    Raises:
        AssertionError: The models differ; the message names the first ten places with both values.
    """
    found = list(differences(made, wanted))
    shown = "\n".join(found[:SHOWN])
    more = f"\n... and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    assert not found, f"{made.name} differs from {wanted} in {len(found)} places:\n{shown}{more}"


def differences(made: Path, wanted: Path) -> Iterator[str]:
    """One line for each place where two model files differ: path within the tree, then both values."""
    ours, theirs = (ElementTree.parse(path).getroot() for path in (made, wanted))
    yield from _of_elements(ours, theirs, "")


def _of_elements(ours: ElementTree.Element, theirs: ElementTree.Element, above: str) -> Iterator[str]:
    place = f"{above}/{_label(theirs)}"
    if ours.tag != theirs.tag:
        yield f"{place}: the element is <{ours.tag}>, expected <{theirs.tag}>"
        return
    if ours.attrib != theirs.attrib:
        yield f"{place}: attributes {ours.attrib}, expected {theirs.attrib}"
    yield from _of_texts(ours.text, theirs.text, place)
    if len(ours) != len(theirs):
        yield f"{place}: {len(ours)} elements within, expected {len(theirs)}"
        return
    for one, other in zip(ours, theirs, strict=True):
        yield from _of_elements(one, other, place)


def _label(element: ElementTree.Element) -> str:
    return f"{element.tag}[{element.attrib['name']}]" if "name" in element.attrib else element.tag


def _of_texts(ours: str | None, theirs: str | None, place: str) -> Iterator[str]:
    mine, wanted = (ours or "").split(), (theirs or "").split()
    if len(mine) != len(wanted):
        yield f"{place}: {' '.join(mine)!r}, expected {' '.join(wanted)!r}"
        return
    for one, other in zip(mine, wanted, strict=True):
        if one != other and not _close(one, other):
            yield f"{place}: {one}, expected {other}"


def _close(one: str, other: str) -> bool:
    """Whether two words are numbers that differ by no more than the tolerance."""
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return abs(a - b) <= max(RELATIVE * max(abs(a), abs(b)), FLOOR)  # false for nan and for infinity
