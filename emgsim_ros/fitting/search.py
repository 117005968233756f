"""The search for the person: CMA-ES over the numbers of the whole limb, then least squares over all quantities.

CMA-ES (Hansen & Ostermeier 2001; the library cma) finds the rotation, fat and amplitude from far away. The expected
features are smooth, so least squares with finite differences then needs far fewer evaluations for the many local ones.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from ..errors import InvalidInput, MissingExtra
from ..jobs.cores import one_thread
from ..jobs.progress import Progress, no_progress
from ..subjects.subject import VirtualSubject
from .expected_features import ExpectedEmg
from .objective import Objective
from .quantities import FittedQuantities
from .second_order import SecondOrder

Array = NDArray[np.float64]

PENALTY = 0.02  # weight of the mean squared deviation from usual people, in units of the distance
POPULATION = 12
START = 0.5  # standard deviations among people
GLOBAL_SHARE = 0.4  # of the evaluations that CMA-ES may use
TURNS = 16  # rotations that are tried first if nothing is known of the rotation
STEP = 0.05  # standard deviations, of the finite differences
TOLERANCE = 1e-4
REJECTED = 1e3  # residual of a subject that the potential model does not cover


@dataclass(frozen=True)
class FitResult:
    """The result of a fit.

    Attributes:
        vector: Deviations of the quantities, see `FittedQuantities`.
        subject: The subject.
        evaluations: Number of evaluations of the objective.
        before, after: Distance of the standard subject and of the fitted one from the fitting part.
    """

    vector: Array
    subject: VirtualSubject
    evaluations: int
    before: float
    after: float


class _LimitError(Exception):
    """The limit of time or evaluations is reached."""


class _Problem:
    def __init__(
        self,
        expected: ExpectedEmg,
        objective: Objective,
        quantities: FittedQuantities,
        limit: int,
        minutes: float,
        progress: Progress,
    ) -> None:
        self.expected, self.objective, self.quantities = expected, objective, quantities
        self.names, self.limit, self.progress = [one.name for one in expected.contractions], limit, progress
        self.ends = time.monotonic() + 60 * minutes if minutes else np.inf
        self.count, self.best, self.best_vector = 0, np.inf, np.zeros(len(quantities))
        self.low, self.high = quantities.bounds()
        self.latest: tuple[Array, Array] = (np.zeros(0), np.zeros(0))
        self._size = 1

    def statistics(self, vector: Array) -> list[SecondOrder]:
        efforts = self.quantities.effort(vector)
        return self.expected.of(self.quantities.subject(vector), [efforts.get(name, 1.0) for name in self.names])

    def residuals(self, vector: Array) -> Array:
        if self.count >= self.limit or (self.count and time.monotonic() > self.ends):
            raise _LimitError
        self.count += 1
        penalty = np.sqrt(2 * PENALTY / len(vector)) * vector
        try:
            made = self.statistics(vector)
        except InvalidInput:
            if self.best == np.inf:  # the first subject is not covered either
                raise
            return np.full(self._size, REJECTED)
        found = np.concatenate([self.objective.residuals(made), penalty])
        self._size = len(found)
        cost = 0.5 * float(np.square(found).sum())
        self.latest = vector.copy(), found
        if cost < self.best:
            self.best, self.best_vector = cost, vector.copy()
        self.progress("evaluations", self.count, self.limit, f"objective {self.best:.4f}")
        return found


@one_thread()
def fit_subject(
    expected: ExpectedEmg,
    objective: Objective,
    quantities: FittedQuantities,
    evaluations: int = 600,
    minutes: float = 0.0,
    seed: int = 1,
    progress: Progress = no_progress,
) -> FitResult:
    """Fit a subject.

    Args:
        expected: Computes the expected statistics of the contractions.
        objective: Compares them with the recorded ones.
        quantities: What is fitted.
        evaluations: Greatest number of evaluations.
        minutes: Greatest duration; 0: no limit. The result then depends on the speed of the machine.
        seed: Of CMA-ES.
        progress: Receives the number of evaluations and the lowest objective.

    Raises:
        InvalidInput: The potential model does not cover the standard subject, or fewer than 10 evaluations.
        MissingExtra: The package cma is not installed.
    """
    if evaluations < 10:
        raise InvalidInput("evaluations", evaluations, "10 or more")
    problem = _Problem(expected, objective, quantities, evaluations, minutes, progress)
    start = np.clip(np.zeros(len(quantities)), problem.low, problem.high)
    before = _distance(problem, start)
    try:
        problem.residuals(start)
        if quantities.any_turn:
            for turn in np.linspace(-0.5, 0.5, TURNS, endpoint=False):
                problem.residuals(quantities.turned(turn))
            start = problem.best_vector.copy()
        _global_search(problem, start, round(GLOBAL_SHARE * evaluations), seed)
        least_squares(
            problem.residuals,
            np.clip(problem.best_vector, problem.low + 1e-6, problem.high - 1e-6),
            bounds=(problem.low, problem.high),
            jac=lambda vector: _jacobian(problem, vector),
            xtol=TOLERANCE,
            ftol=TOLERANCE,
        )
    except _LimitError:
        pass
    return FitResult(
        problem.best_vector,
        quantities.subject(problem.best_vector),
        problem.count,
        before,
        _distance(problem, problem.best_vector),
    )


def _global_search(problem: _Problem, start: Array, evaluations: int, seed: int) -> None:
    """Search over the quantities of the whole limb and the efforts; the muscle groups keep their usual places."""
    try:
        import cma
    except ImportError:
        raise MissingExtra("emgsim fit", "cma", "emgsim-ros[learn]") from None
    quantities = problem.quantities
    chosen = np.r_[: quantities.whole, len(quantities) - len(quantities.efforts) : len(quantities)]
    options = {
        "popsize": POPULATION,
        "seed": seed,
        "verbose": -9,
        "bounds": [problem.low[chosen].tolist(), problem.high[chosen].tolist()],
        "maxfevals": evaluations,
    }
    strategy: Any = cma.CMAEvolutionStrategy(start[chosen], START, options)
    while problem.count + POPULATION <= evaluations and not strategy.stop():
        candidates = strategy.ask()
        costs = []
        for candidate in candidates:
            vector = start.copy()
            vector[chosen] = candidate
            costs.append(0.5 * float(np.square(problem.residuals(vector)).sum()))
        strategy.tell(candidates, costs)


def _jacobian(problem: _Problem, vector: Array) -> Array:
    """Return the derivative of the residuals by differences towards the inside of the limits."""
    middle = problem.latest[1] if np.array_equal(problem.latest[0], vector) else problem.residuals(vector)
    columns = []
    for number in range(len(vector)):
        step = STEP if vector[number] + STEP <= problem.high[number] else -STEP
        moved = vector.copy()
        moved[number] += step
        columns.append((problem.residuals(moved) - middle) / step)
    return np.stack(columns, axis=1)


def _distance(problem: _Problem, vector: Array) -> float:
    return problem.objective.distance(problem.statistics(vector))
