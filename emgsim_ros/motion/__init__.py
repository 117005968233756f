"""Movements: named poses, timed steps between them, and the motion target at any time."""

from .movement import MotionTarget, MotionTargets, Movement, Step, load_movement
from .poses import Poses, load_poses

__all__ = ["MotionTarget", "MotionTargets", "Movement", "Poses", "Step", "load_movement", "load_poses"]
