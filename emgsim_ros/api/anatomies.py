"""Anatomies of limbs: those of config/anatomy, and limbs of one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from ..errors import InvalidInput
from ..files.resources import config_file
from ..muap.limb.anatomy import ForearmAnatomy, MuscleTerritory, Placement, check_depth
from ..muap.limb.anatomy import load_anatomy as read_anatomy
from ..muap.limb.cylinder import LayeredCylinder


def load_anatomy(name: str | Path = "forearm") -> ForearmAnatomy:
    """Read the anatomy of a limb.

    Args:
        name: A name in config/anatomy, or the path of such a file.

    Returns:
        Layers, place in the musculoskeletal model, constants of the fibres, and muscles by name.

    Raises:
        InvalidInput: No such file, or a broken one.

    Example:
        >>> import emgsim_ros as es
        >>> es.load_anatomy("forearm").muscles["FCU"].motor_units
        205
    """
    return read_anatomy(config_file(str(name), folder="anatomy"))


def limb(
    muscles: Mapping[str, MuscleTerritory],
    *,
    radius: float = 0.0400,
    skin: float = 0.0015,
    fat: float = 0.0030,
    bone: float = 0.0080,
) -> ForearmAnatomy:
    """Make the anatomy of a limb: a cylinder of bone, muscle, fat and skin, with muscles in its muscle layer.

    The default radii are those of the forearm of 25 cm circumference in config/anatomy/forearm.yaml. Conductivities
    (Farina, Mesin, Martina & Merletti 2004, table I) and the constants of the muscle fibres are taken from that file.
    The axis of the limb is z, proximal positive; angle 0 points along x, and angles grow from x towards -y.

    Args:
        muscles: `Muscle` by name; depths are below the skin surface.
        radius: Outer radius of the limb, m.
        skin, fat: Thickness of these layers, m.
        bone: Radius of the bone, m.

    Returns:
        An anatomy as `simulate_emg` and `motor_unit_potentials` take it. The trained network was made for forearms;
        other limbs need ``generator="conductor"``.

    Raises:
        InvalidInput: Layers that leave no room for muscle, or a muscle that does not lie in the muscle layer.

    Example:
        A limb of 5 cm radius with 6 mm of fat and one muscle in front:

        >>> import emgsim_ros as es
        >>> muscle = es.Muscle(motor_units=20, area=4e-4, depth=(0.009, 0.02), angle=(-0.1, 0.1), fiber_length=0.1)
        >>> anatomy = es.limb({"muscle": muscle}, radius=0.05, fat=0.006)
        >>> round(anatomy.cylinder.muscle_radius, 4)
        0.0425
    """
    for name, thickness in (("skin", skin), ("fat", fat)):
        if not thickness > 0:
            raise InvalidInput(f"limb: {name}", thickness, "a thickness above 0 m")
    standard = load_anatomy("forearm")
    cylinder: LayeredCylinder = dataclasses.replace(
        standard.cylinder,
        bone_radius=bone,
        muscle_radius=radius - skin - fat,
        fat_radius=radius - skin,
        skin_radius=radius,
    )
    for name, muscle in muscles.items():
        check_depth(name, muscle, cylinder)
    placement = Placement(origin=(0.0, 0.0, 0.0), axis=(0.0, 0.0, 1.0), angle_zero=(1.0, 0.0, 0.0))
    return ForearmAnatomy(cylinder, placement, standard.fiber, dict(muscles), ())
