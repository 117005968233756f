"""A classifier that separates recorded from virtual people that it has not seen before.

Two recorded people differ so much that windows of 250 ms tell them apart (`discriminator`). So do a person and a
simulation, however good the simulation is. A classifier that is trained on several recorded and several virtual people
and tested on other people can only use what all recorded people have in common and the virtual ones lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..seeds import generator
from .discriminator import WINDOW, decision_values, measures, require_sklearn
from .preparation import Prepared
from .recording import Recording

Array = NDArray[np.float64]

FEWEST_PEOPLE = 4  # of each kind: two that train and two that test
DIVISIONS = 40  # of the people into those that train and those that test
INTERVAL = (2.5, 97.5)  # percentiles of the divisions


@dataclass(frozen=True)
class PeopleSeparation:
    """How well one group of measures separates the windows of new recorded people from those of new virtual people.

    Attributes:
        auc: Area under the ROC curve of the windows of the people that did not train, median over divisions.
        low, high: 95 % range over divisions of the people.
        chance: AUC between two halves of the recorded people, median over divisions: what the classifier finds where
            there is nothing to find. It scatters about 0.5.
        chance_low, chance_high: 95 % range of ``chance``.
    """

    auc: float
    low: float
    high: float
    chance: float
    chance_low: float
    chance_high: float


def separate_people(
    recorded: Sequence[Sequence[Recording]], virtual: Sequence[Sequence[Recording]], seed: int = 0
) -> dict[str, PeopleSeparation]:
    """Train and test classifiers on different people.

    Args:
        recorded: Segments of each recorded person.
        virtual: Segments of each virtual person, with the same channels.
        seed: Of the divisions.

    Returns:
        The result with ``all`` measures, and with each group of measures alone.

    Raises:
        InvalidInput: There are too few people, or the windows of two people have different measures.
        MissingExtra: scikit-learn is not installed.
    """
    require_sklearn()
    for kind, people in (("recorded", recorded), ("virtual", virtual)):
        if len(people) < FEWEST_PEOPLE:
            raise InvalidInput(f"{kind} people", len(people), f"at least {FEWEST_PEOPLE}")
    tables = [[_windows(person) for person in people] for people in (recorded, virtual)]
    names = tables[0][0][0]
    for found, _ in (one for kind in tables for one in kind):
        if found != names:
            raise InvalidInput("people: measures of the windows", found, f"those of the first person, {names}")
    real, made = ([values for _, values in kind] for kind in tables)
    groups = ["all", *dict.fromkeys(name.partition(":")[0] for name in names)]
    return {group: _separation(real, made, _columns(names, group), seed) for group in groups}


def _columns(names: Sequence[str], group: str) -> list[int]:
    return [number for number, name in enumerate(names) if group in ("all", name.partition(":")[0])]


def _windows(person: Sequence[Recording]) -> tuple[list[str], Array]:
    """Return the names of the measures and the [windows, measures] values of all segments of a person."""
    names: list[str] = []
    values = []
    for segment in person:
        prepared = Prepared(segment)
        names, found = measures(prepared.windows(WINDOW), prepared)
        values.append(found)
    return names, np.concatenate(values)


def _separation(real: list[Array], made: list[Array], columns: list[int], seed: int) -> PeopleSeparation:
    rng = generator(seed, "validation", "people")
    found, chance = [], []
    for _ in range(DIVISIONS):
        (train_real, test_real), (train_made, test_made) = _divided(real, rng), _divided(made, rng)
        found.append(_auc(train_real, train_made, test_real, test_made, columns))
        (a, b), (c, d) = (_divided(half, rng) for half in _divided(real, rng))
        chance.append(_auc(a, c, b, d, columns))
    (auc, low, high), (chance_auc, chance_low, chance_high) = (
        (float(value) for value in np.percentile(values, (50.0, *INTERVAL))) for values in (found, chance)
    )
    return PeopleSeparation(auc, low, high, chance_auc, chance_low, chance_high)


def _divided(people: list[Array], rng: np.random.Generator) -> tuple[list[Array], list[Array]]:
    """Divide people at random into two halves."""
    order = rng.permutation(len(people))
    return [people[i] for i in order[: len(people) // 2]], [people[i] for i in order[len(people) // 2 :]]


def _auc(
    train_a: list[Array], train_b: list[Array], test_a: list[Array], test_b: list[Array], columns: list[int]
) -> float:
    from sklearn.metrics import roc_auc_score

    train, test = (np.concatenate([*a, *b])[:, columns] for a, b in ((train_a, train_b), (test_a, test_b)))
    train_label, test_label = (
        np.repeat([0, 1], [sum(map(len, a)), sum(map(len, b))]) for a, b in ((train_a, train_b), (test_a, test_b))
    )
    return float(roc_auc_score(test_label, decision_values(train, train_label, test)[0]))
