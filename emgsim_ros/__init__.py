"""emgsim_ros: a live digital twin of the forearm for ROS 2, and its parts as Python functions.

    import emgsim_ros as es

    recording = es.simulate_emg({"FCU": 0.3}, rate=100, duration=1.0, rows=4, columns=8, units_per_muscle=12)
    recording.emg  # [samples, channels] mV

Every name below is loaded when it is first used, so that importing the package costs some milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
    from .api.anatomies import limb, load_anatomy
    from .api.decoding import DecodedPose, decode, load_decoder
    from .api.emg import SimulatedEmg, simulate_emg
    from .api.learning import load_policy, make_environment
    from .api.models import load_model
    from .api.movements import simulate_movement
    from .api.potentials import motor_unit_potentials
    from .api.scenarios import SimulatedMovement, open_scenario, simulate
    from .api.session_files import Session, read_session, write_session
    from .api.stimulating import StimulationResponse, stimulate
    from .errors import EmgsimError, InvalidInput
    from .muap.limb.anatomy import MuscleTerritory as Muscle
    from .muap.limb.electrodes import ElectrodeGrid
    from .parameters import EmgParameters
    from .parts import add_part, part_names

__all__ = [
    "DecodedPose",
    "ElectrodeGrid",
    "EmgParameters",
    "EmgsimError",
    "InvalidInput",
    "Muscle",
    "Session",
    "SimulatedEmg",
    "SimulatedMovement",
    "StimulationResponse",
    "__version__",
    "add_part",
    "decode",
    "limb",
    "load_anatomy",
    "load_decoder",
    "load_model",
    "load_policy",
    "make_environment",
    "motor_unit_potentials",
    "open_scenario",
    "part_names",
    "read_session",
    "simulate",
    "simulate_emg",
    "simulate_movement",
    "stimulate",
    "write_session",
]

if not TYPE_CHECKING:  # a type checker reads the imports above instead
    from .api.names import load_name

    def __getattr__(name: str) -> object:
        """Load a public name on its first use."""
        value = globals()[name] = load_name(name)
        return value

    def __dir__() -> list[str]:
        """The public names and those that are loaded already."""
        return sorted({*globals(), *__all__})
