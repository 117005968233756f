"""A virtual subject: its arm, the placement of its electrodes, its strength and the noise of its recordings."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import InvalidInput
from ..files.resources import config_file
from ..muap.limb.anatomy import ForearmAnatomy, load_anatomy
from ..parameters import EmgParameters, from_mapping
from ..seeds import generator
from .body import Body, MuscleChange, standard_body

STANDARD = "forearm"  # the standard anatomy of drawn subjects
SKIN_RADIUS = (0.036, 0.046)  # m; forearms with a circumference of 23 to 29 cm
FAT = (0.001, 0.006)  # m; thickness
SKIN = (0.001, 0.002)  # m; thickness
ELECTRODE_TURN = 0.03  # fraction of the circumference; greatest rotation of the electrodes in either direction
ELECTRODE_SHIFT = 0.008  # m; greatest displacement of the electrodes along the arm in either direction
# Standard deviation of a muscle's place around the arm (fraction of the circumference) and along it (m).
PLACE_SPREAD = (0.008, 0.004)
# Standard deviation of the logarithm of a muscle's area, fibre length and number of motor units.
SIZE_SPREAD = 0.1
# Standard deviation of the logarithm of the effort. Between people of ContractionIntensity (LibEMG, without feedback)
# the amplitude relative to their maximum spreads by 0.42 (light), 0.25 (medium).
EFFORT_SPREAD = 0.3
STRENGTH = (0.7, 1.4)  # range of the ratio of a subject's maximal force to that of the model
# Fields of `EmgParameters` that describe the place and time of a recording instead of the person.
NOT_OF_A_PERSON = (
    *("links_awaited", "frame", "anatomy", "subject", "generator", "checkpoint", "refresh_rate", "device", "seed"),
    *("sample_rate", "block_length", "rows", "columns", "spacing", "column_spacing", "grid_angle", "diameter"),
    *(
        "montage",
        "reference",
        "reference_position",
        "reference_angle",
        "reference_diameter",
        "muscles",
        "muscle_map",
        "units_per_muscle",
        "high_pass",
        "low_pass",
        "adc_bits",
        "adc_range",
    ),
)


@dataclass(frozen=True)
class VirtualSubject:
    """A virtual subject.

    Attributes:
        name: Name of the subject in the sessions.
        seed: Seed of its motor units, their discharges and the noise.
        anatomy: The arm relative to its electrodes, which keep the positions of the standard anatomy: a rotation or
            displacement of the electrodes moves the muscles instead.
        strength: Ratio of its maximal muscle force to that of the model; excitations are divided by it.
        co_contraction: Activation that all its muscles have as far as the joint moments allow.
        effort: Factor of the effort with which it holds postures and moves.
        pace: Ratio of the durations of its movements to those of the stage.
        noise_rms, mains_amplitude: RMS of the electrode noise (20 to 500 Hz) and amplitude of the mains interference at
            a nominal electrode, mV; see `EmgParameters`.
        gain_spread: Standard deviation of the gain of the channels.
        body: The changes of the standard anatomy from which ``anatomy`` follows; None for an anatomy from elsewhere.
        emg: Further values of fields of `EmgParameters` that belong to the person, such as ``options`` of the pool.
        fitted: What the subject was fitted to and how well, by name; empty for a drawn subject.
    """

    name: str
    seed: int
    anatomy: ForearmAnatomy
    strength: float
    co_contraction: float
    effort: float
    pace: float
    noise_rms: float
    mains_amplitude: float
    gain_spread: float
    body: Body | None = None
    emg: Mapping[str, Any] = field(default_factory=dict)
    fitted: Mapping[str, Any] = field(default_factory=dict)

    def emg_parameters(self, parameters: EmgParameters) -> EmgParameters:
        """Return the parameters of a recording of this subject.

        Args:
            parameters: Electrodes, amplifier and potential model.

        Raises:
            InvalidInput: A value of ``emg`` belongs to the recording, is unknown or out of its range.
        """
        for name in self.emg:
            if name in NOT_OF_A_PERSON:
                raise InvalidInput(f"subject: emg: {name}", self.emg[name], "a parameter that belongs to a person")
        own = {
            "noise_rms": self.noise_rms,
            "mains_amplitude": self.mains_amplitude,
            "gain_spread": self.gain_spread,
            "seed": self.seed,
        }
        return from_mapping(EmgParameters, {**vars(parameters), "subject": "", **own, **self.emg}, "subject: emg")


def subject_name(number: int) -> str:
    """Return the name that subject ``number`` has in the sessions."""
    return f"subject{number:04d}"


def standard_subject(
    standard: str = STANDARD, name: str = "standard", seed: int = EmgParameters.seed
) -> VirtualSubject:
    """Return the subject whose body is a standard anatomy, with the default noise of the node ``emg``.

    Args:
        standard: Name of the anatomy in config/anatomy, or the path of such a file.
        name: Name of the subject.
        seed: Seed of its motor units.

    Raises:
        InvalidInput: There is no such anatomy, or it is malformed.
    """
    anatomy = load_anatomy(config_file(standard, folder="anatomy"))
    body = standard_body(standard, anatomy)
    return VirtualSubject(
        name=name,
        seed=seed,
        anatomy=body.anatomy(anatomy),
        strength=1.0,
        co_contraction=0.02,
        effort=1.0,
        pace=1.0,
        noise_rms=EmgParameters.noise_rms,
        mains_amplitude=EmgParameters.mains_amplitude,
        gain_spread=EmgParameters.gain_spread,
        body=body,
    )


def draw_subject(standard: ForearmAnatomy, seed: int, number: int) -> VirtualSubject:
    """Draw subject ``number`` of the cohort with this seed from variations of the standard anatomy of the forearm."""
    rng = generator(seed, "subject", number)
    skin_radius, fat, skin = rng.uniform(*SKIN_RADIUS), rng.uniform(*FAT), rng.uniform(*SKIN)
    turn = rng.uniform(-ELECTRODE_TURN, ELECTRODE_TURN)
    shift = rng.uniform(-ELECTRODE_SHIFT, ELECTRODE_SHIFT)
    strength = rng.uniform(*STRENGTH)
    muscles = {name: _draw_change(rng) for name in standard.muscles}
    body = Body(STANDARD, skin_radius, fat, skin, turn, shift, muscles=muscles)
    drawn = VirtualSubject(
        name=subject_name(number),
        seed=int(rng.integers(2**31)),
        anatomy=body.anatomy(standard, strength),
        strength=strength,
        co_contraction=rng.uniform(0.01, 0.03),
        effort=1.0,
        pace=rng.uniform(0.8, 1.25),
        noise_rms=float(np.exp(rng.uniform(np.log(0.002), np.log(0.006)))),
        mains_amplitude=rng.uniform(0.0, 0.002),
        gain_spread=rng.uniform(0.0, 0.08),
        body=body,
    )
    # Drawn last, so that subjects are those of earlier cohorts in everything else.
    return dataclasses.replace(drawn, effort=float(np.exp(EFFORT_SPREAD * rng.standard_normal())))


def with_body(subject: VirtualSubject, body: Body, standard: ForearmAnatomy) -> VirtualSubject:
    """Return a subject with another body.

    Args:
        subject: The subject.
        body: The new body.
        standard: The standard anatomy that the body names.

    Raises:
        InvalidInput: The body does not fit the standard anatomy.
    """
    return dataclasses.replace(subject, body=body, anatomy=body.anatomy(standard, subject.strength))


def _draw_change(rng: np.random.Generator) -> MuscleChange:
    around, along = rng.normal(0.0, PLACE_SPREAD)
    area, fiber_length, motor_units = np.exp(SIZE_SPREAD * rng.standard_normal(3))
    return MuscleChange(
        around=float(around),
        along=float(along),
        area=float(area),
        fiber_length=float(fiber_length),
        motor_units=float(motor_units),
    )
