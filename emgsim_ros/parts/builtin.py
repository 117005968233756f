"""The parts that this package brings, by kind and name."""

from __future__ import annotations

from collections.abc import Mapping

_BUILTIN = {
    "pool": {
        "fuglevand": "motor_units.rate_coding:RateCodedTrains",
        "integrate_and_fire": "motor_units.integrate_and_fire:IntegrateAndFireTrains",
    },
    "potentials": {
        "network": "muap.models:network_potentials",
        "conductor": "muap.models:conductor_potentials",
        "biomime": "muap.models:biomime_potentials",
    },
    "montage": {
        "monopolar": "emg.montage:Monopolar",
        "single_differential": "emg.montage:SingleDifferential",
        "double_differential": "emg.montage:DoubleDifferential",
        "laplacian": "emg.montage:Laplacian",
    },
    "reference": {
        "distant": "emg.reference:Distant",
        "electrode": "emg.reference:SingleElectrode",
        "strap": "emg.reference:Strap",
        "average": "emg.reference:CommonAverage",
    },
    "noise": {
        "electrode": "emg.noise.skin:skin_noise",
        "reference": "emg.noise.skin:reference_noise",
        "amplifier": "emg.noise.white:amplifier_noise",
        "white": "emg.noise.white:white_noise",
        "mains": "emg.noise.mains:mains_interference",
        "baseline": "emg.noise.baseline:baseline_wander",
        "motion": "emg.noise.motion:motion_artefacts",
        "ecg": "emg.noise.ecg:ecg_pickup",
    },
    "decoder": {
        "streaming": "pose.networks.streaming:StreamingDecoder",
        "tracking_vemg2pose": "pose.networks.kinds:tracking_vemg2pose",
        "regression_vemg2pose": "pose.networks.kinds:regression_vemg2pose",
        "emg2pose_mlp": "pose.networks.kinds:emg2pose_mlp",
        "regression_neuropose": "pose.networks.kinds:regression_neuropose",
    },
    "drive": {
        "kinematic": "musculoskeletal.drives.kinematic:KinematicDrive",
        "tracking": "musculoskeletal.drives.forward:TrackingDrive",
        "excitation": "musculoskeletal.drives.forward:ExcitationDrive",
    },
    "engine": {
        "opensim": "musculoskeletal.opensim.engine:OpenSimEngine",
        "mujoco": "musculoskeletal.mujoco.engine:MujocoEngine",
    },
    "response": {
        "rnn": "stimulation.live:trained_network",
        "spinal_model": "stimulation.live:spinal_model",
    },
    "environment": {
        "emgsim/ArmReach-v0": "envs.arm_reach:ArmReach",
        "emgsim/HandPose-v0": "envs.hand_pose:HandPose",
        "emgsim/Stand-v0": "envs.human:Stand",
        "emgsim/Crouch-v0": "envs.human:Crouch",
        "emgsim/Jump-v0": "envs.human:Jump",
        "emgsim/Gait-v0": "envs.human:Gait",
    },
    "policy": {"network": "learning.pilot:trained_pilot"},
    "node": {
        name: f"scenario.node_kinds:{name.upper()}"
        for name in (
            "motion",
            "stimulation",
            "musculoskeletal",
            "emg",
            "pose",
            "policy",
            "monitor",
            "recorder",
            "replay",
            "viewer",
        )
    },
    "scenario": {
        "forearm_sim": "scenario.scenarios:FOREARM_SIM",
        "arm_sim": "scenario.scenarios:ARM_SIM",
        "leg_sim": "scenario.scenarios:LEG_SIM",
    },
}
BUILTIN: Mapping[str, Mapping[str, str]] = {
    kind: {name: f"emgsim_ros.{target}" for name, target in parts.items()} for kind, parts in _BUILTIN.items()
}
