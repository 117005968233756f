"""Conversion of OpenSim models to elements that every engine supports."""

import numpy as np
import pytest
from model_of_all_joints import fit_tendons
from typer.testing import CliRunner

from emgsim_ros.cli.model import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import DynamicState, Integrator, MusculoskeletalModel, load_engine
from emgsim_ros.musculoskeletal.opensim.convert import convert, random_positions
from emgsim_ros.musculoskeletal.opensim.runtime import opensim, quiet_opensim

ZERO = opensim.Vec3(0)
FIBER = 0.12  # m; optimal length


def arm():
    """Return an arm with a prescribed wrist, a cartilage, and muscles on fixed points, a cylinder, a moving point."""
    quiet_opensim()
    model = opensim.Model()
    bodies, parent = [], model.getGround()
    for number, name in enumerate(("upper", "lower", "hand")):
        body = opensim.Body(name, 1.0, opensim.Vec3(0, -0.15, 0), opensim.Inertia(0.02, 0.01, 0.02))
        model.addBody(body)
        joint = opensim.PinJoint(
            f"{name}_joint", parent, opensim.Vec3(0, -0.3 * (number > 0), 0), ZERO, body, ZERO, ZERO
        )
        coordinate = joint.upd_coordinates(0)
        coordinate.setName(f"{name}_angle")
        coordinate.setRangeMin(-1.6 * (number == 1))
        coordinate.setRangeMax(1.6 * (number != 1))
        coordinate.setDefaultValue(-0.3 if number == 1 else 0.3)
        model.addJoint(joint)
        bodies.append(body)
        parent = body
    wrist = model.updCoordinateSet().get("hand_angle")
    wrist.setPrescribedFunction(opensim.Constant(0.2))
    wrist.setDefaultIsPrescribed(True)
    upper, lower = bodies[:2]
    front = [(model.getGround(), (0.03, 0.05, 0)), (upper, (0.03, -0.2, 0)), (lower, (0.03, -0.1, 0))]
    back = [(upper, (-0.03, -0.05, 0)), (lower, (-0.03, -0.08, 0))]
    _muscle(model, "on_points", front)
    wrapping = _muscle(model, "wrapping", back)
    cylinder = opensim.WrapCylinder()
    cylinder.setName("elbow")
    cylinder.set_radius(0.025)
    cylinder.set_length(0.2)
    cylinder.set_translation(opensim.Vec3(0, -0.3, 0))
    upper.addWrapObject(cylinder)
    wrapping.addPathWrap(cylinder)
    _slide(_muscle(model, "moving", front[1:]), lower, model.getCoordinateSet().get("lower_angle"))
    model.addForce(opensim.BushingForce("cartilage", upper, lower))
    model.finalizeConnections()
    fit_tendons(model, FIBER)
    return model


def _slide(path, body, coordinate):
    """Append a point that moves in the body."""
    points, new = path.updPathPointSet(), opensim.MovingPathPoint()
    new.setName("sliding")
    new.set_x_location(opensim.LinearFunction(0.01, 0.03))
    new.set_y_location(opensim.Constant(-0.12))
    new.set_z_location(opensim.Constant(0.0))
    points.cloneAndAppend(new)
    added = opensim.MovingPathPoint.safeDownCast(points.get(points.getSize() - 1))
    added.setParentFrame(body)
    for connect in (added.setXCoordinate, added.setYCoordinate, added.setZCoordinate):
        connect(coordinate)


def _muscle(model, name, points):
    muscle = opensim.Thelen2003Muscle(name, 300.0, FIBER, 0.15, 0.1)
    for number, (body, place) in enumerate(points):
        muscle.addNewPathPoint(f"{name}-{number}", body, opensim.Vec3(*place))
    model.addForce(muscle)
    return opensim.GeometryPath.safeDownCast(muscle.updPath())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("converted")
    arm().printToXML(str(home / "arm.osim"))
    return home


@pytest.fixture(scope="module")
def converted(folder):
    return convert(folder / "arm.osim", folder / "new.osim", samples=300)


def test_the_report_names_what_has_changed(converted):
    assert converted.coordinates == ("upper_angle", "lower_angle")
    assert converted.kept == ("on_points",)
    assert [(one.muscle, one.replaced) for one in converted.fitted] == [
        ("wrapping", "PathWrap on elbow"),
        ("moving", "MovingPathPoint sliding"),
    ]
    assert converted.left_out == ("BushingForce cartilage",) and converted.locked == ("hand_angle",)


def test_the_polynomials_are_close_to_the_paths(converted, folder):
    for path in converted.fitted:
        assert path.length[0] < 1e-4 and path.length[1] < 5e-4
        assert path.arm[0] < 1e-3 and path.arm[1] < 5e-3


