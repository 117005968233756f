"""The hand's pose: kinematics from joint angles to landmarks."""

from .kinematics import LANDMARKS, HandKinematics, load_hand_kinematics

__all__ = ["LANDMARKS", "HandKinematics", "load_hand_kinematics"]
