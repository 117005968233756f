"""Motion artefacts: skin is stretched or an electrode is pulled, and its cable sways.

Stretching the skin changes its potential by 5 to 10 mV, and by less than 0.2 mV where its outer layer is opened
(Burbank & Webster 1978, abstract). The change rises fast and returns exponentially with a large time constant
(de Talhouet & Webster 1996, abstract). The artefacts lie below the 20 Hz at which De Luca et al. 2010 cut them off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...seeds import generator
from .options import require_number
from .part import Noise
from .site import RecordingSite

Array = NDArray[np.float64]

# No source states the following ranges; they are chosen so that the spectrum lies below 20 Hz.
RISE = (0.02, 0.06)  # s, time constant of the rise
RETURN = (0.2, 2.0)  # s, time constant of the return
SWAY = (1.0, 6.0)  # Hz, frequency of the swaying cable
SWAY_TIME = 0.5  # s, time constant of its decay
SWAY_SHARE = 0.2  # of the amplitude of the step
SIZE_SPREAD = 0.5  # standard deviation of the logarithm of an artefact's amplitude
EXTENT = 12.0  # mm, standard distance over which neighbouring electrodes move together
LENGTH = 12.0  # time constants of the return after which an artefact has ended


@dataclass(frozen=True)
class Artefact:
    """One motion artefact.

    Attributes:
        start: Number of its first sample.
        rise, back: Time constants of its rise and return, s.
        sway: Frequency of the cable, Hz.
        step: [electrodes] amplitude of the step, mV.
        cable: [electrodes] amplitude of the sway, mV.
    """

    start: float
    rise: float
    back: float
    sway: float
    step: NDArray[np.float32]
    cable: NDArray[np.float32]

    def within(self, first: int, end: int, rate: float) -> slice:
        """Its samples among those from ``first`` to before ``end``, counted from ``first`` on."""
        begin, last = np.ceil([self.start, self.start + LENGTH * self.back * rate]).astype(int) - first
        return slice(max(int(begin), 0), min(int(last), end - first))

    def at(self, times: Array) -> NDArray[np.float32]:
        """[times, electrodes] potentials (mV) at times (s) after its start."""
        step = np.exp(-times / self.back) - np.exp(-times / self.rise)
        sway = np.sin(2 * np.pi * self.sway * times) * np.exp(-times / SWAY_TIME)
        moved: NDArray[np.float32] = step.astype(np.float32)[:, None] * self.step
        return moved + sway.astype(np.float32)[:, None] * self.cable


class MotionArtefacts:
    """Artefacts at random times, each at an electrode and its neighbours.

    The cable that moves with them carries all electrodes; the charge that this displaces becomes a potential on the
    impedance of each.

    Args:
        site: The electrodes.
        extent: Distance over which neighbouring electrodes move together, mm.

    Raises:
        InvalidInput: An extent below 0.1 mm.
    """

    def __init__(self, site: RecordingSite, extent: float) -> None:
        require_number("motion", "extent", extent, 0.1)
        self._site, self._extent = site, extent * 1e-3
        self._random = generator(site.seed, "motion_artefacts")
        self._interval = 60.0 * site.sample_rate / site.parameters.motion_rate  # samples
        self._now = 0  # number of the next sample
        self._active: list[Artefact] = []
        self._next = self._draw(0.0)

    def _draw(self, after: float) -> Artefact:
        """The first artefact after a sample."""
        site, random = self._site, self._random
        size = site.parameters.motion_amplitude * np.exp(SIZE_SPREAD * random.standard_normal())
        size *= random.choice((-1.0, 1.0))
        near = np.exp(-0.5 * (site.distances(int(random.integers(site.electrodes))) / self._extent) ** 2)
        return Artefact(
            start=after + random.exponential(self._interval),
            rise=random.uniform(*RISE),
            back=float(np.exp(random.uniform(*np.log(RETURN)))),
            sway=random.uniform(*SWAY),
            step=(size * near).astype(np.float32),
            cable=(size * SWAY_SHARE * site.relative_impedance).astype(np.float32),
        )

    def samples(self, first: int, count: int) -> NDArray[np.float32]:
        """See `Noise`."""
        end, rate = self._now + count, self._site.sample_rate
        while self._next.start < end:
            self._active.append(self._next)
            self._next = self._draw(self._next.start)
        total = np.zeros((count, self._site.electrodes), dtype=np.float32)
        numbers = np.arange(self._now, end)
        for artefact in self._active:
            inside = artefact.within(self._now, end, rate)
            total[inside] += artefact.at((numbers[inside] - artefact.start) / rate)
        self._active = [one for one in self._active if one.within(end, end + 1, rate).stop > 0]
        self._now = end
        return total


def motion_artefacts(site: RecordingSite, extent: float = EXTENT) -> Noise | None:
    """Motion artefacts, if their rate and amplitude are above 0; arguments as for `MotionArtefacts`."""
    parameters = site.parameters
    return MotionArtefacts(site, extent) if parameters.motion_rate and parameters.motion_amplitude else None
