"""The soft stops that forward dynamics adds at the ends of the joint ranges; the same for every engine."""

from __future__ import annotations

STIFFNESS = 0.15  # N m per degree beyond the joint range
DAMPING = 0.0015  # N m s per degree, beyond the range only
TRANSITION = 5.0  # degrees over which the stiffness sets in


def stop_of(coordinate: str) -> str:
    """Return the name of the soft stop of a coordinate; a model that contains a force of this name needs no other."""
    return f"{coordinate}_stop"
