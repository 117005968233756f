"""The reference model: a motor unit's potential at every electrode, from the volume conductor and the source.

The potential of a unit is the product of two averages over its fibres: the average source along the arm and the average
response of the volume conductor at the fibres' positions in the cross-section. The two are drawn independently.

The Fourier sum along the limb has a period of `WINDOW` and no frequency 0, so it gives every potential a mean of 0 over
the window. That holds for a limb bent to a ring, but not for one with two ends. No current leaves a limb through its
skin, so away from the fibres it does not flow at all, and beyond them the potential is constant on either side. With J
the current along the fibres and S the sum over the layers of conductivity along the limb times area, the two constants
differ by

    p(t) / S,    p(t) = integral J(z, t) dz,

the far field of the fibre ends: p differs from 0 while an action potential has reached one end and not the other. The
Fourier sum returns this step with the slope p / (S WINDOW), which `_far_field` takes away. The potential 0 is the mean
of the potentials at the two ends of the limb.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..limb.anatomy import FiberConstants
from ..limb.cylinder import LayeredCylinder
from ..limb.electrodes import ElectrodeLayout
from ..limb.motor_unit import MotorUnit
from .source import axial_current
from .volume_conductor import disc_electrode, surface_transfer

Array = NDArray[np.float64]

WINDOW = 0.512  # m, length of the arm that the Fourier integral along z covers
HEIGHT_STEP = 0.001  # m, step along the arm
HIGHEST_FREQUENCY = 1500.0  # rad/m: muscle 5 mm under the skin is attenuated below 1e-3 there
HIGHEST_ORDER = 64  # greatest angular order
RADIUS_STEP = 0.0005  # m, step of the source radii between which the transfer function is interpolated
TO_MILLIVOLT = 1e3
FREQUENCIES = 2 * np.pi / WINDOW * np.arange(1.0, round(HIGHEST_FREQUENCY * WINDOW / (2 * np.pi)) + 1)  # rad/m


class ForearmConductor:
    """The response of a limb at all electrodes, as a function of the position of the source.

    Args:
        cylinder: Layers of the limb.
        fiber: Constants of the muscle fibres.
        electrodes: The electrodes.
        units: All units whose potentials will be requested; they determine the depths at which the limb is solved.
        device: Torch device of the sums.
    """

    def __init__(
        self,
        cylinder: LayeredCylinder,
        fiber: FiberConstants,
        electrodes: ElectrodeLayout,
        units: Sequence[MotorUnit],
        device: str = "cpu",
    ) -> None:
        self._fiber, self._device = fiber, device
        samples = round(WINDOW / HEIGHT_STEP)
        self._heights = (np.arange(samples, dtype=np.float64) - samples // 2) * HEIGHT_STEP
        self._orders = np.arange(HIGHEST_ORDER + 1.0)
        radii = np.concatenate([unit.radii for unit in units])
        self._first_radius = radii.min() - RADIUS_STEP / 2
        count = int(np.ceil((radii.max() - self._first_radius) / RADIUS_STEP)) + 1
        grid_radii = self._first_radius + RADIUS_STEP * np.arange(count)
        inside = np.clip(grid_radii, cylinder.bone_radius * 1.001, cylinder.muscle_radius * 0.999)
        transfer = surface_transfer(cylinder, inside, self._orders, FREQUENCIES)
        transfer *= disc_electrode(electrodes.diameter / 2, cylinder.skin_radius, self._orders, FREQUENCIES)
        transfer[:, 1:] *= 2.0  # orders n and -n
        self._transfer = self._tensor(transfer)
        # [electrodes, k] factors of the inverse Fourier integral, e^(i k z) i k (the source is dJ/dz), for k and -k.
        wave = np.exp(1j * FREQUENCIES * electrodes.heights[:, None]) * 1j * FREQUENCIES
        along = wave * 2 / (2 * np.pi * WINDOW) * TO_MILLIVOLT
        self._along_real, self._along_imaginary = self._tensor(along.real), self._tensor(along.imag)
        self._electrode_heights, self._conductance = electrodes.heights, cylinder.axial_conductance
        fourier = np.exp(-1j * FREQUENCIES[:, None] * self._heights) * HEIGHT_STEP
        self._cosines, self._sines = self._tensor(fourier.real), self._tensor(fourier.imag)
        angles, self._angle_of = np.unique(electrodes.angles, return_inverse=True)
        around = self._orders * angles[:, None]
        self._around_cosines, self._around_sines = self._tensor(np.cos(around)), self._tensor(np.sin(around))

    def potential(self, unit: MotorUnit, times: Array) -> NDArray[np.float32]:
        """Return the [times, electrodes] potential of one unit, mV.

        Args:
            unit: The motor unit, one of those given at construction.
            times: [times] since the unit's discharge, s.
        """
        current = axial_current(unit, self._fiber, self._heights, times)
        active = np.flatnonzero(current.any(axis=1))
        if not len(active):  # the fibres are outside the length that is covered
            return np.zeros((len(times), len(self._angle_of)), dtype=np.float32)
        reach = slice(active[0], active[-1] + 1)
        source = self._tensor(current[reach].T)
        real, imaginary = source @ self._cosines[:, reach].T, source @ self._sines[:, reach].T
        around = self._around(unit)[self._angle_of]  # [electrodes, frequencies]
        potential = real @ (self._along_real * around).T - imaginary @ (self._along_imaginary * around).T
        return potential.cpu().numpy() + self._far_field(current)

    def _far_field(self, current: Array) -> NDArray[np.float32]:
        """Return the [times, electrodes] part (mV) that the Fourier sum leaves out of [heights, times] currents (A)."""
        moment = current.sum(axis=0) * HEIGHT_STEP
        first_moment = self._heights @ current * HEIGHT_STEP
        slope = np.outer(moment, self._electrode_heights) - first_moment[:, None]
        return (slope * (-TO_MILLIVOLT / (WINDOW * self._conductance))).astype(np.float32)

    def _around(self, unit: MotorUnit) -> torch.Tensor:
        """Return the [angles, frequencies] response around the limb, averaged over the unit's fibres."""
        place = (unit.radii - self._first_radius) / RADIUS_STEP
        below = place.astype(int)
        first, last = below.min(), below.max() + 2
        weights = np.zeros((last - first, len(place)))  # [radii, fibres] weights of the interpolation between radii
        fibers, share = np.arange(len(place)), place - below
        weights[below - first, fibers] = 1 - share
        weights[below - first + 1, fibers] = share
        angles = self._orders * unit.angles[:, None]
        transfer = self._transfer[first:last]
        even, odd = (self._tensor(weights @ harmonic(angles) / len(place)) for harmonic in (np.cos, np.sin))
        return self._around_cosines @ (even[:, :, None] * transfer).sum(dim=0) + self._around_sines @ (
            odd[:, :, None] * transfer
        ).sum(dim=0)

    def _tensor(self, values: Array) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).to(self._device)
