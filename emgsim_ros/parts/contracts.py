"""The kinds of parts and what a part of each kind has to be; docs/extending.md shows an example of each."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "pool": "(units: {muscle: number}, sample_rate, seed, **options) -> motor_units.SpikeTrains",
    "potentials": "(request: muap.models.PotentialRequest, **options) -> muap.models.PotentialModel",
    "montage": "(grid: muap.ElectrodeGrid, **options) -> emg.montage.Montage",
    "reference": "(grid: muap.ElectrodeGrid, parameters: EmgParameters, **options) -> emg.reference.Reference",
    "noise": "(site: emg.noise.RecordingSite, **options) -> emg.noise.Noise, or None where it adds nothing",
    "decoder": "(size, angles) -> pose.networks.interface.PoseNetwork; attribute Size: dataclass of its sizes",
    "drive": "(model, rate, natural_frequency, **options) -> musculoskeletal.Drive",
    "engine": "(**options) -> musculoskeletal.engine.Engine",
    "response": "(parameters, lead, **options) -> stimulation.models.ResponseModel",
    "environment": "a gymnasium.Env class; attribute EPISODE_STEPS: control steps of an episode",
    "policy": "(checkpoint, **options) -> learning.pilot.Pilot",
    "node": "a scenario.NodeKind",
    "scenario": "a scenario.ScenarioPlan",
}
