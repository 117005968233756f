"""The bones of a model as straight lines."""

from __future__ import annotations

from .fixed_points import FixedPoints, FramePoint, numbers_of
from .runtime import opensim

BONE_COLOUR = (0.93, 0.90, 0.82)  # red, green, blue
BONE_SUFFIX = "_bone"  # suffix of frames with a bone: a cylinder along the y axis


def bone_ends(model: opensim.Model) -> FixedPoints:
    """Return both ends of every bone, one after the other: those of the drawn bones, or lines between the joints."""
    return FixedPoints(bone_points(model))


def bone_points(model: opensim.Model) -> list[FramePoint]:
    """Return the frames and points of `bone_ends`."""
    return _drawn_bones(model) or _between_joints(model)


def _drawn_bones(model: opensim.Model) -> list[FramePoint]:
    """Return the ends of the cylinders that the model builder of this package attaches to bones."""
    ends: list[FramePoint] = []
    for component in model.getComponentsList():
        frame = opensim.PhysicalOffsetFrame.safeDownCast(component)
        if frame is not None and frame.getName().endswith(BONE_SUFFIX):
            half = opensim.Cylinder.safeDownCast(frame.get_attached_geometry(0)).get_half_height()
            ends += [(frame, [0.0, -half, 0.0]), (frame, [0.0, half, 0.0])]
    return ends


def _between_joints(model: opensim.Model) -> list[FramePoint]:
    """For models of other origin: return lines in every body from its origin to the joints of its child bodies."""
    ends: list[FramePoint] = []
    joints = model.getJointSet()
    for number in range(joints.getSize()):
        frame = joints.get(number).getParentFrame()
        body = opensim.PhysicalFrame.safeDownCast(frame.findBaseFrame())
        if body.getName() != "ground":
            ends += [(body, [0.0, 0.0, 0.0]), (body, numbers_of(frame.findTransformInBaseFrame().p()))]
    return ends
