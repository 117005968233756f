"""Movements of the forearm: named poses, timed steps between them, targets at any time."""

from .movement import MotionTarget, Movement, load_movement
from .poses import Poses, load_poses

__all__ = ["MotionTarget", "Movement", "Poses", "load_movement", "load_poses"]
