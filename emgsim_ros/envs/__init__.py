"""Gymnasium environments on the musculoskeletal models: reach, hold a posture, stand, crouch, jump, walk.

    import gymnasium
    import emgsim_ros.envs

    env = gymnasium.make("emgsim/ArmReach-v0")

Actions are the muscles' excitations, 0 to 1. What can be set is in :class:`.EnvSettings`; what is observed and
rewarded in each environment's class.
"""

from __future__ import annotations

from ..errors import InvalidInput

try:
    import gymnasium
except ImportError:  # an extra of the package
    raise InvalidInput("package gymnasium", "not installed", "pip install 'emgsim-ros[learn]'") from None

# Name, class, control steps of an episode.
ENVIRONMENTS = (
    ("ArmReach", "arm_reach:ArmReach", 200),
    ("HandPose", "hand_pose:HandPose", 200),
    ("Stand", "human:Stand", 500),
    ("Crouch", "human:Crouch", 500),
    ("Jump", "human:Jump", 200),
    ("Gait", "human:Gait", 1000),
)
IDS = tuple(f"emgsim/{name}-v0" for name, _, _ in ENVIRONMENTS)

for _name, _entry, _steps in ENVIRONMENTS:
    gymnasium.register(f"emgsim/{_name}-v0", entry_point=f"emgsim_ros.envs.{_entry}", max_episode_steps=_steps)
