"""Regularised least squares within bounds, for many similar problems one after the other.

Each problem has the unique x that minimises ``|matrix x - needed|^2 + |x - preferred|^2`` within its bounds. The method
is block principal pivoting (Kim & Park 2011, SIAM J. Sci. Comput. 33, 3261-3281), here for lower and upper bounds: with
a guess of the variables that are at a bound, the others follow from one linear system; all variables that violate their
conditions then change sides, and only the last of them if their number has not decreased for some rounds. With fewer
equations than variables, the system is that of the equations: a free variable is x = preferred + matrix' r, where the
residual r solves (1 + matrix matrix') r = needed - matrix x; the matrix on the left has the free columns only, and the
free x on the right are the preferred ones.

The sides of one problem are the first guess of the next. The result depends on the final sides only and not on the way
to them, so it does not depend on the problems before. The function is plain numpy, which numba can compile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sides = NDArray[np.int64]

ROUNDS = 100
PATIENCE = 3  # rounds without fewer violations, before variables change sides one by one
SLACK = 1e-9  # tolerance of the gradient at a bound


def box_least_squares(
    matrices: Array, needed: Array, preferred: Array, lowest: Array, highest: Array, side: Sides
) -> tuple[Array, NDArray[np.bool_], Sides]:
    """Solve the problems one after the other.

    Args:
        matrices: [problems, rows, columns].
        needed: [problems, rows].
        preferred, lowest, highest: [problems, columns]; no lower bound exceeds the upper one.
        side: [columns] first guess: -1 at the lower bound, 1 at the upper bound, 0 between them.

    Returns:
        [problems, columns] solutions, [problems] whether a problem was solved within `ROUNDS` rounds, and the sides of
        the last problem.
    """
    count, rows, columns = matrices.shape
    found, solved, unit = np.empty((count, columns)), np.zeros(count, dtype=np.bool_), np.eye(rows)
    for number in range(count):
        matrix, wish, low, high = matrices[number], preferred[number], lowest[number], highest[number]
        fewest, patience = columns + 1, PATIENCE
        for _ in range(ROUNDS):
            free = side == 0
            start = np.where(free, wish, np.where(side < 0, low, high))
            movable = matrix * free
            left = np.linalg.solve(movable @ movable.T + unit, needed[number] - matrix @ start)
            drawn = wish + left @ matrix  # where the residual draws a variable, whether it is at a bound or not
            better = (drawn > high - SLACK * (side > 0)) * 1 - (drawn < low + SLACK * (side < 0))
            better = better * (better * side >= 0)  # from one bound to the other only by way of the range between them
            wrong = better != side
            amount = wrong.sum()
            if amount == 0:
                found[number], solved[number] = np.where(free, drawn, start), True
                break
            if amount < fewest:
                fewest, patience = amount, PATIENCE
            elif patience > 0:
                patience -= 1
            else:
                wrong[: np.nonzero(wrong)[0][-1]] = False
            side = np.where(wrong, better, side)
    return found, solved, side
