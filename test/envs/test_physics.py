"""The environments' models obey mechanics."""

import csv
import shutil

import numpy as np
import pytest

from emgsim_ros.envs.human import STANDING, standing_pose
from emgsim_ros.envs.plant import Plant
from emgsim_ros.files.model_tables import read_tables
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal.opensim.build import build_model
from emgsim_ros.musculoskeletal.opensim.forward_dynamics import Integrator

EXACT = Integrator("RungeKuttaMerson", 0.0, 1e-7)


def model_file(name):
    return config_file(name, suffix=".osim", folder="models")


def changed_tables(name, folder, changes):
    """A model's tables with columns changed: {table: {column: value}}."""
    shutil.copytree(model_file(name).with_suffix(""), folder)
    for table, columns in changes.items():
        with (folder / table).open(newline="") as file:
            rows = list(csv.DictReader(file))
        with (folder / table).open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([{**row, **columns} for row in rows])
    return folder


def built(folder, gravity=True):
    model = build_model(read_tables(folder))
    if not gravity:
        model.setGravity(type(model.getGravity())(0.0, 0.0, 0.0))
    path = folder.with_suffix(".osim")
    model.printToXML(str(path))
    return path


@pytest.fixture(scope="module")
def human():
    return Plant(model_file("human"), Integrator(step=0.0005))


@pytest.mark.parametrize("integrator", [EXACT, Integrator(step=0.00125)])
def test_a_free_double_pendulum_keeps_its_energy(tmp_path, integrator):
    passive = {"stiffness_Nm_per_rad": 0, "damping_Nms_per_rad": 0}
    changes = {
        "passive_joints.csv": passive,
        "muscles.csv": {"max_isometric_force_N": 1e-6},
        "coordinates.csv": {"low_deg": -170, "high_deg": 170},
    }
    plant = Plant(built(changed_tables("arm", tmp_path / "free", changes)), integrator)
    plant.put(np.radians([40.0, 60.0]))
    before = plant.forward.energy()
    swings = []
    for _ in range(60):
        assert plant.step(np.zeros(6), 0.01)
        swings.append(plant.state.position[1])
    exchanged = 3.4 * 9.81 * 0.2  # J, of the order of what goes to and fro
    assert np.ptp(swings) > 0.3
    assert abs(plant.forward.energy() - before) < (1e-4 if integrator is EXACT else 0.03) * exchanged


def test_without_gravity_nothing_drifts(tmp_path):
    plant = Plant(built(changed_tables("arm", tmp_path / "light", {}), gravity=False), Integrator(step=0.00125))
    plant.put(plant.model.rest)
    for _ in range(100):
        plant.step(np.zeros(6), 0.01)
    assert np.abs(plant.state.position - plant.model.rest).max() < 1e-3


def test_the_ground_carries_the_body_weight_at_rest(human):
    """Joints are held by springs and dampers of the surroundings until the body is still."""
    wanted = human.angles_of(standing_pose())
    springs = {"pelvis_height": (0.0, 0.0), "pelvis_forward": (2000.0, 400.0), "pelvis_tilt": (2000.0, 200.0)}
    light = {name: (300.0, 1.0) for name in human.model.coordinates if "ankle" in name}
    chosen = [{**springs, **light}.get(name, (2000.0, 20.0)) for name in human.model.coordinates]
    stiffness, damping = np.array(chosen).T
    human.put(wanted)
    for _ in range(1500):
        state = human.state
        human.step(np.zeros(18), 0.001, stiffness * (wanted - state.position) - damping * state.velocity)
    forces = human.forward.ground_forces()
    assert abs(human.state.velocity[human.index["pelvis_height"]]) < 0.01
    assert forces[:, 2].sum() == pytest.approx(9.80665 * human.forward.mass, rel=0.01)
    assert (forces[:, 2] > -1e-6 * forces[:, 2].sum()).all()  # the ground pushes, it does not pull
    assert forces[:3, 2].sum() == pytest.approx(forces[3:, 2].sum(), rel=1e-3)


def test_a_body_in_the_air_falls_freely(human):
    human.put(human.angles_of({"pelvis_height": 1.5}))
    _, before = human.forward.mass_centre()
    human.step(np.zeros(18), 0.1)
    _, after = human.forward.mass_centre()
    assert (after - before)[2] == pytest.approx(-0.980665, rel=1e-3) and abs((after - before)[0]) < 1e-6
    assert np.abs(human.forward.ground_forces()).max() < 1.0


def test_what_is_symmetric_stays_symmetric(human):
    human.put(human.angles_of(standing_pose()))
    rng = np.random.default_rng(0)
    for _ in range(40):
        excitation = np.tile(rng.uniform(0.0, 0.3, 9), 2)
        human.step(excitation, 0.01)
    left = [human.index[f"{joint}_left"] for joint in STANDING]
    right = [human.index[f"{joint}_right"] for joint in STANDING]
    assert np.ptp(human.state.position) > 0.1
    assert np.allclose(human.state.position[left], human.state.position[right], atol=1e-6)


def test_muscles_move_joints_the_way_their_names_say():
    plant = Plant(model_file("human"), Integrator(step=0.0005))
    still = np.zeros(len(plant.model.rest))
    plant.model.set_pose(plant.angles_of({"knee_flexion_left": 0.3, "hip_flexion_left": 0.2}), still)
    arms = dict(zip(plant.model.muscles, plant.model.moment_arms().T, strict=True))

    def arm(muscle, joint):
        return arms[f"{muscle}_left"][plant.index[f"{joint}_left"]]

    for muscle, joint, sign in (
        ("GMAX", "hip_flexion", -1),
        ("HAM", "hip_flexion", -1),
        ("HAM", "knee_flexion", 1),
        ("BFSH", "knee_flexion", 1),
        ("ILPSO", "hip_flexion", 1),
        ("RF", "hip_flexion", 1),
        ("RF", "knee_flexion", -1),
        ("VAS", "knee_flexion", -1),
        ("GAS", "knee_flexion", 1),
        ("GAS", "ankle_dorsiflexion", -1),
        ("SOL", "ankle_dorsiflexion", -1),
        ("TA", "ankle_dorsiflexion", 1),
    ):
        assert 0.01 < sign * arm(muscle, joint) < 0.09, (muscle, joint, arm(muscle, joint))
