"""Errors of the generator relative to the volume conductor, on units and arms that were not used for training.

nRMSE is defined as for BioMime: the root mean square of the error, divided by the range (maximum - minimum) of the
reference, in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray

from ...jobs.progress import Progress, no_progress
from .checkpoint import TrainedMuaps
from .dataset import SPLITS
from .examples import Examples, MuapExamples
from .generator import Recording, TorchUnits
from .identity import units_under
from .morphing import MuapFit

Array = NDArray[np.float64]

ARMS_AT_ONCE = 10  # arms whose potentials are generated together
MORPHS = 200  # largest number of pairs that are morphed for each held-out split


@dataclass(frozen=True)
class Errors:
    """Errors of one task on one split.

    Attributes:
        task: Name of the task.
        split: Name of the split.
        nrmse: [num] nRMSE, per cent.
    """

    task: str
    split: str
    nrmse: Array

    def row(self) -> tuple[str, str, int, float, float, float, float]:
        """Return task, split, number of potentials, and mean, median, 95th percentile and maximum of the nRMSE."""
        median, high, largest = map(float, np.quantile(self.nrmse, [0.5, 0.95, 1.0]))
        return self.task, self.split, len(self.nrmse), float(self.nrmse.mean()), median, high, largest


@dataclass(frozen=True)
class Statistics:
    """Statistics of a set of potentials, each [num].

    Attributes:
        amplitude: Peak-to-peak amplitude at the electrode where it is largest, mV.
        duration: Twice the standard deviation in time of the energy at that electrode, ms.
        median_frequency: Median frequency of the spectrum at that electrode, Hz.
        spread: Number of electrodes with more than half the largest peak-to-peak amplitude.
    """

    amplitude: Array
    duration: Array
    median_frequency: Array
    spread: Array


def nrmse(made: NDArray[np.float32], reference: NDArray[np.float32]) -> Array:
    """Return the [num] nRMSE (per cent) of [num, ...] potentials."""
    error = np.sqrt(np.square(made - reference, dtype=float).reshape(len(made), -1).mean(axis=1))
    flat = reference.reshape(len(reference), -1)
    return 100 * error / (flat.max(axis=1) - flat.min(axis=1))


def statistics(potentials: NDArray[np.float32], sample_rate: float) -> Statistics:
    """Return the statistics of [num, rows, columns, samples] potentials (mV)."""
    flat = potentials.reshape(len(potentials), -1, potentials.shape[-1])
    size = np.ptp(flat, axis=2)
    strongest = flat[np.arange(len(flat)), size.argmax(axis=1)]
    energy = np.square(strongest, dtype=float)
    share = energy / energy.sum(axis=1, keepdims=True)
    times = np.arange(flat.shape[2]) / sample_rate * 1e3
    middle = share @ times
    duration = 2 * np.sqrt((share * (times - middle[:, None]) ** 2).sum(axis=1))
    power = np.cumsum(np.abs(np.fft.rfft(strongest, 1024)) ** 2, axis=1)
    median = np.argmax(power >= power[:, -1:] / 2, axis=1) * sample_rate / 1024
    spread = (size > size.max(axis=1, keepdims=True) / 2).sum(axis=1).astype(float)
    return Statistics(size.max(axis=1), duration, median, spread)


@dataclass(frozen=True)
class Results:
    """All errors, and the statistics of the reference and of the generator on the held-out arms."""

    errors: tuple[Errors, ...]
    statistics: tuple[Statistics, Statistics]

    def markdown(self) -> str:
        """Return errors and statistics as tables."""
        lines = ["| task | split | number | mean nRMSE, % | median | 95th percentile | largest |", "|" + "---|" * 7]
        for errors in self.errors:
            task, split, number, *values = errors.row()
            lines.append(f"| {task} | {split} | {number} | " + " | ".join(f"{value:.3f}" for value in values) + " |")
        lines += ["", "| statistic (held-out arms), 10 / 50 / 90 % | volume conductor | generator | correlation |"]
        lines.append("|" + "---|" * 4)
        for name in (field.name for field in fields(Statistics)):
            pair = [getattr(statistics, name) for statistics in self.statistics]
            texts = [" / ".join(f"{value:.4g}" for value in np.quantile(one, [0.1, 0.5, 0.9])) for one in pair]
            correlation = np.corrcoef(*pair)[0, 1]
            lines.append(f"| {name.replace('_', ' ')} | {texts[0]} | {texts[1]} | {correlation:.4f} |")
        return "\n".join(lines) + "\n"

    def summary(self) -> dict[str, float]:
        """Return the mean nRMSE (per cent) of each task and split."""
        return {f"{errors.task}, {errors.split}": round(float(errors.nrmse.mean()), 4) for errors in self.errors}


class Evaluation:
    """Tests a trained generator on a data set.

    Args:
        trained: The generator and the encoder.
        examples: The data set.
    """

    def __init__(self, trained: TrainedMuaps, examples: MuapExamples) -> None:
        self._trained, self._examples = trained, examples

    def run(self, progress: Progress = no_progress) -> Results:
        """Evaluate all tasks on held-out units and held-out arms; ``progress`` has a stage for each task and split."""
        generation = [self.generation(split, progress) for split in (1, 2)]
        morphs = [self.morphing(split, known, progress) for known in (True, False) for split in (1, 2)]
        _, *statistics = generation[-1]
        return Results((*(errors for errors, _, _ in generation), *morphs), (statistics[0], statistics[1]))

    def samples(self, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32], Array, float]:
        """Return reference and generated potentials of units of held-out arms, their nRMSE, and the rate (Hz)."""
        rows = self._examples.splits[2]
        batch = self._examples.at(rows[np.unique(np.linspace(0, len(rows) - 1, count).astype(int))])
        reference, made = batch.potentials.cpu().numpy(), self._made(batch)
        return reference, made, nrmse(made, reference), self._examples.plan["sample_rate"]

    def generation(self, split: int, progress: Progress = no_progress) -> tuple[Errors, Statistics, Statistics]:
        """Generate potentials from traits and conditions; return errors and statistics of reference and generator."""
        made, reference = [], []
        arms = len(np.unique(self._examples.arm[self._examples.splits[split]]))
        for number, batch in enumerate(self._examples.batches(split, ARMS_AT_ONCE, np.random.default_rng(0))):
            made.append(self._made(batch))
            reference.append(batch.potentials.cpu().numpy())
            progress(f"generation, {SPLITS[split]}", min((number + 1) * ARMS_AT_ONCE, arms), arms)
        ours, theirs = np.concatenate(made), np.concatenate(reference)
        rate = self._examples.plan["sample_rate"]
        return (
            Errors("generation", SPLITS[split], nrmse(ours, theirs)),
            statistics(theirs, rate),
            statistics(ours, rate),
        )

    def morphing(self, split: int, known: bool, progress: Progress = no_progress) -> Errors:
        """Fit each potential, morph it to the conditions of the unit's next potential, and compare the two."""
        data, errors = self._examples, []
        task = "morph, source conditions " + ("known" if known else "unknown")
        first, second = self._pairs(split)
        for at in range(0, len(first), MuapFit.AT_ONCE):
            rows, targets = first[at : at + MuapFit.AT_ONCE], second[at : at + MuapFit.AT_ONCE]
            source, target = data.at(rows), data.at(targets)
            errors.append(self._morphed(source, target, known))
            progress(f"{task}, {SPLITS[split]}", min(at + MuapFit.AT_ONCE, len(first)), len(first))
        return Errors(task, SPLITS[split], np.concatenate(errors))

    def _pairs(self, split: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        data, rows = self._examples, self._examples.splits[split]
        follows = (np.diff(data.arm[rows]) == 0) & (np.diff(data.unit[rows]) == 0) & (np.diff(rows) == 1)
        first = rows[:-1][follows]
        chosen = first[np.linspace(0, len(first) - 1, min(MORPHS, len(first))).astype(int)]
        return chosen, chosen + 1

    def _made(self, batch: Examples) -> NDArray[np.float32]:
        with torch.inference_mode():
            return self._trained.generator(batch.units, batch.recording).cpu().numpy()

    @torch.inference_mode()
    def _morphed(self, source: Examples, target: Examples, known: bool) -> Array:
        recording = source.recording
        fit = MuapFit(self._trained.generator, self._trained.encoder, recording)
        conditions = self._examples.conditions[source.rows] if known else None
        traits, _ = fit.fit(source.potentials, conditions)
        wanted = fit.within_arm(traits, self._examples.conditions[target.rows])
        units = TorchUnits.of(units_under(traits, wanted), target.potentials.device)
        made = self._trained.generator(units, Recording(*vars(recording).values()))
        return nrmse(made.cpu().numpy(), target.potentials.cpu().numpy())
