import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.musculoskeletal.build import build_model
from emgsim_ros.musculoskeletal.tables import read_tables
from emgsim_ros.resources import share_directory

MODELS = share_directory() / "config" / "models"


def test_shipped_model_is_what_the_builder_makes_of_the_tables(tmp_path):
    built = tmp_path / "built.osim"
    build_model(read_tables(MODELS / "forearm_hand")).printToXML(str(built))
    assert built.read_text() == (MODELS / "forearm_hand.osim").read_text()


def test_every_muscle_names_its_source():
    lines = (MODELS / "forearm_hand" / "muscles.csv").read_text().splitlines()
    assert all(line.split(",")[-1] for line in lines)


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
