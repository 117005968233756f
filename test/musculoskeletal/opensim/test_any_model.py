"""A model from elsewhere: elastic tendons, old muscles, a coupled and a locked joint."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import MotionTarget
from emgsim_ros.musculoskeletal import Effort, ExcitationDrive, KinematicDrive, MusculoskeletalModel, TrackingDrive
from emgsim_ros.musculoskeletal.opensim.runtime import opensim, quiet_opensim

THELEN, MILLARD = opensim.Thelen2003Muscle, opensim.Millard2012EquilibriumMuscle
MUSCLES = {  # class, optimal fibre length and tendon slack length (m), path
    "BIC": (THELEN, 0.14, 0.23, [("ground", (0.03, 0.02)), ("humerus", (0.03, -0.2)), ("radius", (0.03, -0.05))]),
    "BRA": (MILLARD, 0.10, 0.10, [("humerus", (0.02, -0.15)), ("knob", (0.02, 0)), ("radius", (0.02, -0.04))]),
    "TRI": (THELEN, 0.12, 0.10, [("humerus", (-0.02, -0.1)), ("humerus", (-0.025, -0.29)), ("radius", (-0.02, 0.01))]),
    "DEL": (MILLARD, 0.10, 0.04, [("ground", (0.04, 0.02)), ("humerus", (0.02, -0.12))]),
    "LAT": (MILLARD, 0.08, 0.03, [("ground", (-0.05, -0.02)), ("humerus", (-0.02, -0.12))]),
}
BODIES = {  # parent, joint's place in it (m)
    "humerus": ("ground", (0, 0)),
    "radius": ("humerus", (0, -0.3)),
    "knob": ("humerus", (0.02, -0.3)),
    "watch": ("radius", (0, -0.2)),
}


def build(coupled=True):
    quiet_opensim()
    model = opensim.Model()
    model.setGravity(opensim.Vec3(0, -9.81, 0))
    bodies = {"ground": model.getGround()}
    for name, (parent, place) in BODIES.items():
        bodies[name] = opensim.Body(name, 1.0, opensim.Vec3(0, -0.1, 0), opensim.Inertia(0.01))
        model.addBody(bodies[name])
        zero = opensim.Vec3(0)
        joint = opensim.PinJoint(
            f"{name}_joint", bodies[parent], opensim.Vec3(*place, 0), zero, bodies[name], zero, zero
        )
        joint.updCoordinate().setName(f"{name}_angle")
        joint.updCoordinate().setRangeMin(-1.0)
        joint.updCoordinate().setRangeMax(2.3)
        model.addJoint(joint)
    coordinates = model.getCoordinateSet()
    coordinates.get("radius_angle").setDefaultValue(0.6)
    coordinates.get("watch_angle").setDefaultLocked(True)
    if coupled:
        coupler, leader = opensim.CoordinateCouplerConstraint(), opensim.ArrayStr("radius_angle", 1)
        coupler.setName("knob_follows")
        coupler.setIndependentCoordinateNames(leader)
        coupler.setDependentCoordinateName("knob_angle")
        coupler.setFunction(opensim.LinearFunction(0.5, 0.1))
        model.addConstraint(coupler)
    for name, (kind, fiber, slack, path) in MUSCLES.items():
        muscle = kind(name, 700.0, fiber, slack, 0.1)
        for number, (body, place) in enumerate(path):
            muscle.addNewPathPoint(f"{name}-{number}", bodies[body], opensim.Vec3(*place, 0))
        model.addForce(muscle)
    model.finalizeConnections()
    return model


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "arm.osim"
    build().printToXML(str(path))
    return path


@pytest.fixture(scope="module")
def model(path):
    return MusculoskeletalModel(path)


def test_free_joints_and_all_muscles_are_there(model):
    assert set(model.coordinates) == {"humerus_angle", "radius_angle"}
    assert set(model.muscles) == set(MUSCLES)


def test_moment_arms_count_the_joint_that_follows(model):
    pose, step = np.array([0.2, 0.8]), 1e-5
    model.set_pose(pose, 0 * pose)
    arms = model.moment_arms()
    for joint in range(2):
        lengths = []
        for sign in (-1, 1):
            moved = pose.copy()
            moved[joint] += sign * step
            model.set_pose(moved, 0 * pose)
            lengths.append([np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in model.muscle_lines()])
        assert np.allclose(arms[joint], -np.subtract(*lengths[::-1]) / (2 * step), atol=1e-6)


def test_moments_do_the_work_that_gravity_does(model):
    """Virtual work with the coupled joint turning along: moment = slope of the potential energy."""
    pose, step = np.array([0.3, 0.9]), 1e-4

    def energy(angles):
        upper, lower, knob = angles[0], angles[0] + angles[1], angles[0] + 0.5 * angles[1] + 0.1
        elbow = -0.3 * np.cos(upper)
        heights = [
            -0.1 * np.cos(upper),
            elbow - 0.1 * np.cos(lower),
            elbow + 0.02 * np.sin(upper) - 0.1 * np.cos(knob),
            elbow - 0.2 * np.cos(lower) - 0.1 * np.cos(lower),
        ]
        return 9.81 * sum(heights)

    model.set_pose(pose, 0 * pose)
    slopes = [(energy(pose + d) - energy(pose - d)) / (2 * step) for d in step * np.eye(2)]
    order = [model.coordinates.index(name) for name in ("humerus_angle", "radius_angle")]
    assert np.allclose(model.moments_needed(0 * pose)[order], slopes, atol=1e-3)


@pytest.mark.parametrize("kind", [KinematicDrive, TrackingDrive])
def test_it_follows_a_movement(model, kind):
    drive, errors = kind(model, 100, 40.0), []
    for number in range(200):
        time = number / 100
        angles = np.array([0.3 + 0.3 * np.sin(3 * time), 0.9 + 0.4 * np.sin(4 * time)])
        speeds = np.array([0.9 * np.cos(3 * time), 1.6 * np.cos(4 * time)])
        target = MotionTarget(drive.next_stamp, ("humerus_angle", "radius_angle"), angles, speeds, 0 * angles)
        state = drive.step(target, np.zeros(5), Effort())
        order = [model.coordinates.index(name) for name in target.coordinates]
        errors.append(state.position[order] - angles)
        assert np.isfinite(state.tendon_force).all()
    assert np.degrees(np.sqrt(np.mean(np.square(errors[20:])))) < 3.0


def test_its_muscles_move_it(model):
    ends = []
    for level in (0.0, 0.5):
        drive = ExcitationDrive(model, 100, 40.0)
        extra = level * (np.array(model.muscles) == "BRA")
        target = MotionTarget(0, model.coordinates, model.rest, 0 * model.rest, 0 * model.rest)
        states = [drive.step(target, extra, Effort()) for _ in range(30)]
        ends.append(np.degrees(states[-1].position[model.coordinates.index("radius_angle")]))
    assert ends[1] > ends[0] + 5.0


def test_other_constraints_are_refused_by_name(tmp_path):
    model = build(coupled=False)
    zero, watch = opensim.Vec3(0), model.getBodySet().get("watch")
    weld = opensim.WeldConstraint("glue", model.getGround(), zero, zero, watch, zero, zero)
    model.addConstraint(weld)
    model.finalizeConnections()
    model.printToXML(str(tmp_path / "glued.osim"))
    with pytest.raises(InvalidInput, match="glue"):
        MusculoskeletalModel(tmp_path / "glued.osim")


def test_a_model_without_muscles_is_refused(tmp_path):
    model = opensim.Model()
    model.printToXML(str(tmp_path / "empty.osim"))
    with pytest.raises(InvalidInput, match="muscles"):
        MusculoskeletalModel(tmp_path / "empty.osim")


def test_conditional_points_act_in_their_range_only(tmp_path):
    model = build()
    points = opensim.GeometryPath.safeDownCast(model.getMuscles().get("BRA").updPath()).updPathPointSet()
    points.cloneAndAppend(opensim.ConditionalPathPoint())
    point = opensim.ConditionalPathPoint.safeDownCast(points.get(points.getSize() - 1))
    point.setName("hook")
    point.setParentFrame(model.getBodySet().get("radius"))
    point.set_location(opensim.Vec3(0.1, -0.1, 0))
    point.setCoordinate(model.getCoordinateSet().get("radius_angle"))
    point.setRangeMin(0.5)
    point.setRangeMax(1.0)
    model.finalizeConnections()
    model.printToXML(str(tmp_path / "hook.osim"))
    ours, muscle, counts = MusculoskeletalModel(tmp_path / "hook.osim"), "BRA", []
    for angle in (0.3, 0.7):
        position = np.where(np.array(ours.coordinates) == "radius_angle", angle, 0.0)
        ours.set_pose(position, 0 * position)
        counts.append(len(ours.muscle_lines()[ours.muscles.index(muscle)]))
    assert counts == [3, 4]
