"""The bones of a model as lines."""

from __future__ import annotations

from .fixed_points import FixedPoints, FramePoint, numbers_of
from .runtime import opensim

BONE_COLOUR = (0.93, 0.90, 0.82)  # red, green, blue
BONE_SUFFIX = "_bone"  # frames of this name carry a bone: a cylinder along their y axis


def bone_ends(model: opensim.Model) -> FixedPoints:
    """Both ends of every bone, one after the other: those that are drawn, else lines between the joints."""
    return FixedPoints(_drawn_bones(model) or _between_joints(model))


def _drawn_bones(model: opensim.Model) -> list[FramePoint]:
    """The cylinders that this package's builder puts on bones."""
    ends: list[FramePoint] = []
    for component in model.getComponentsList():
        frame = opensim.PhysicalOffsetFrame.safeDownCast(component)
        if frame is not None and frame.getName().endswith(BONE_SUFFIX):
            half = opensim.Cylinder.safeDownCast(frame.get_attached_geometry(0)).get_half_height()
            ends += [(frame, [0.0, -half, 0.0]), (frame, [0.0, half, 0.0])]
    return ends


def _between_joints(model: opensim.Model) -> list[FramePoint]:
    """For models from elsewhere: a line in every body from its origin to the joints of its children."""
    ends: list[FramePoint] = []
    joints = model.getJointSet()
    for number in range(joints.getSize()):
        frame = joints.get(number).getParentFrame()
        body = opensim.PhysicalFrame.safeDownCast(frame.findBaseFrame())
        if body.getName() != "ground":
            ends += [(body, [0.0, 0.0, 0.0]), (body, numbers_of(frame.findTransformInBaseFrame().p()))]
    return ends
