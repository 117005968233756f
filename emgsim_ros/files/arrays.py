"""Arrays in files: input of users (.npy, .csv, HDF5) and results (.npy or HDF5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput


def read_array(name: str, dimensions: int) -> NDArray[np.float64]:
    """Read an array of finite numbers.

    Args:
        name: FILE.npy, FILE.csv (one row of numbers per line; # starts a comment) or FILE.h5:DATASET; DATASET may be
            left out if the file contains a single data set.
        dimensions: Required number of dimensions.

    Raises:
        InvalidInput: The file or data set is missing or has another format, or the array contains values that are not
            finite or has another number of dimensions.
    """
    file, _, inside = name.partition(":")
    path = Path(file).expanduser()
    try:
        values = np.asarray(_read(path, inside), dtype=float)
    except OSError as error:
        raise InvalidInput("file", name, f"a readable .npy, .csv or HDF5 file ({error})") from None
    except ValueError as error:
        raise InvalidInput("file", name, f"an array of numbers ({error})") from None
    if values.ndim != dimensions:
        raise InvalidInput(f"{name}: shape", values.shape, f"{dimensions} dimensions")
    if not np.isfinite(values).all():
        raise InvalidInput(f"{name}: values", "NaN or infinite", "finite numbers")
    return values


def _read(path: Path, inside: str) -> NDArray:
    if path.suffix == ".npy":
        return np.load(path, allow_pickle=False)
    if path.suffix in (".csv", ".txt"):
        return np.loadtxt(path, delimiter=",", ndmin=2)
    with h5py.File(path, "r") as file:
        found = [one for one in file if isinstance(file[one], h5py.Dataset)]
        key = inside or (found[0] if len(found) == 1 else "")
        if key not in file or not isinstance(file[key], h5py.Dataset):
            raise InvalidInput(f"{path}: data set", inside, "one of " + ", ".join(found))
        return file[key][:]


def write_arrays(path: Path, arrays: Mapping[str, Any], attributes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write arrays: an .npy file contains the first array only, an .h5 file all of them.

    Args:
        path: The file; its folder is created if necessary.
        arrays: Arrays or lists of strings by name.
        attributes: HDF5 attributes by the name of the array; arrays may be left out.

    Raises:
        InvalidInput: The file has another suffix.
    """
    if path.suffix not in (".npy", ".h5", ".hdf5"):
        raise InvalidInput("output", str(path), "a .npy or .h5 file")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, next(iter(arrays.values())))
        return
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
            file[name].attrs.update(attributes.get(name, {}))
