"""The scenarios of this package."""

from __future__ import annotations

from ..parameters import SCALED_BY_EFFORT
from ..signals import topics
from .plan import NodePlan, ScenarioPlan

# The effort of free movement is measured for the forearm and hand only.
NO_EFFORT = dict.fromkeys((*SCALED_BY_EFFORT, "enslaving"), 0.0)
RECORDER = NodePlan("recorder", option="record")
VIEWER = NodePlan("viewer", option="viewer")

FOREARM_SIM = ScenarioPlan(
    "forearm_sim",
    (
        NodePlan("motion"),
        NodePlan("stimulation"),
        NodePlan("musculoskeletal", defaults={"excitation_topics": (topics.STIMULATION_EXCITATION.name,)}),
        NodePlan("emg"),
        NodePlan("pose"),
        NodePlan("monitor"),
        RECORDER,
        VIEWER,
    ),
    about="Forearm and hand with HD-EMG, a pose decoder and epidural stimulation.",
    rviz="forearm.rviz",
)
ARM_SIM = ScenarioPlan(
    "arm_sim",
    (
        NodePlan("motion", defaults={"movement": "arm_reaches"}),
        NodePlan(
            "musculoskeletal",
            defaults={
                "model": "arm",
                "frame": "upper_arm",
                "drive": "excitation",
                "poses": "arm_poses",
                "reference_pose": "hanging",
                "excitation_topics": (topics.POLICY_EXCITATION.name,),
                **NO_EFFORT,
            },
        ),
        NodePlan("policy"),
        NodePlan(
            "emg",
            defaults={
                "frame": "upper_arm",
                "anatomy": "upper_arm",
                "generator": "conductor",
                "rows": 8,
                "columns": 24,
                "spacing": 10.0,
            },
        ),
        NodePlan("monitor"),
        RECORDER,
        NodePlan("viewer", option="viewer", defaults={"eye": "upright"}),
    ),
    about="An arm that reaches under a trained policy, with EMG of the upper arm.",
    rviz="arm.rviz",
)
LEG_SIM = ScenarioPlan(
    "leg_sim",
    (
        NodePlan("motion", defaults={"movement": "leg_steps"}),
        NodePlan(
            "stimulation",
            defaults={"checkpoint": "stimulation_lumbar", "lead": "lumbar", "innervation": "leg"},
        ),
        NodePlan(
            "musculoskeletal",
            defaults={
                "model": "leg",
                "frame": "pelvis",
                "poses": "leg_poses",
                "reference_pose": "straight",
                "excitation_topics": (topics.STIMULATION_EXCITATION.name,),
                **NO_EFFORT,
            },
        ),
        NodePlan("monitor"),
        RECORDER,
        NodePlan("viewer", option="viewer", defaults={"lead": "lumbar", "eye": "upright"}),
    ),
    about="Both legs under epidural stimulation.",
    rviz="leg.rviz",
)
