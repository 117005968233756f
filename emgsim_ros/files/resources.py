"""Where this package's configuration, models and weights lie, however it was installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..errors import InvalidInput


@cache
def share_directory() -> Path:
    """The folder that holds ``config/``, ``launch/`` and ``ckp/``.

    The source tree for an editable install or a checkout, else ``<prefix>/share/emgsim_ros`` of the
    pip or colcon install that this module belongs to.
    """
    for parent in Path(__file__).resolve().parents:
        if (parent / "package.xml").is_file() and (parent / "config").is_dir():
            return parent
        installed = parent / "share" / "emgsim_ros"
        if (installed / "config").is_dir():
            return installed
    raise FileNotFoundError("emgsim_ros is installed without its config folder; install it again")


def config_file(name: str, suffix: str = ".yaml", folder: str = "") -> Path:
    """A configuration file: the path itself if it exists, else the one of that name in ``config/``.

    Args:
        name: A path, or a bare name such as ``forearm_sim``.
        suffix: File ending of bare names.
        folder: Folder under ``config/`` for bare names.

    Raises:
        InvalidInput: No such file; the message lists what ``config/`` offers.
    """
    return _existing(name, suffix, share_directory() / "config" / folder)


def checkpoint_file(name: str, suffix: str = ".safetensors") -> Path:
    """Trained weights: the path itself if it exists, else those of that name in ``ckp/``.

    Raises:
        InvalidInput: No such file; the message lists what ``ckp/`` offers.
    """
    return _existing(name, suffix, share_directory() / "ckp")


def _existing(name: str, suffix: str, home: Path) -> Path:
    path = Path(name).expanduser()
    if path.is_file():
        return path
    for candidate in (home / name, home / f"{name}{suffix}"):
        if candidate.is_file():
            return candidate
    offered = ", ".join(sorted(p.stem for p in home.glob(f"*{suffix}")))
    raise InvalidInput("file", name, f"an existing {suffix} file, or one of: {offered}")
