import h5py
import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.arrays import read_array

VALUES = np.arange(12.0).reshape(3, 4)


def test_the_same_numbers_from_every_kind_of_file(tmp_path):
    np.save(tmp_path / "a.npy", VALUES)
    np.savetxt(tmp_path / "a.csv", VALUES, delimiter=",", header="four columns")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["values"] = VALUES
    for name in ("a.npy", "a.csv", "a.h5", "a.h5:values"):
        assert np.array_equal(read_array(str(tmp_path / name), 2), VALUES), name


def test_what_cannot_be_used_is_refused_by_name(tmp_path):
    np.save(tmp_path / "nan.npy", np.full((2, 2), np.nan))
    np.save(tmp_path / "text.npy", np.array([["a", "b"]]))
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY")
    (tmp_path / "words.csv").write_text("one,two\n")
    with h5py.File(tmp_path / "two.h5", "w") as file:
        file["first"], file["second"] = VALUES, VALUES
    for name, named in (
        ("missing.npy", "readable"),
        ("nan.npy", "finite"),
        ("text.npy", "numbers"),
        ("torn.npy", "torn.npy"),
        ("words.csv", "numbers"),
        ("two.h5", "first, second"),
        ("two.h5:third", "first, second"),
    ):
        with pytest.raises(InvalidInput, match=named):
            read_array(str(tmp_path / name), 2)
    np.save(tmp_path / "a.npy", VALUES)
    with pytest.raises(InvalidInput, match="4 dimensions"):
        read_array(str(tmp_path / "a.npy"), 4)
