"""Where each public name of the package is defined; nothing is imported before a name is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

PACKAGE = "emgsim_ros"
_MODULES: Mapping[str, tuple[str, ...]] = {
    "api.anatomies": ("limb", "load_anatomy"),
    "api.decoding": ("DecodedPose", "decode", "load_decoder"),
    "api.emg": ("SimulatedEmg", "simulate_emg"),
    "api.learning": ("load_policy", "make_environment"),
    "api.models": ("load_model",),
    "api.movements": ("simulate_movement",),
    "api.potentials": ("motor_unit_potentials",),
    "api.scenarios": ("SimulatedMovement", "open_scenario", "simulate"),
    "api.session_files": ("Session", "read_session", "write_session"),
    "api.stimulating": ("StimulationResponse", "stimulate"),
    "errors": ("EmgsimError", "InvalidInput"),
    "muap.limb.electrodes": ("ElectrodeGrid",),
    "parameters": ("EmgParameters",),
    "parts": ("add_part", "part_names"),
}
TARGETS: Mapping[str, str] = {
    "Muscle": "muap.limb.anatomy:MuscleTerritory",
    **{name: f"{module}:{name}" for module, names in _MODULES.items() for name in names},
}


def load_name(name: str) -> object:
    """Import and return what the package calls ``name``.

    Raises:
        AttributeError: The package has no such name.
    """
    if name not in TARGETS:
        raise AttributeError(f"module {PACKAGE!r} has no attribute {name!r}")
    module, _, attribute = TARGETS[name].partition(":")
    return getattr(importlib.import_module(f"{PACKAGE}.{module}"), attribute)
