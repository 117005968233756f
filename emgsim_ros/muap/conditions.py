"""The six conditions of a motor-unit action potential, as defined by BioMime (Ma et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        name: Name of the condition.
        unit: Unit of its values.
        low: Lowest value on which generators were trained.
        high: Highest value on which generators were trained.
        logarithmic: Normalise the logarithm of the values instead of the values.
    """

    name: str
    unit: str
    low: float
    high: float
    logarithmic: bool = False

    def normalised(self, values: Array) -> Array:
        """Return the values scaled to 0.5 (``low``) to 1 (``high``), the input of the networks."""
        low, high = self.low, self.high
        if self.logarithmic:
            values, low, high = np.log(values), np.log(low), np.log(high)
        return 0.5 + 0.5 * (values - low) / (high - low)

    def at(self, normalised: Array) -> Array:
        """Return the values for normalised ones; the inverse of `normalised`."""
        share = 2 * normalised - 1
        if self.logarithmic:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share


# In the order of the networks' inputs. The first range is that of BioMime, 1.098 to 6.77 in logarithms.
CONDITIONS = (
    Condition("number of fibres", "fibres", float(np.exp(1.098)), float(np.exp(6.77)), logarithmic=True),
    Condition("depth", "m", 0.007, 0.0231),
    Condition("angle", "fraction of the circumference", 0.0, 1.0),
    Condition("innervation zone", "fraction of the fibre length", 0.365, 0.636),
    Condition("conduction velocity", "m/s", 3.0, 4.5),
    Condition("fibre length", "relative", 0.85, 1.15),
)
TOLERANCE = 1e-3  # share of a range: whole numbers of fibres at its ends are slightly outside


def normalise(conditions: Array) -> Array:
    """Return normalised conditions, the input of the networks.

    Args:
        conditions: [num, 6] conditions in physical units, in the order of `CONDITIONS`.

    Returns:
        [num, 6] normalised conditions, 0.5 to 1.

    Raises:
        InvalidInput: The shape is wrong, or a value is outside the range on which generators were trained.
    """
    if conditions.ndim != 2 or conditions.shape[1] != len(CONDITIONS):
        raise InvalidInput("conditions: shape", conditions.shape, f"(num, {len(CONDITIONS)})")
    for column, condition in zip(conditions.T, CONDITIONS, strict=True):
        slack = TOLERANCE * (condition.high - condition.low)
        outside = ~((column >= condition.low - slack) & (column <= condition.high + slack))  # NaN counts as outside
        if outside.any():
            expected = f"{condition.low:g} to {condition.high:g} {condition.unit}"
            raise InvalidInput(f"conditions: {condition.name}", float(column[outside][0]), expected)
    return np.stack([c.normalised(column) for column, c in zip(conditions.T, CONDITIONS, strict=True)], axis=1)
