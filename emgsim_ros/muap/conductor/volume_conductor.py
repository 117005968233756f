"""A layered cylinder as volume conductor: bone, anisotropic muscle, fat, skin.

Farina, Mesin, Martina & Merletti (2004), IEEE Trans Biomed Eng 51:415-426. A point source of current in the
muscle is written as a sum over angular orders n and spatial frequencies k along the cylinder. In each layer the
potential is then a combination of the modified Bessel functions I_n and K_n of the radius, and seven conditions
(continuity of potential and radial current at three interfaces, no current through the skin surface) determine the
seven coefficients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ive, j1, kve

from ...errors import InvalidInput
from ..limb.cylinder import LayeredCylinder

Array = NDArray[np.float64]

SMALLEST_LOG = -690.0  # natural logarithm of the smallest double of full precision, with a margin


def surface_transfer(cylinder: LayeredCylinder, source_radii: Array, orders: Array, frequencies: Array) -> Array:
    """Return the potential on the skin per ampere of a point source, for each angular order and spatial frequency.

    With H = surface_transfer(...), the potential on the skin of a source of 1 A at radius r, angle 0 and z = 0 is

        phi(angle, z) = 1/(2 pi) sum_n e^(i n angle)  integral dk/(2 pi)  e^(i k z)  H[r, |n|, |k|].

    Args:
        cylinder: The layers.
        source_radii: [sources] distance of the source from the axis, inside the muscle, m.
        orders: [orders] angular orders n, integers from 0.
        frequencies: [frequencies] spatial frequencies k > 0 along the axis, rad/m.

    Returns:
        [sources, orders, frequencies] transfer function H, V/A times m.

    Raises:
        InvalidInput: A source is outside the muscle layer, or a frequency is not positive.
    """
    if not np.all((source_radii > cylinder.bone_radius) & (source_radii < cylinder.muscle_radius)):
        expected = f"radii between {cylinder.bone_radius:g} and {cylinder.muscle_radius:g} m"
        raise InvalidInput("source radius", source_radii.tolist(), expected)
    if not np.all(frequencies > 0):
        raise InvalidInput("spatial frequency", float(np.min(frequencies)), "a positive number of rad/m")
    n, k = np.meshgrid(orders.astype(float), frequencies, indexing="ij")
    stretched = k * np.sqrt(cylinder.muscle_along / cylinder.muscle_across)
    bone = _Layer(n, k, cylinder.bone, cylinder.bone_radius, cylinder.bone_radius)
    muscle = _Layer(n, stretched, cylinder.muscle_across, cylinder.bone_radius, cylinder.muscle_radius)
    fat = _Layer(n, k, cylinder.fat, cylinder.muscle_radius, cylinder.fat_radius)
    skin = _Layer(n, k, cylinder.skin, cylinder.fat_radius, cylinder.skin_radius)

    matrix = np.zeros((*n.shape, 7, 7))
    right = np.zeros((*n.shape, 7, len(source_radii)))
    _interface(matrix[..., 0:2, :], (bone, (0,)), (muscle, (1, 2)), cylinder.bone_radius)
    _interface(matrix[..., 2:4, :], (muscle, (1, 2)), (fat, (3, 4)), cylinder.muscle_radius)
    _interface(matrix[..., 4:6, :], (fat, (3, 4)), (skin, (5, 6)), cylinder.fat_radius)
    for column, current in zip((5, 6), skin.currents(cylinder.skin_radius), strict=True):
        matrix[..., 6, column] = current
    for number, radius in enumerate(source_radii):
        potential, current = muscle.source(radius, cylinder.bone_radius)
        right[..., 0, number], right[..., 1, number] = potential, current
        potential, current = muscle.source(radius, cylinder.muscle_radius)
        right[..., 2, number], right[..., 3, number] = -potential, -current
    solution = np.linalg.solve(matrix, right)
    inner, outer = skin.potentials(cylinder.skin_radius)
    surface = inner[..., None] * solution[..., 5, :] + outer[..., None] * solution[..., 6, :]
    return np.moveaxis(surface, -1, 0)


def _interface(
    rows: Array, inside: tuple[_Layer, tuple[int, ...]], outside: tuple[_Layer, tuple[int, ...]], radius: float
) -> None:
    """Fill two rows with potential and radial current, inside minus outside; source terms are on the right side."""
    for sign, (layer, columns) in ((1.0, inside), (-1.0, outside)):
        for column, potential, current in zip(columns, layer.potentials(radius), layer.currents(radius), strict=False):
            rows[..., 0, column] = sign * potential
            rows[..., 1, column] = sign * current


class _Layer:
    """The two radial solutions of one layer, each scaled to a maximum of 1 to prevent overflow.

    The growing solution is I_n(q r) / I_n(q outer), the decaying solution K_n(q r) / K_n(q inner).
    """

    def __init__(self, n: Array, q: Array, conductivity: float, inner: float, outer: float) -> None:
        self._n, self._q, self._conductivity = n, q, conductivity
        self._inner, self._outer = inner, outer
        self._cache: dict[tuple[str, int, float], Array] = {}

    def potentials(self, radius: float) -> tuple[Array, Array]:
        """Return the growing and the decaying solution at ``radius``."""
        return self._growing(0, radius), self._decaying(0, radius)

    def currents(self, radius: float) -> tuple[Array, Array]:
        """Return the conductivity times the radial derivative of both solutions at ``radius``."""
        growing = (self._growing(-1, radius) + self._growing(1, radius)) / 2
        decaying = -(self._decaying(-1, radius) + self._decaying(1, radius)) / 2
        return self._conductivity * self._q * growing, self._conductivity * self._q * decaying

    def source(self, source: float, radius: float) -> tuple[Array, Array]:
        """Return potential and outward current at ``radius`` of 1 A at radius ``source`` in an unbounded medium."""
        low, high = min(source, radius), max(source, radius)

        def product(shift_low: int, shift_high: int) -> Array:
            return np.exp(self._log("I", shift_low, low) + self._log("K", shift_high, high))

        if radius < source:
            slope = (product(-1, 0) + product(1, 0)) / 2
        else:
            slope = -(product(0, -1) + product(0, 1)) / 2
        return product(0, 0) / self._conductivity, self._q * slope

    def _growing(self, shift: int, radius: float) -> Array:
        return np.exp(self._log("I", shift, radius) - self._log("I", 0, self._outer))

    def _decaying(self, shift: int, radius: float) -> Array:
        return np.exp(self._log("K", shift, radius) - self._log("K", 0, self._inner))

    def _log(self, kind: str, shift: int, radius: float) -> Array:
        """Return log I or log K of order n + shift at a radius; cached because sources share the interfaces."""
        key = (kind, shift, radius)
        if key not in self._cache:
            function = _log_i if kind == "I" else _log_k
            self._cache[key] = function(self._n + shift, self._q * radius)
        return self._cache[key]


def _log_i(n: Array, x: Array) -> Array:
    """Return log I_n(x); where I_n is too small for a double, from its first two terms for small x."""
    n = np.abs(n)
    with np.errstate(divide="ignore"):
        exact = np.log(ive(n, x)) + x
    small = n * np.log(x / 2) - gammaln(n + 1) + np.log1p(x**2 / (4 * (n + 1)))
    return np.where(exact > SMALLEST_LOG, exact, small)


def _log_k(n: Array, x: Array) -> Array:
    """Return log K_n(x); where K_n is too large for a double, from its first two terms for small x."""
    n = np.abs(n)
    exact = np.log(kve(n, x)) - x
    order = np.maximum(n, 2.0)  # the form for small x is used for large orders only
    second = np.minimum(x**2 / (4 * (order - 1)), 0.5)
    small = gammaln(order) - np.log(2) - order * np.log(x / 2) + np.log1p(-second)
    return np.where(exact < -SMALLEST_LOG, exact, small)


def disc_electrode(radius: float, skin_radius: float, orders: Array, frequencies: Array) -> Array:
    """Return the [orders, frequencies] factor by which a disc electrode of ``radius`` (m) averages the skin potential.

    The factor is 2 J_1(x) / x with x = radius * sqrt(k^2 + (n / skin_radius)^2); 1 for a point electrode.
    """
    x = radius * np.hypot(frequencies[None, :], orders[:, None] / skin_radius)
    return np.where(x > 0, 2 * j1(x) / np.where(x > 0, x, 1.0), 1.0)
