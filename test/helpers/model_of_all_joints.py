"""An OpenSim model with every joint, coupling and force that the MuJoCo engine supports."""

from __future__ import annotations

import numpy as np

from emgsim_ros.musculoskeletal.opensim.runtime import opensim, quiet_opensim

FIBER = 0.15  # m; optimal length
JOINTS = ["Pin", "Slider", "Universal", "Gimbal", "Planar"]


def _inertia() -> opensim.Inertia:
    return opensim.Inertia(0.02, 0.03, 0.025, 0.002, -0.003, 0.001)


def _add_body(model: opensim.Model, name: str) -> opensim.Body:
    body = opensim.Body(name, 1.2, opensim.Vec3(0.02, -0.1, 0.03), _inertia())
    model.addBody(body)
    return body


def _frames(parent: opensim.PhysicalFrame, body: opensim.Body) -> tuple:
    """Return the arguments of a joint whose frames are displaced and turned in both bodies."""
    place, turn = opensim.Vec3(0.03, -0.25, 0.01), opensim.Vec3(0.3, -0.2, 0.5)
    return parent, place, turn, body, opensim.Vec3(-0.01, 0.02, 0.03), opensim.Vec3(-0.4, 0.1, 0.2)


def _spline(values: list[float]) -> opensim.SimmSpline:
    spline = opensim.SimmSpline()
    for angle, value in zip(np.linspace(-2.0, 2.0, len(values)), values, strict=True):
        spline.addPoint(float(angle), value)
    return spline


def _knee(parent: opensim.Body, body: opensim.Body) -> opensim.CustomJoint:
    """Return a joint of one coordinate that also slides along splines and twists, as knees of common models do."""
    spatial = opensim.SpatialTransform()
    functions = [
        opensim.LinearFunction(1.0, 0.0),
        opensim.LinearFunction(-0.1, 0.02),
        opensim.Constant(0.1),
        _spline([0.0, 0.01, 0.03, 0.02, 0.0]),
        _spline([-0.02, -0.01, 0.0, 0.01, 0.03]),
        opensim.Constant(0.0),
    ]
    axes = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    for number, (function, axis) in enumerate(zip(functions, axes, strict=True)):
        transform = spatial.updTransformAxis(number)
        transform.setAxis(opensim.Vec3(*axis))
        if opensim.Constant.safeDownCast(function) is None:
            transform.setCoordinateNames(opensim.ArrayStr("knee_angle", 1))
        transform.set_function(function)
    joint = opensim.CustomJoint("knee", *_frames(parent, body), spatial)
    joint.finalizeFromProperties()
    joint.upd_coordinates(0).setName("knee_angle")
    return joint


def _name_coordinates(joint: opensim.Joint, name: str) -> list[str]:
    names = [f"{name}_{number}" for number in range(joint.numCoordinates())]
    for number, one in enumerate(names):
        joint.upd_coordinates(number).setName(one)
    return names


def _couple(model: opensim.Model, follower: str, leader: str, function: opensim.Function, scale: float = 1.0) -> None:
    coupler = opensim.CoordinateCouplerConstraint()
    coupler.setName(f"{follower}_follows")
    coupler.setIndependentCoordinateNames(opensim.ArrayStr(leader, 1))
    coupler.setDependentCoordinateName(follower)
    coupler.setFunction(function)
    opensim.PropertyHelper.setValueDouble(scale, coupler.updPropertyByName("scale_factor"))
    model.addConstraint(coupler)


def _add_muscle(model: opensim.Model, name: str, path: list[tuple[opensim.PhysicalFrame, tuple]]) -> None:
    kind = opensim.Thelen2003Muscle if name == "old" else opensim.Millard2012EquilibriumMuscle
    muscle = kind(name, 400.0, FIBER, 0.25, 0.2)
    for number, (body, place) in enumerate(path):
        muscle.addNewPathPoint(f"{name}-{number}", body, opensim.Vec3(*place))
    model.addForce(muscle)


