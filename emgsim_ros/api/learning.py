"""Environments and policies."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, MissingExtra
from ..files.resources import checkpoint_file

if TYPE_CHECKING:
    import gymnasium

    from ..learning.policy import TrainedPolicy


def make_environment(name: str, **settings: Any) -> gymnasium.Env:
    """Make one of the package's gymnasium environments; ``gymnasium.make`` with its id does the same.

    Args:
        name: ``ArmReach``, ``HandPose``, ``Stand``, ``Crouch``, ``Jump`` or ``Gait``, or an id such as
            ``emgsim/ArmReach-v0``.
        **settings: Fields of `emgsim_ros.envs.settings.EnvSettings`, ``render_mode``, and arguments of
            ``gymnasium.make``.

    Returns:
        The environment; actions are the excitations of the muscles, 0 to 1.

    Raises:
        InvalidInput: No such environment or setting.
        MissingExtra: gymnasium is not installed.

    Example:
        >>> import emgsim_ros as es
        >>> environment = es.make_environment("ArmReach")
        >>> observation, _ = environment.reset(seed=1)
        >>> observation.shape, environment.action_space.shape
        ((16,), (6,))
    """
    _require_gymnasium("make_environment")
    import gymnasium

    from .. import envs

    wanted = name if "/" in name else f"emgsim/{name}-v0"
    if wanted not in envs.IDS and wanted not in gymnasium.registry:
        raise InvalidInput("environment", name, "one of " + ", ".join(envs.IDS))
    return gymnasium.make(wanted, **settings)


def load_policy(name: str | Path) -> TrainedPolicy:
    """Load a trained policy.

    Args:
        name: A name in ckp/, such as ``policy_arm_reach``, or the path of weights.

    Returns:
        The policy: ``policy.action(observation)`` gives [muscles] excitations, 0 to 1, and
        ``policy.environment`` is the id of the environment that it controls.

    Raises:
        InvalidInput: No such weights, or weights of something else.
        MissingExtra: gymnasium is not installed.

    Example:
        >>> import emgsim_ros as es
        >>> es.load_policy("policy_arm_reach").environment
        'emgsim/ArmReach-v0'
    """
    _require_gymnasium("load_policy")  # a policy's outputs are actions of a gymnasium environment
    from ..learning.policy import load_policy as read_policy

    return read_policy(checkpoint_file(str(name)))


def _require_gymnasium(feature: str) -> None:
    if importlib.util.find_spec("gymnasium") is None:
        raise MissingExtra(feature, "gymnasium", "emgsim-ros[learn]")
