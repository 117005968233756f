"""The electrodes on the skin as noise parts see them: places, contact and impedance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...muap.limb.electrodes import ElectrodeGrid
from ...parameters import EmgParameters
from ...seeds import generator

Array = NDArray[np.float64]

WITHOUT_CONTACT = 10.0  # factor of noise and mains at an electrode without contact
# The electrode for which `noise_rms` and `mains_amplitude` hold, the default of the parameters: a disc of 4 mm.
NOMINAL_DIAMETER = 4.0  # mm
NOMINAL_IMPEDANCE = 80.0  # kOhm at 50 Hz


@dataclass(frozen=True)
class RecordingSite:
    """The electrodes and their surroundings, as noise parts see them.

    Attributes:
        parameters: Of the EMG; noise parts read their amplitudes there.
        electrodes: Number of electrodes, including the reference electrode.
        seed: Seed of the trial.
        grid: Places of the electrodes; None for a row along the limb, `spacing` apart.
        references: Number of reference electrodes, the last ones; they do not lose contact.

    Raises:
        InvalidInput: More lost electrodes than there are, or a grid of another number of electrodes.
    """

    parameters: EmgParameters
    electrodes: int
    seed: int
    grid: ElectrodeGrid | None = None
    references: int = 0

    def __post_init__(self) -> None:
        count = self.electrodes - self.references
        if self.parameters.lost_electrodes > count:
            raise InvalidInput(
                "lost_electrodes", self.parameters.lost_electrodes, f"up to {count}, as many as there are"
            )
        if self.grid is not None and self.grid.count != count:
            raise InvalidInput("electrodes of the grid", self.grid.count, f"{count}, as many as there are")

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.parameters.sample_rate

    @cached_property
    def contact(self) -> NDArray[np.float32]:
        """[electrodes] 1, or 0 without contact."""
        contact = np.ones(self.electrodes, dtype=np.float32)
        order = generator(self.seed, "lost_electrodes").permutation(self.electrodes - self.references)
        contact[order[: self.parameters.lost_electrodes]] = 0.0
        return contact

    @property
    def exposure(self) -> Array:
        """[electrodes] factor of noise and interference: 1, or ten without contact."""
        return np.where(self.contact > 0, 1.0, WITHOUT_CONTACT)

    @cached_property
    def impedance(self) -> Array:
        """[electrodes] impedance of electrode and skin at 50 Hz, kOhm, the same in every trial.

        Log-normal about ``electrode_impedance``, which holds for a disc of 4 mm, and inversely proportional to the
        area of the electrode. Electrodes without contact are not treated apart here; see `exposure`.
        """
        parameters = self.parameters
        spread = parameters.impedance_spread * generator(parameters.seed, "electrode_impedance").standard_normal(
            self.electrodes
        )
        diameter = np.full(self.electrodes, parameters.diameter)
        diameter[self.electrodes - self.references :] = parameters.reference_diameter
        return parameters.electrode_impedance * (NOMINAL_DIAMETER / diameter) ** 2 * np.exp(spread)

    @property
    def relative_impedance(self) -> Array:
        """[electrodes] impedance relative to that of the electrode for which the amplitudes of the parameters hold."""
        return self.impedance / NOMINAL_IMPEDANCE

    @cached_property
    def places(self) -> Array:
        """[electrodes, 2] places on the unrolled skin, along and around the limb, m."""
        if self.grid is None:
            along = np.arange(float(self.electrodes)) * self.parameters.spacing * 1e-3
            return np.stack([along, np.zeros(self.electrodes)], axis=1)
        layout, radius = self.grid.layout, self.grid.radius
        electrodes = np.stack([layout.heights, layout.angles * radius], axis=1)
        around = 2 * np.pi * self.parameters.reference_angle * radius
        reference = [self.parameters.reference_position * 1e-3, around]
        return np.concatenate([electrodes, np.tile(reference, (self.references, 1))])

    def distances(self, electrode: int) -> Array:
        """[electrodes] distance over the skin from one of the electrodes, m."""
        along, around = np.abs(self.places - self.places[electrode]).T
        if self.grid is not None:  # the shorter way around the limb
            circumference = 2 * np.pi * self.grid.radius
            around = np.minimum(around, circumference - around)
        return np.hypot(along, around)
