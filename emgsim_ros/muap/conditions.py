"""The six conditions of a motor-unit action potential, as BioMime has them (Ma et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """One condition: name, unit, and the range in which generators know it.

    ``logarithmic`` conditions are normalised by their logarithm.
    """

    name: str
    unit: str
    low: float
    high: float
    logarithmic: bool = False

    def normalised(self, values: Array) -> Array:
        """Values from 0.5 (``low``) to 1 (``high``), what the networks take."""
        low, high = self.low, self.high
        if self.logarithmic:
            values, low, high = np.log(values), np.log(low), np.log(high)
        return 0.5 + 0.5 * (values - low) / (high - low)

    def at(self, normalised: Array) -> Array:
        """The values whose normalised ones are given."""
        share = 2 * normalised - 1
        if self.logarithmic:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share


# In the order of the networks' input. The first range is BioMime's, 1.098 to 6.77 in logarithms.
CONDITIONS = (
    Condition("number of fibres", "fibres", float(np.exp(1.098)), float(np.exp(6.77)), logarithmic=True),
    Condition("depth", "m", 0.007, 0.0231),
    Condition("angle", "fraction of the circumference", 0.0, 1.0),
    Condition("innervation zone", "fraction of the fibre length", 0.365, 0.636),
    Condition("conduction velocity", "m/s", 3.0, 4.5),
    Condition("fibre length", "relative", 0.85, 1.15),
)
TOLERANCE = 1e-3  # of a range: whole numbers of fibres at its ends lie a little outside


def normalise(conditions: Array) -> Array:
    """Conditions as the networks take them.

    Args:
        conditions: [num, 6] in physical units, in the order of :data:`CONDITIONS`.

    Returns:
        [num, 6], 0.5 to 1.

    Raises:
        InvalidInput: Another shape, or a value outside the range that generators know.
    """
    if conditions.ndim != 2 or conditions.shape[1] != len(CONDITIONS):
        raise InvalidInput("conditions: shape", conditions.shape, f"(num, {len(CONDITIONS)})")
    for column, condition in zip(conditions.T, CONDITIONS, strict=True):
        slack = TOLERANCE * (condition.high - condition.low)
        outside = ~((column >= condition.low - slack) & (column <= condition.high + slack))  # NaN is outside, too
        if outside.any():
            expected = f"{condition.low:g} to {condition.high:g} {condition.unit}"
            raise InvalidInput(f"conditions: {condition.name}", float(column[outside][0]), expected)
    return np.stack([c.normalised(column) for column, c in zip(conditions.T, CONDITIONS, strict=True)], axis=1)
