import csv
import shutil

import pytest
from model_files import assert_same_model

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.model_tables import read_tables
from emgsim_ros.files.resources import share_directory
from emgsim_ros.musculoskeletal.opensim.build import write_model

MODELS = share_directory() / "config" / "models"
NAMES = ("forearm_hand", "leg")


@pytest.mark.parametrize("name", [*NAMES, "arm", "human"])
def test_shipped_model_is_what_the_builder_makes_of_the_tables(tmp_path, name):
    shutil.copytree(MODELS / name, tmp_path / name)
    assert_same_model(write_model(tmp_path / name), MODELS / f"{name}.osim")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("table", ["muscles", "passive_joints"])
def test_every_number_of_the_literature_names_its_source(name, table):
    with (MODELS / name / f"{table}.csv").open(newline="") as file:
        assert all(row["source"] for row in csv.DictReader(file))


@pytest.mark.parametrize(
    ("table", "old", "new", "named"),
    [
        ("muscles.csv", "337.3", "strong", "max_isometric_force_N"),
        ("path_points.csv", "ECRL,", "ECRX,", "ECRL"),
        ("passive_joints.csv", "wrist_flexion,", "wrist_fexion,", "wrist_flexion"),
    ],
)
def test_broken_tables_are_refused_by_name(tmp_path, table, old, new, named):
    for path in (MODELS / "forearm_hand").glob("*.csv"):
        text = path.read_text()
        (tmp_path / path.name).write_text(text.replace(old, new) if path.name == table else text)
    with pytest.raises(InvalidInput, match=named):
        read_tables(tmp_path)


def test_missing_table_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="passive_joints"):
        read_tables(tmp_path)