def _add_contact(model: opensim.Model, body: opensim.Body) -> None:
    floor = opensim.ContactHalfSpace(
        opensim.Vec3(0, -0.3, 0), opensim.Vec3(0.1, 0.2, -np.pi / 2), model.getGround(), "floor"
    )
    ball = opensim.ContactSphere(0.1, opensim.Vec3(0.0, -0.2, 0.0), body, "ball")
    model.addContactGeometry(floor)
    model.addContactGeometry(ball)
    force = opensim.SmoothSphereHalfSpaceForce("ball_contact", ball, floor)
    force.set_stiffness(1e5)
    force.set_dissipation(0.5)
    force.set_static_friction(0.9)
    force.set_dynamic_friction(0.6)
    force.set_viscous_friction(0.3)
    model.addForce(force)


def build() -> opensim.Model:
    """Return a chain of all joints with muscles along it."""
    quiet_opensim()
    model = opensim.Model()
    model.setGravity(opensim.Vec3(0.5, -9.81, 0.2))
    chain: list[opensim.PhysicalFrame] = [model.getGround()]
    names = []
    for kind in JOINTS:
        body = _add_body(model, kind.lower())
        joint = getattr(opensim, f"{kind}Joint")(f"{kind.lower()}_joint", *_frames(chain[-1], body))
        names += _name_coordinates(joint, kind.lower())
        model.addJoint(joint)
        chain.append(body)
    for name in ("shank", "cap"):
        body = _add_body(model, name)
        if name == "shank":
            model.addJoint(_knee(chain[-1], body))
        else:
            model.addJoint(opensim.WeldJoint("cap_weld", *_frames(chain[-1], body)))
        chain.append(body)
    for number in range(model.getCoordinateSet().getSize()):
        coordinate = model.getCoordinateSet().get(number)
        coordinate.setRangeMin(-0.6)
        coordinate.setRangeMax(0.8)
        coordinate.setDefaultValue(0.1)
    model.getCoordinateSet().get("gimbal_1").setDefaultLocked(True)
    _couple(model, "universal_1", "pin_0", opensim.LinearFunction(0.5, 0.1), 2.0)
    _couple(model, "planar_0", "knee_angle", _spline([0.3, 0.1, 0.0, 0.2, 0.1]))
    _add_muscle(model, "old", [(chain[0], (0.05, 0.0, 0.02)), (chain[2], (0.03, -0.1, 0.0)), (chain[4], (0.04, 0, 0))])
    _add_muscle(model, "long", [(body, (-0.04, -0.1, 0.03)) for body in chain[3:]])
    spring = opensim.SpringGeneralizedForce("planar_0")
    spring.setName("planar_0_spring")
    spring.setStiffness(3.0)
    spring.setRestLength(0.2)
    spring.setViscosity(0.4)
    model.addForce(spring)
    stop = opensim.CoordinateLimitForce("gimbal_0", 20.0, 0.4, -15.0, 0.3, 0.02, 8.0)
    stop.setName("gimbal_0_stop")
    model.addForce(stop)
    slide = opensim.CoordinateLimitForce("slider_0", 0.2, 500.0, -0.1, 400.0, 20.0, 0.05)
    slide.setName("slider_0_stop")
    model.addForce(slide)
    for name in sorted({*names, "knee_angle"} - {"planar_0", "gimbal_1", "universal_1"}):
        holding = opensim.SpringGeneralizedForce(name)
        holding.setName(f"{name}_spring")
        holding.setStiffness(200.0)
        holding.setRestLength(0.1)
        holding.setViscosity(10.0)
        model.addForce(holding)
    _add_contact(model, chain[-1])
    model.finalizeConnections()
    fit_tendons(model, FIBER)
    return model


def fit_tendons(model: opensim.Model, fiber: float) -> None:
    """Give the fibres the length ``fiber`` (m) in the default pose."""
    copy = model.clone()
    state = copy.initSystem()
    copy.realizePosition(state)
    for number in range(model.getMuscles().getSize()):
        length = copy.getMuscles().get(number).getLength(state)
        model.getMuscles().get(number).setTendonSlackLength(length - fiber)
