"""Reading arrays that users bring: .npy, .csv, or a data set in an HDF5 file."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from .errors import InvalidInput


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
