"""Functions on arrays in machine code.

The functions are plain numpy and run without numba too: numba is imported, and the functions are compiled, only where
many steps are computed at once, because both would delay the start of a live graph. Compiled functions are kept in
numba's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


@cache
def _known_to_numba(function: Callable) -> None:
    """Let compiled code call ``function``, which itself remains as it is."""
    from numba.extending import register_jitable

    register_jitable(function)


def compiled(function: Callable[Given, Result], *called: Callable) -> Callable[Given, Result]:
    """Return ``function`` in machine code.

    Args:
        function: A function on arrays and numbers.
        called: The functions of this package that it calls.
    """
    for one in called:
        _known_to_numba(one)
    return _compiled(function)


@cache
def _compiled(function: Callable) -> Callable:
    from numba import njit

    fast: Callable = njit(cache=True)(function)
    return fast
