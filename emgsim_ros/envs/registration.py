"""Registers the parts of the kind ``environment`` with gymnasium."""

from __future__ import annotations

import warnings

import gymnasium
from gymnasium.envs.registration import EnvSpec

from ..parts import find_part, load_part, part_names


class PartSpec(EnvSpec):
    """The specification of an environment whose class is imported on first use.

    The number of control steps of an episode is the class attribute EPISODE_STEPS of the environment unless it is set.
    Reading it at registration would import OpenSim, and the modules of other packages while they import this one.
    """

    @property  # type: ignore[override]
    def max_episode_steps(self) -> int | None:
        """Control steps of an episode; None if episodes have no limit."""
        if self._steps is None:
            return getattr(load_part("environment", self.id), "EPISODE_STEPS", None)
        return self._steps

    @max_episode_steps.setter
    def max_episode_steps(self, steps: int | None) -> None:
        self._steps = steps


def register_environments() -> tuple[str, ...]:
    """Register every environment part with gymnasium.

    A part whose name is not an ID of gymnasium (such as ``namespace/Name-v0``) is reported by a warning and left out.

    Returns:
        IDs of the registered environments: those of this package first, then those of other packages.
    """
    registered = []
    for name in part_names("environment"):
        part = find_part("environment", name)
        try:
            gymnasium.registry[name] = PartSpec(name, entry_point=part.target)
        except gymnasium.error.Error as error:
            warnings.warn(f"environment {name!r} of {part.origin} is ignored: {error}", stacklevel=2)
        else:
            registered.append(name)
    return tuple(registered)
