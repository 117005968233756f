"""Arrays in files: those that users bring (.npy, .csv, HDF5), and results (.npy or HDF5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput


def read_array(name: str, dimensions: int) -> NDArray[np.float64]:
    """An array of finite numbers.

    Args:
        name: FILE.npy, FILE.csv (numbers, one row a line; lines with # are comments), or FILE.h5:DATASET (without
            DATASET, the file must have one only).
        dimensions: That it must have.

    Raises:
        InvalidInput: No such file or data set, another kind of file or content, NaN, or other dimensions.
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
        found = [key for key in file if isinstance(file[key], h5py.Dataset)]
        wanted = inside or (found[0] if len(found) == 1 else "")
        if wanted not in file or not isinstance(file[wanted], h5py.Dataset):
            raise InvalidInput(f"{path}: data set", inside, "one of " + ", ".join(found))
        return file[wanted][:]


def write_arrays(path: Path, arrays: Mapping[str, Any], attributes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a result: .npy holds its first array alone, .h5 all of them.

    Args:
        path: The file; its folder is made if there is none.
        arrays: By name; lists of texts are allowed.
        attributes: Of some of the arrays.

    Raises:
        InvalidInput: Another kind of file.
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
