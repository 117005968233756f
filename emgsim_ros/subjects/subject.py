"""One virtual subject: an arm, where its electrodes came to lie, how strong it is and how clean its recording."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..muap.limb.anatomy import ForearmAnatomy, MuscleTerritory
from ..muap.limb.cylinder import LayeredCylinder
from ..seeds import generator

SKIN_RADIUS = (0.036, 0.046)  # m: forearms of 23 to 29 cm
FAT = (0.001, 0.006)  # m
SKIN = (0.001, 0.002)  # m
ELECTRODE_TURN = 0.03  # of the circumference either way: how well electrodes are put back to their place
ELECTRODE_SHIFT = 0.008  # m along the arm either way
PLACE_SPREAD = (0.008, 0.004)  # SD of a muscle's own place around the arm (of the circumference) and along it (m)
SIZE_SPREAD = 0.1  # SD of the logarithm of a muscle's area, fibre length and number of motor units
STRENGTH = (0.7, 1.4)  # greatest force over the model's
CLEARANCE = 0.0005  # m that a muscle keeps from fat and bone


@dataclass(frozen=True)
class VirtualSubject:
    """A subject.

    Attributes:
        name: As in the sessions.
        seed: Of its motor units, their discharges and the noise.
        anatomy: The arm as its electrodes see it (they lie where the standard anatomy's do).
        strength: Greatest force of its muscles over the model's; the same movement costs so much less effort.
        co_contraction: Activation that all its muscles keep.
        pace: Duration of its movements over the stage's.
        noise_rms, mains_amplitude: Of the recording, mV.
        gain_spread: SD of the channels' gain.
    """

    name: str
    seed: int
    anatomy: ForearmAnatomy
    strength: float
    co_contraction: float
    pace: float
    noise_rms: float
    mains_amplitude: float
    gain_spread: float


def subject_name(number: int) -> str:
    """Name of subject ``number``, as in the sessions."""
    return f"subject{number:04d}"


def draw_subject(standard: ForearmAnatomy, seed: int, number: int) -> VirtualSubject:
    """Subject ``number`` of the cohort with this seed."""
    rng = generator(seed, "subject", number)
    cylinder = _draw_cylinder(standard.cylinder, rng)
    turn = rng.uniform(-ELECTRODE_TURN, ELECTRODE_TURN)
    shift = rng.uniform(-ELECTRODE_SHIFT, ELECTRODE_SHIFT)
    strength = rng.uniform(*STRENGTH)
    muscles = {
        name: _draw_territory(territory, standard.cylinder, cylinder, turn, shift, strength, rng)
        for name, territory in standard.muscles.items()
    }
    return VirtualSubject(
        name=subject_name(number),
        seed=int(rng.integers(2**31)),
        anatomy=dataclasses.replace(standard, cylinder=cylinder, muscles=muscles),
        strength=strength,
        co_contraction=rng.uniform(0.01, 0.03),
        pace=rng.uniform(0.8, 1.25),
        noise_rms=float(np.exp(rng.uniform(np.log(0.002), np.log(0.006)))),
        mains_amplitude=rng.uniform(0.0, 0.002),
        gain_spread=rng.uniform(0.0, 0.08),
    )


def _draw_cylinder(standard: LayeredCylinder, rng: np.random.Generator) -> LayeredCylinder:
    radius, fat, skin = rng.uniform(*SKIN_RADIUS), rng.uniform(*FAT), rng.uniform(*SKIN)
    return dataclasses.replace(
        standard,
        skin_radius=radius,
        fat_radius=radius - skin,
        muscle_radius=radius - skin - fat,
        bone_radius=standard.bone_radius / standard.skin_radius * radius,
    )


def _draw_territory(
    territory: MuscleTerritory,
    standard: LayeredCylinder,
    cylinder: LayeredCylinder,
    turn: float,
    shift: float,
    strength: float,
    rng: np.random.Generator,
) -> MuscleTerritory:
    """A muscle at its place between fat and bone of another arm, under electrodes that were turned and shifted."""
    around, along = rng.normal(0.0, PLACE_SPREAD)
    size = np.exp(SIZE_SPREAD * rng.standard_normal(3))
    scale = (cylinder.muscle_radius - cylinder.bone_radius) / (standard.muscle_radius - standard.bone_radius)
    surfaces = [arm.skin_radius - arm.muscle_radius for arm in (standard, cylinder)]
    room = (surfaces[1] + CLEARANCE, cylinder.skin_radius - cylinder.bone_radius - CLEARANCE)
    low, high = (float(np.clip(surfaces[1] + scale * (d - surfaces[0]), *room)) for d in territory.depth)
    return dataclasses.replace(
        territory,
        depth=(low, high),
        angle=(territory.angle[0] + turn + around, territory.angle[1] + turn + around),
        belly=territory.belly + shift + along,
        area=territory.area * strength * size[0],
        fiber_length=territory.fiber_length * size[1],
        motor_units=round(territory.motor_units * size[2]),
    )
