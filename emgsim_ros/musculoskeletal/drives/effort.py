"""How much effort a drive makes: the limits of the activations, and what a person adds to the moments of a movement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...errors import InvalidInput
from ...parameters import SCALED_BY_EFFORT


@dataclass(frozen=True)
class Effort:
    """The activation that a drive demands beyond the moments of the movement, and its limits.

    The default has no posture, speed or neighbours in it; `effort_of` makes the effort of a node's parameters.

    Attributes:
        co_contraction: Activation that all muscles have as far as the joint moments allow, 0 to below ``maximal``.
        maximal: Greatest activation of any muscle, up to 1.
        resistance: Share of their strength with which muscles push against tissue when their joints are at the ends of
            their ranges, 0 to 1 (`Posture.resistance`).
        tone: Activation that is added to the co-contraction of a muscle whose joints are at the ends of their ranges.
        speed_tone: Activation that is added for each rad/s of a muscle's joints, s/rad.
        enslaving: Factor of the measured coupling between neighbouring fingers (`coupling`), 0 to 1.

    Raises:
        InvalidInput: Co-contraction is not below the maximal effort, or a value is outside its range.
    """

    co_contraction: float = 0.02
    maximal: float = 1.0
    resistance: float = 0.0
    tone: float = 0.0
    speed_tone: float = 0.0
    enslaving: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.co_contraction < self.maximal <= 1.0:
            raise InvalidInput("co_contraction", self.co_contraction, f"0 to below the maximal effort {self.maximal:g}")
        for name in (*SCALED_BY_EFFORT, "enslaving"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidInput(name, getattr(self, name), "0 to 1")

    def scaled(self, factor: float) -> Effort:
        """Return the effort of a person who holds and moves with ``factor`` times the force; limits are unchanged."""
        scaled = {name: min(factor * getattr(self, name), 1.0) for name in SCALED_BY_EFFORT}
        return replace(self, **scaled)
