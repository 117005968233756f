"""Gymnasium environments on the musculoskeletal models: reach, hold a posture, stand, crouch, jump, walk.

    import gymnasium
    import emgsim_ros.envs

    env = gymnasium.make("emgsim/ArmReach-v0")

Actions are the excitations of the muscles, 0 to 1. The settings are the fields of `EnvSettings`; each environment's
class documents its observation and its reward. Importing this package registers every part of the kind
``environment`` with gymnasium, also those of other installed packages.
"""

from .registration import register_environments

IDS = register_environments()

__all__ = ["IDS", "register_environments"]
