"""Locations of the configuration, models and weights of this package, for every way of installation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..errors import InvalidInput


@cache
def share_directory() -> Path:
    """Return the folder that contains ``config/``, ``launch/`` and ``ckp/``.

    For an editable install or a checkout this is the source tree, otherwise ``<prefix>/share/emgsim_ros`` of the pip or
    colcon install that this module belongs to.

    Raises:
        FileNotFoundError: The package is installed without its configuration.
    """
    for parent in Path(__file__).resolve().parents:
        if (parent / "package.xml").is_file() and (parent / "config").is_dir():
            return parent
        installed = parent / "share" / "emgsim_ros"
        if (installed / "config").is_dir():
            return installed
    raise FileNotFoundError("emgsim_ros is installed without its config folder; install it again")


def config_file(name: str, suffix: str = ".yaml", folder: str = "") -> Path:
    """Return the path of a configuration file: ``name`` itself if it exists, else the file of that name in ``config/``.

    Args:
        name: A path, or a bare name such as ``forearm_sim``.
        suffix: Suffix added to bare names.
        folder: Folder in ``config/`` that is searched for bare names.

    Raises:
        InvalidInput: There is no such file; the message lists the available ones.
    """
    return _existing(name, suffix, share_directory() / "config" / folder)


def checkpoint_file(name: str, suffix: str = ".safetensors") -> Path:
    """Return the path of trained weights: ``name`` itself if it exists, else the file of that name in ``ckp/``.

    Raises:
        InvalidInput: There is no such file; the message lists the available ones.
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
