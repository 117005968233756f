"""Named random generators: every random draw of a scenario derives from the scenario's seed."""

from __future__ import annotations

import zlib

import numpy as np


def seed_sequence(seed: int, *names: str | int) -> np.random.SeedSequence:
    """Return the seed sequence of the draw called ``names`` in the scenario with this ``seed``.

    The same seed and names give the same draws in every process, independently of all other draws.

    Args:
        seed: Scenario seed, 0 or more.
        names: Path of the draw, such as ``("motor_units", "FCR", 3)``.
    """
    key = tuple(name if isinstance(name, int) else zlib.crc32(name.encode()) for name in names)
    return np.random.SeedSequence(seed, spawn_key=key)


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """Return a generator for the draw called ``names``; arguments as for `seed_sequence`."""
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *names)))
