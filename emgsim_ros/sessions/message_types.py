"""Definitions and hashes of ROS message types, which are stored in bags."""

from __future__ import annotations

import os
from pathlib import Path

from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from ..errors import InvalidInput
from ..files.resources import share_directory

PACKAGE = "emgsim_ros"


def typestore() -> Typestore:
    """Return the message types of ROS 2 Jazzy and of this package, for reading and writing bags."""
    store = get_typestore(Stores.ROS2_JAZZY)
    folder = message_folder(PACKAGE)
    types: dict = {}
    for path in sorted(folder.glob("*.msg")):
        types.update(get_types_from_msg(path.read_text(), f"{PACKAGE}/msg/{path.stem}"))
    store.register(types)
    return store


def message_folder(package: str) -> Path:
    """Return the folder of the .msg files of an installed ROS package.

    Raises:
        InvalidInput: The package is not installed.
    """
    own = share_directory() / "msg"
    if package == PACKAGE and own.is_dir():
        return own
    prefixes = [Path(prefix) for prefix in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if prefix]
    for prefix in [*prefixes, *Path(__file__).resolve().parents]:
        folder = prefix / "share" / package / "msg"
        if folder.is_dir():
            return folder
    raise InvalidInput("message package", package, "a ROS package that is installed with its .msg files")


def describe(store: Typestore, type_name: str) -> tuple[str, str]:
    """Return the definition text and the type hash (RIHS01) of the type ``package/msg/Name``.

    Types that are missing from the store are read from the installed package and added.

    Raises:
        InvalidInput: The type is not installed.
    """
    if type_name not in store.fielddefs:
        package, _, name = type_name.split("/")
        path = message_folder(package) / f"{name}.msg"
        if not path.is_file():
            raise InvalidInput("message type", type_name, f"a type with a definition at {path}")
        store.register(get_types_from_msg(path.read_text(), type_name))
    definition, _ = store.generate_msgdef(type_name, ros_version=2)
    return definition, store.hash_rihs01(type_name)
