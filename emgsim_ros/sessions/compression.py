"""Compression of HDF5 files."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidInput

# EMG contains noise: gzip saves less than half of the size and takes forty times as long to write as no compression.
# All HDF5 libraries can read gzip; lzf, which takes half the time of gzip, comes with h5py.
COMPRESSIONS = ("none", "lzf", "gzip")


def check_compression(field: str, name: str) -> None:
    """Check the name of a compression.

    Raises:
        InvalidInput: It is not one of `COMPRESSIONS`.
    """
    if name not in COMPRESSIONS:
        raise InvalidInput(field, name, "one of " + ", ".join(COMPRESSIONS))


def dataset_options(compression: str) -> dict[str, Any]:
    """Return the arguments of h5py's ``create_dataset`` for one of `COMPRESSIONS`."""
    if compression == "none":
        return {}
    level = {"compression_opts": 1} if compression == "gzip" else {}
    return {"compression": compression, "shuffle": True, **level}
