"""The module ``mujoco``.

By default MuJoCo writes its warnings to ``MUJOCO_LOG.TXT`` in the working directory. Here they go to the receivers of
`forward_mujoco_warnings`; without a receiver they are dropped, because forward dynamics reports every failed step.
"""

from __future__ import annotations

from collections.abc import Callable

from ...errors import MissingExtra

try:
    import mujoco
except ImportError:
    raise MissingExtra("the engine mujoco", "mujoco", "mujoco>=4,<5") from None

__all__ = ["forward_mujoco_warnings", "mujoco"]

_receivers: list[Callable[[str], None]] = []


def forward_mujoco_warnings(receive: Callable[[str], None]) -> None:
    """Call ``receive`` with every warning of MuJoCo from now on, until the process ends."""
    _receivers.append(receive)


def _pass_on(message: str) -> None:
    for receive in _receivers:
        receive(message.strip())


if mujoco.get_mju_user_warning() is None:  # otherwise the program handles the warnings itself
    mujoco.set_mju_user_warning(_pass_on)
