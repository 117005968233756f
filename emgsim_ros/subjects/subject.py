"""A virtual subject: its arm, the placement of its electrodes, its strength and the noise of its recordings."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..muap.limb.anatomy import ForearmAnatomy, MuscleTerritory
from ..muap.limb.cylinder import LayeredCylinder
from ..seeds import generator

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
CLEARANCE = 0.0005  # m; least distance of a muscle from fat and bone


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


def subject_name(number: int) -> str:
    """Return the name that subject ``number`` has in the sessions."""
    return f"subject{number:04d}"


def draw_subject(standard: ForearmAnatomy, seed: int, number: int) -> VirtualSubject:
    """Draw subject ``number`` of the cohort with this seed from variations of the standard anatomy."""
    rng = generator(seed, "subject", number)
    cylinder = _draw_cylinder(standard.cylinder, rng)
    turn = rng.uniform(-ELECTRODE_TURN, ELECTRODE_TURN)
    shift = rng.uniform(-ELECTRODE_SHIFT, ELECTRODE_SHIFT)
    strength = rng.uniform(*STRENGTH)
    muscles = {
        name: _draw_territory(territory, standard.cylinder, cylinder, turn, shift, strength, rng)
        for name, territory in standard.muscles.items()
    }
    drawn = VirtualSubject(
        name=subject_name(number),
        seed=int(rng.integers(2**31)),
        anatomy=dataclasses.replace(standard, cylinder=cylinder, muscles=muscles),
        strength=strength,
        co_contraction=rng.uniform(0.01, 0.03),
        effort=1.0,
        pace=rng.uniform(0.8, 1.25),
        noise_rms=float(np.exp(rng.uniform(np.log(0.002), np.log(0.006)))),
        mains_amplitude=rng.uniform(0.0, 0.002),
        gain_spread=rng.uniform(0.0, 0.08),
    )
    # Drawn last, so that subjects are those of earlier cohorts in everything else.
    return dataclasses.replace(drawn, effort=float(np.exp(EFFORT_SPREAD * rng.standard_normal())))


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
    """Place a muscle between fat and bone of the new arm, under electrodes that are rotated and displaced."""
    around, along = rng.normal(0.0, PLACE_SPREAD)
    size = np.exp(SIZE_SPREAD * rng.standard_normal(3))
    scale = (cylinder.muscle_radius - cylinder.bone_radius) / (standard.muscle_radius - standard.bone_radius)
    surfaces = [arm.skin_radius - arm.muscle_radius for arm in (standard, cylinder)]
    within = (surfaces[1] + CLEARANCE, cylinder.skin_radius - cylinder.bone_radius - CLEARANCE)
    low, high = (float(np.clip(surfaces[1] + scale * (d - surfaces[0]), *within)) for d in territory.depth)
    return dataclasses.replace(
        territory,
        depth=(low, high),
        angle=(territory.angle[0] + turn + around, territory.angle[1] + turn + around),
        belly=territory.belly + shift + along,
        area=territory.area * strength * size[0],
        fiber_length=territory.fiber_length * size[1],
        motor_units=round(territory.motor_units * size[2]),
    )
