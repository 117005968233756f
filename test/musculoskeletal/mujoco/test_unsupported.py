"""Elements of OpenSim models that the MuJoCo engine does not support are rejected by name."""

import pytest
from model_of_all_joints import build

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import load_engine
from emgsim_ros.musculoskeletal.opensim.runtime import opensim

ZERO = opensim.Vec3(0)


def load(model, folder):
    model.finalizeConnections()
    path = folder / "changed.osim"
    model.printToXML(str(path))
    return load_engine("mujoco").model(path)


def body_of(model, name):
    return model.getBodySet().get(name)


def test_a_wrapping_path(tmp_path):
    model = build()
    cylinder = opensim.WrapCylinder()
    cylinder.setName("bone_surface")
    cylinder.set_radius(0.02)
    cylinder.set_length(0.1)
    body_of(model, "pin").addWrapObject(cylinder)
    muscle = opensim.GeometryPath.safeDownCast(model.getMuscles().get("long").updPath())
    muscle.addPathWrap(cylinder)
    with pytest.raises(InvalidInput, match=r"muscle 'long'.*PathWrap on .*bone_surface"):
        load(model, tmp_path)


def test_a_conditional_point(tmp_path):
    model = build()
    point = opensim.ConditionalPathPoint()
    point.setName("sometimes")
    point.setRangeMin(0.0)
    point.setRangeMax(1.0)
    path = opensim.GeometryPath.safeDownCast(model.getMuscles().get("long").updPath())
    points = path.updPathPointSet()
    points.cloneAndAppend(point)
    added = opensim.ConditionalPathPoint.safeDownCast(points.get(points.getSize() - 1))
    added.setParentFrame(body_of(model, "gimbal"))
    added.setCoordinate(model.getCoordinateSet().get("pin_0"))
    with pytest.raises(InvalidInput, match=r"muscle 'long'.*ConditionalPathPoint sometimes"):
        load(model, tmp_path)


def test_another_force(tmp_path):
    model = build()
    bushing = opensim.BushingForce("cartilage", body_of(model, "pin"), body_of(model, "cap"))
    model.addForce(bushing)
    with pytest.raises(InvalidInput, match=r"force 'cartilage'.*BushingForce"):
        load(model, tmp_path)


def test_another_joint(tmp_path):
    model = build()
    body = opensim.Body("loose", 1.0, ZERO, opensim.Inertia(0.01))
    model.addBody(body)
    model.addJoint(opensim.FreeJoint("floating", model.getGround(), body))
    with pytest.raises(InvalidInput, match=r"joint 'floating'.*FreeJoint"):
        load(model, tmp_path)


def test_a_contact_with_a_moving_body(tmp_path):
    model = build()
    geometry = model.getContactGeometrySet()
    opensim.ContactHalfSpace.safeDownCast(geometry.get("floor")).setFrame(body_of(model, "pin"))
    with pytest.raises(InvalidInput, match=r"contact 'ball_contact'.*ground"):
        load(model, tmp_path)


def test_a_constraint(tmp_path):
    model = build()
    model.addConstraint(
        opensim.WeldConstraint("glue", model.getGround(), ZERO, ZERO, body_of(model, "cap"), ZERO, ZERO)
    )
    with pytest.raises(InvalidInput, match="glue"):
        load(model, tmp_path)


def test_a_prescribed_coordinate(tmp_path):
    model = build()
    coordinate = model.getCoordinateSet().get("slider_0")
    coordinate.setPrescribedFunction(opensim.Constant(0.1))
    coordinate.setDefaultIsPrescribed(True)
    with pytest.raises(InvalidInput, match=r"prescribed coordinate.*slider_0"):
        load(model, tmp_path)


def test_an_unknown_body_of_a_point():
    model = load_engine("mujoco").model(config_file("arm", ".osim", "models"))
    with pytest.raises(InvalidInput, match=r"body is 'elbow'.*humerus"):
        model.places([("elbow", (0.0, 0.0, 0.0))])


def test_a_missing_file(tmp_path):
    with pytest.raises(InvalidInput, match=r"absent\.osim"):
        load_engine("mujoco").model(tmp_path / "absent.osim")