def test_moment_arms_are_the_derivatives_of_the_lengths(converted, folder):
    model = MusculoskeletalModel(folder / "new.osim")
    step = 1e-5
    for position in random_positions(model, 5, seed=2):
        model.set_pose(position, np.zeros(2))
        arms = model.moment_arms()
        for joint in range(2):
            lengths = []
            for change in (-step, step):
                moved = position.copy()
                moved[joint] += change
                model.set_pose(moved, np.zeros(2))
                lengths.append(model.path_lengths())
            assert np.allclose((lengths[0] - lengths[1]) / (2 * step), arms[joint], atol=1e-6)


def test_both_engines_compute_the_same_of_the_converted_model(converted, folder):
    theirs, ours = (load_engine(name).model(folder / "new.osim") for name in ("opensim", "mujoco"))
    rng = np.random.default_rng(0)
    for position in random_positions(theirs, 10, seed=3):
        velocity, acceleration = rng.normal(0.0, 2.0, 2), rng.normal(0.0, 10.0, 2)
        for model in (theirs, ours):
            model.set_pose(position, velocity)
        assert np.allclose(ours.fibers().length, theirs.fibers().length, atol=1e-9)
        assert np.allclose(ours.fibers().velocity, theirs.fibers().velocity, atol=1e-7)
        assert np.allclose(ours.moment_arms(), theirs.moment_arms(), atol=1e-9)
        assert np.allclose(ours.moments_needed(acceleration), theirs.moments_needed(acceleration), atol=1e-6)
    state = DynamicState.at_rest(theirs.rest, np.full(3, 0.05))
    reference, motion = (model.forward_dynamics(state, Integrator(step=0.001)) for model in (theirs, ours))
    for moving in (reference, motion):
        assert all(moving.advance(np.array([0.1, 0.2, 0.1]), np.zeros(2), 0.02) for _ in range(10))
    assert np.abs(reference.state.position - theirs.rest).max() > 0.05
    assert np.allclose(motion.state.position, reference.state.position, atol=1e-6)


def test_the_log_level_of_opensim_is_the_same_afterwards(folder):
    before = opensim.Logger.getLevelString()
    convert(config_file("arm", ".osim", "models"), folder / "again.osim")
    with pytest.raises(InvalidInput):
        convert(folder / "absent.osim", folder / "never.osim")
    assert opensim.Logger.getLevelString() == before


def test_a_model_without_other_elements_stays_as_it_is(folder):
    source = config_file("arm", ".osim", "models")
    result = convert(source, folder / "same.osim")
    assert not result.fitted and not result.left_out and not result.locked
    first, second = MusculoskeletalModel(source), MusculoskeletalModel(folder / "same.osim")
    assert first.muscles == second.muscles
    assert np.array_equal(first.path_lengths(), second.path_lengths())


def test_what_cannot_be_converted_is_named_at_once(folder):
    model = arm()
    model.addBody(opensim.Body("loose", 1.0, ZERO, opensim.Inertia(0.01)))
    model.addJoint(opensim.FreeJoint("floating", model.getGround(), model.getBodySet().get("loose")))
    glue = opensim.WeldConstraint("glue", model.getGround(), ZERO, ZERO, model.getBodySet().get("hand"), ZERO, ZERO)
    model.addConstraint(glue)
    model.finalizeConnections()
    model.printToXML(str(folder / "fixed.osim"))
    with pytest.raises(InvalidInput, match=r"FreeJoint floating, WeldConstraint glue"):
        convert(folder / "fixed.osim", folder / "never.osim")
    assert not (folder / "never.osim").exists()


def test_a_model_without_muscles_is_refused(folder):
    model = arm()
    model.updForceSet().clearAndDestroy()
    model.printToXML(str(folder / "skeleton.osim"))
    with pytest.raises(InvalidInput, match=r"skeleton\.osim.*muscles"):
        convert(folder / "skeleton.osim", folder / "never.osim")


@pytest.mark.parametrize("samples", [0, 9])
def test_too_few_samples_are_refused(folder, samples):
    with pytest.raises(InvalidInput, match="samples"):
        convert(folder / "arm.osim", folder / "never.osim", samples=samples)


def test_a_file_that_is_no_model_is_refused(folder):
    (folder / "text.osim").write_text("no model")
    with pytest.raises(InvalidInput, match=r"text\.osim"):
        convert(folder / "text.osim", folder / "never.osim")


def test_the_command_prints_the_report(folder):
    result = CliRunner().invoke(
        app, ["convert", str(folder / "arm.osim"), "--output", str(folder / "told.osim"), "--samples", "60"]
    )
    assert result.exit_code == 0, result.output
    assert "sliding" in result.output and "BushingForce cartilage" in result.output and "hand_angle" in result.output
