"""Parameters of the musculoskeletal node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import ClockNodeParameters

SCALED_BY_EFFORT = ("resistance", "tone", "speed_tone")  # what a person's factor of effort multiplies


@dataclass(frozen=True)
class MusculoskeletalParameters(ClockNodeParameters):
    """The model, its drive, and the clock that it advances."""

    model: str = parameter("forearm_hand", "Model: a name in config/models or the path of a model file (.osim).")
    engine: str = parameter(
        "opensim",
        "Library that computes the mechanics of the model; mujoco is faster, and offline many times as fast.",
        part="engine",
    )
    frame: str = parameter("forearm", "Frame of the model's ground, in joint states and markers.")
    drive: str = parameter(
        "kinematic",
        "kinematic: the joints are moved along /motion/target; tracking: the muscles move them along it; "
        "excitation: the excitation topics alone move them.",
        part="drive",
    )
    poses: str = parameter(
        "poses", "Pose table of the reset service and the reference pose: a name in config/movements or a path."
    )
    reference_pose: str = parameter(
        "open",
        "Pose to which fibre lengths are relative, and in which the EMG's anatomy holds; empty: the default pose.",
    )
    rate: int = parameter(100, "Muscle states per second of simulation time.", unit="Hz", low=20, high=1000)
    real_time_factor: float = parameter(
        1.0, "Simulation time per wall-clock time; above 1 runs faster than life.", low=0.01, high=100.0
    )
    duration: float = parameter(
        0.0, "Simulation time after which the graph ends; 0 runs until stopped.", unit="s", low=0.0, high=1e6
    )
    co_contraction: float = parameter(
        0.02,
        "Activation that all muscles keep as far as the joint moments allow (not with drive: excitation).",
        low=0.0,
        high=0.5,
        live=True,
    )
    maximal_effort: float = parameter(
        1.0, "Greatest activation that the drive requests of a muscle.", low=0.01, high=1.0, live=True
    )
    resistance: float = parameter(
        0.2,
        "Share of their strength with which muscles push against tissue when their joints are at the ends of their "
        "ranges; much less in the middle.",
        low=0.0,
        high=0.5,
        live=True,
    )
    tone: float = parameter(
        0.05,
        "Activation that muscles have beyond co_contraction when their joints are at the ends of their ranges.",
        low=0.0,
        high=0.5,
        live=True,
    )
    speed_tone: float = parameter(
        0.01,
        "Activation that muscles have beyond co_contraction per rad/s of their joints.",
        unit="s/rad",
        low=0.0,
        high=0.1,
        live=True,
    )
    enslaving: float = parameter(
        1.0,
        "Factor of the measured coupling between the parts of finger muscles that move neighbouring fingers.",
        low=0.0,
        high=1.0,
        live=True,
    )
    natural_frequency: float = parameter(
        40.0, "How tightly the joints follow their target (critically damped).", unit="rad/s", low=5.0, high=200.0
    )
    excitation_topics: tuple[str, ...] = parameter(
        (), "MuscleExcitation topics whose excitations are added to the drive's, the sum clipped to 0..1."
    )
    marker_rate: int = parameter(20, "Updates of /msk/markers per second; 0 sends none.", unit="Hz", low=0, high=100)
    options: tuple[str, ...] = parameter((), "Options of drive and engine parts, such as 'drive.gain=2.0'.")
