"""The mass distribution of segments."""

import numpy as np
import pytest
from typer.testing import CliRunner

from emgsim_ros.cli.model import app
from emgsim_ros.files.model_tables import BodyRow, BoneRow, read_tables
from emgsim_ros.files.resources import config_file, share_directory
from emgsim_ros.musculoskeletal import MusculoskeletalModel
from emgsim_ros.musculoskeletal.opensim.segments import DENSITY, segment


def test_a_segment_without_inertia_is_a_cylinder_around_its_longest_bone():
    body = BodyRow("finger", 0.01, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    bones = [BoneRow("short", "finger", (0, 0, 0), (0.01, 0, 0)), BoneRow("long", "finger", (0, 0, 0), (0, -0.04, 0))]
    found = segment(body, bones)
    square = 0.01 / (np.pi * DENSITY * 0.04)
    across = 0.01 * (3 * square + 0.04**2) / 12
    assert np.allclose(found.centre, (0, -0.02, 0))
    assert np.allclose(found.inertia, np.diag((across, 0.01 * square / 2, across)))


def test_a_turned_cylinder_has_the_same_principal_inertias():
    body = BodyRow("finger", 0.01, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    along = 0.04 * np.array([1.0, 2.0, -2.0]) / 3
    straight, turned = (segment(body, [BoneRow("b", "finger", (0, 0, 0), end)]) for end in ((0.04, 0, 0), tuple(along)))
    assert np.allclose(np.linalg.eigvalsh(turned.inertia), np.linalg.eigvalsh(straight.inertia))
    assert np.allclose(turned.inertia @ along, straight.inertia[0, 0] * along)


def test_a_segment_with_an_inertia_keeps_it():
    body = BodyRow("hand", 0.2, (0.001, -0.03, 0.0), (9e-5, 4e-5, 1e-4))
    found = segment(body, [BoneRow("b", "hand", (0, 0, 0), (0, -0.05, 0))])
    assert np.array_equal(found.inertia, np.diag(body.inertia)) and np.array_equal(found.centre, body.centre)


def test_fingers_of_the_hand_have_a_fortieth_of_the_least_inertia_of_the_explicit_model():
    tables = read_tables(share_directory() / "config" / "models" / "forearm_hand")
    for row in tables.bodies:
        if row.name.startswith(("index", "middle", "ring", "little")):
            found = segment(row, [bone for bone in tables.bones if bone.body == row.name])
            about_joint = np.linalg.eigvalsh(found.inertia).max() + row.mass * found.centre @ found.centre
            assert 1e-8 < about_joint < 1e-5


def test_the_command_writes_a_model_with_real_inertia(tmp_path):
    tables, output = share_directory() / "config" / "models" / "forearm_hand", tmp_path / "light.osim"
    result = CliRunner().invoke(app, ["build", str(tables), "--output", str(output), "--real-inertia"])
    assert result.exit_code == 0, result.output
    light, heavy = MusculoskeletalModel(output), MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))
    assert light.mass == pytest.approx(heavy.mass)
    faster = np.zeros(len(light.rest))
    faster[light.coordinates.index("index_dip_flexion")] = 1000.0
    moments = []
    for model in (light, heavy):
        model.set_pose(model.rest, np.zeros_like(model.rest))
        moments.append(
            (model.moments_needed(faster) - model.moments_needed(0 * faster))[
                light.coordinates.index("index_dip_flexion")
            ]
        )
    assert 0 < moments[0] < 0.05 * moments[1]
