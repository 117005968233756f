"""Movements of the forearm: named poses, timed steps between them, targets at any time."""

from .movement import MotionTarget, Movement, Step, load_movement
from .poses import Poses, load_poses

__all__ = ["MotionTarget", "Movement", "Poses", "Step", "load_movement", "load_poses"]
