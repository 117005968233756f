"""The quantities of a person that are fitted, with their distribution among people.

A quantity is expressed as its deviation from the standard anatomy in standard deviations among people (z). Fitting
penalises large deviations, so a quantity about which the recording says nothing keeps its usual value.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..muap import ForearmAnatomy
from ..muap.network.generator import INPUT_HIGH, INPUT_LOW
from ..parameters import EmgParameters
from ..subjects.body import MuscleChange
from ..subjects.subject import ELECTRODE_SHIFT, ELECTRODE_TURN, PLACE_SPREAD, VirtualSubject, with_body

Array = NDArray[np.float64]

UNIFORM = 1 / np.sqrt(3)  # standard deviation of a uniform distribution over -1 to 1
LARGEST = 3.0  # standard deviations
ANY_TURN = (0.5 * UNIFORM, 0.5)  # spread and limit of a rotation of which nothing is known
WHITE, FLOOR = "white", "amplifier"  # noise parts: all noise white, and the white floor of the amplifier
ALONE = "conductor"  # the potential model without limits of the limb
# Widest limbs that the volume conductor is used for: lower and upper limit of skin radius and fat, m.
WIDEST = {"skin_radius": (0.02, 0.12), "fat": (0.0005, 0.03)}


@dataclass(frozen=True)
class Quantity:
    """One fitted quantity.

    Attributes:
        name: Its name.
        unit: Unit in tables; empty for factors.
        usual: Its value in the standard subject.
        spread: Standard deviation among people; of the logarithm if ``logarithmic``.
        low, high: Limits.
        logarithmic: Whether the logarithm is distributed normally.
    """

    name: str
    unit: str
    usual: float
    spread: float
    low: float
    high: float
    logarithmic: bool = False

    def value(self, z: float) -> float:
        """Return the value at a deviation of ``z`` standard deviations, within the limits."""
        raw = self.usual * np.exp(z * self.spread) if self.logarithmic else self.usual + z * self.spread
        return float(np.clip(raw, self.low, self.high))

    def deviation(self, value: float) -> float:
        """Return the deviation of a value from the usual one in standard deviations."""
        if self.logarithmic:
            return float(np.log(value / self.usual) / self.spread)
        return (value - self.usual) / self.spread

    def bounds(self) -> tuple[float, float]:
        """Return the least and the greatest deviation within the limits."""
        ends = [self.deviation(max(self.low, 1e-9) if self.logarithmic else self.low), self.deviation(self.high)]
        return max(ends[0], -LARGEST), min(ends[1], LARGEST)


@dataclass(frozen=True)
class MuscleGroup:
    """Muscles whose place and size are changed together because the calibration does not tell them apart.

    Attributes:
        name: Name in tables.
        muscles: Their names.
    """

    name: str
    muscles: tuple[str, ...]


class FittedQuantities:
    """The quantities of one fit: numbers of the limb and the electrodes, of muscle groups, and efforts.

    Args:
        standard: The subject without changes.
        anatomy: Its standard anatomy.
        groups: Groups of muscles.
        efforts: Names of the contractions whose effort is the person's choice.
        generator: The potential model; the trained network limits the limb to those that it was trained on.
        skin_radius: Measured radius of the limb, m; 0: it is fitted.
        noise: Noise parts of the recording. Beside that of the electrodes, whose density falls with the frequency, a
            white floor is fitted, unless all noise is white.
        any_turn: Whether the electrodes may be rotated by any angle; otherwise they are where the situation says, as
            precisely as people place them.
    """

    def __init__(
        self,
        standard: VirtualSubject,
        anatomy: ForearmAnatomy,
        groups: Sequence[MuscleGroup],
        efforts: Sequence[str] = (),
        generator: str = "network",
        skin_radius: float = 0.0,
        noise: Sequence[str] = EmgParameters.noise,
        any_turn: bool = False,
    ) -> None:
        if standard.body is None:
            raise InvalidInput("subject: body", None, "the changes of a standard anatomy")
        self._standard, self._anatomy, self._body = standard, anatomy, standard.body
        self.groups, self.efforts = tuple(groups), tuple(efforts)
        self._radius = skin_radius or self._body.skin_radius
        limits = _limb_limits(generator)
        if skin_radius and not limits["skin_radius"][0] <= skin_radius <= limits["skin_radius"][1]:
            low, high = limits["skin_radius"]
            expected = f"{low:g} to {high:g} m with the generator {generator} (or generator: {ALONE})"
            raise InvalidInput("skin radius", skin_radius, expected)
        chosen = [Quantity("fat", "m", self._body.fat, 0.45, *limits["fat"], logarithmic=True)]
        self.any_turn, turn = any_turn, ANY_TURN if any_turn else (ELECTRODE_TURN * UNIFORM, 0.12)
        if not skin_radius:
            radius = Quantity("skin radius", "m", self._body.skin_radius, 0.0029, *limits["skin_radius"])
            chosen.append(radius)
        chosen += [
            Quantity("turn", "of circumference", 0.0, turn[0], -turn[1], turn[1]),
            Quantity("shift", "m", 0.0, ELECTRODE_SHIFT * UNIFORM, -0.03, 0.03),
            Quantity("strength", "", 1.0, 0.2, 0.3, 3.0, logarithmic=True),
            Quantity("territory density", "", 1.0, 0.2, 0.45, 3.5, logarithmic=True),
            Quantity("noise", "mV", max(standard.noise_rms, 1e-4), 0.5, 1e-4, 0.5, logarithmic=True),
        ]
        self._noise = tuple(noise)
        if WHITE not in noise:
            usual = EmgParameters.amplifier_rms
            chosen.append(Quantity("white noise", "mV", usual, 0.7, 1e-5, 0.5, logarithmic=True))
            self._noise = tuple(dict.fromkeys((*noise, FLOOR)))
        self.whole = len(chosen)
        for group in self.groups:
            chosen += [
                Quantity(f"{group.name}: around", "of circumference", 0.0, PLACE_SPREAD[0], -0.05, 0.05),
                Quantity(f"{group.name}: along", "m", 0.0, PLACE_SPREAD[1], -0.02, 0.02),
                Quantity(f"{group.name}: depth", "m", 0.0, 0.001, -0.004, 0.004),
                Quantity(f"{group.name}: area", "", 1.0, 0.15, 0.5, 2.0, logarithmic=True),
            ]
        chosen += [Quantity(f"effort: {name}", "", 1.0, 0.4, 0.1, 5.0, logarithmic=True) for name in self.efforts]
        self.quantities = tuple(chosen)

    def __len__(self) -> int:
        return len(self.quantities)

    def values(self, vector: Array) -> dict[str, float]:
        """Return the values at a vector of deviations, by name."""
        return {one.name: one.value(float(z)) for one, z in zip(self.quantities, vector, strict=True)}

    def bounds(self) -> tuple[Array, Array]:
        """Return the least and the greatest deviations."""
        low, high = np.array([one.bounds() for one in self.quantities]).T
        return low, high

    def subject(self, vector: Array) -> VirtualSubject:
        """Return the subject at a vector of deviations.

        Raises:
            InvalidInput: The limb has no room for its muscles.
        """
        values = self.values(vector)
        changes = {
            muscle: MuscleChange(
                around=values[f"{group.name}: around"],
                along=values[f"{group.name}: along"],
                depth=values[f"{group.name}: depth"],
                area=values[f"{group.name}: area"],
            )
            for group in self.groups
            for muscle in group.muscles
        }
        body = dataclasses.replace(
            self._body,
            skin_radius=values.get("skin radius", self._radius),
            fat=values["fat"],
            turn=values["turn"],
            shift=values["shift"],
            territory_density=values["territory density"],
            muscles=changes,
        )
        emg = dict(self._standard.emg)
        if "white noise" in values:
            emg |= {"noise": self._noise, "amplifier_rms": values["white noise"]}
        subject = dataclasses.replace(self._standard, strength=values["strength"], noise_rms=values["noise"], emg=emg)
        return with_body(subject, body, self._anatomy)

    def turned(self, turn: float) -> Array:
        """Return the deviations of the standard subject with rotated electrodes (fraction of the circumference)."""
        return np.array([one.deviation(turn) if one.name == "turn" else 0.0 for one in self.quantities])

    def effort(self, vector: Array) -> dict[str, float]:
        """Return the fitted efforts by the name of the contraction."""
        values = self.values(vector)
        return {name: values[f"effort: {name}"] for name in self.efforts}


def _limb_limits(generator: str) -> Mapping[str, tuple[float, float]]:
    if generator == "network":
        return {"skin_radius": (INPUT_LOW[0], INPUT_HIGH[0]), "fat": (INPUT_LOW[2], INPUT_HIGH[2])}
    return WIDEST
