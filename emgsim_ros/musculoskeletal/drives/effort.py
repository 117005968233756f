"""Limits of the muscle activation."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InvalidInput


@dataclass(frozen=True)
class Effort:
    """Limits of the activation that a drive may demand.

    Attributes:
        co_contraction: Activation that all muscles have as far as the joint moments allow, 0 to below ``maximal``.
        maximal: Greatest activation of any muscle, up to 1.

    Raises:
        InvalidInput: Co-contraction is not below the maximal effort, or they are not within 0..1.
    """

    co_contraction: float = 0.02
    maximal: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.co_contraction < self.maximal <= 1.0:
            raise InvalidInput("co_contraction", self.co_contraction, f"0 to below the maximal effort {self.maximal:g}")
