"""Search for the electrodes and the amplitude that activate one muscle selectively.

The search uses the positions of cathode and anode on the lead instead of contact numbers, because neighbouring contacts
have similar effects, which a Gaussian-process sampler (optuna) can model from few trials. A local search among
neighbours follows. Every trial is within the safe limits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import optuna
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from .command import Configuration, Stimulation, check_stimulation, electrode_signal
from .lead import PaddleLead
from .metrics import recruitment, selectivity
from .network import StimulationNetwork
from .training import predict

Array = NDArray[np.float64]

SECONDS, RATE, START = 0.2, 1000.0, 20
AMPLITUDES = np.arange(0.5, 5.01, 0.5)  # mA, amplitudes of the exhaustive search
PULSE_WIDTH = 300.0  # us
GLOBAL_SHARE = 0.5  # share of the evaluations that the global search uses


@dataclass(frozen=True)
class Finding:
    """A configuration, its amplitude (mA) and the selectivity index of the target."""

    configuration: Configuration
    amplitude: float
    selectivity: float


class SelectivitySearch:
    """A search that uses a trained network in place of the patient.

    Args:
        network: The trained network of the patient.
        lead: The lead.
        muscles: [muscles] names of the network's outputs.
        target: The muscle that is to be activated.
        frequency: Frequency of the stimulation, Hz.

    Attributes:
        evaluations: Number of stimulations that were tried so far.

    Raises:
        InvalidInput: The target is not among the muscles.
    """

    def __init__(
        self,
        network: StimulationNetwork,
        lead: PaddleLead,
        muscles: Sequence[str],
        target: str,
        frequency: float = 40.0,
    ) -> None:
        if target not in muscles:
            raise InvalidInput("target", target, "one of " + ", ".join(muscles))
        self._network, self._lead, self._frequency = network, lead, frequency
        self._target = list(muscles).index(target)
        self.evaluations = 0

    def values(self, trials: Sequence[tuple[Configuration, float]]) -> Array:
        """Return the [trials] selectivity index of the target for configurations and amplitudes (mA).

        Raises:
            InvalidInput: One of them exceeds a safety limit.
        """
        samples = round(SECONDS * RATE)
        signals = np.empty((len(trials), samples, self._lead.electrodes), np.float32)
        for signal, (configuration, amplitude) in zip(signals, trials, strict=True):
            current = configuration.current(amplitude, self._lead.electrodes)
            stimulation = Stimulation(current, self._frequency, PULSE_WIDTH, 1, SECONDS - START / RATE)
            check_stimulation(stimulation, self._lead)
            signal[:] = electrode_signal(stimulation, samples, RATE, START)
        self.evaluations += len(trials)
        return selectivity(recruitment(predict(self._network, signals)))[:, self._target]

    def optimise(self, evaluations: int = 100, seed: int = 0, progress: Progress = no_progress) -> Finding:
        """Return the best configuration of a global search and a local search that follows it.

        Args:
            evaluations: Number of stimulations that may be tried.
            seed: Seed of the search.
            progress: Receives the number of evaluations.
        """

        def report(done: int) -> None:
            progress("evaluations", done, evaluations)

        found = self._globally(round(GLOBAL_SHARE * evaluations), seed, report)
        return self._locally(found, evaluations, seed, report)

    def _globally(self, evaluations: int, seed: int, report: Callable[[int], None]) -> Finding:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.GPSampler(seed=seed, n_startup_trials=evaluations // 3)
        )
        tried: dict[int, tuple[Configuration, float]] = {}
        for number in range(evaluations):
            trial = study.ask()
            tried[number] = self._suggested(trial)
            study.tell(trial, float(self.values([tried[number]])[0]))
            report(number + 1)
        configuration, amplitude = tried[study.best_trial.number]
        return Finding(configuration, amplitude, float(study.best_value))

    def _locally(self, found: Finding, evaluations: int, seed: int, report: Callable[[int], None]) -> Finding:
        """Move to better neighbours until none is better or all evaluations are used."""
        rng, done = np.random.default_rng(seed), round(GLOBAL_SHARE * evaluations)
        known = {(found.configuration, found.amplitude)}
        waiting = self._neighbours(found, rng)
        while waiting and done < evaluations:
            trial = waiting.pop(0)
            if trial in known:
                continue
            known.add(trial)
            value = float(self.values([trial])[0])
            done += 1
            report(done)
            if value > found.selectivity:
                found = Finding(*trial, value)
                waiting = self._neighbours(found, rng)
        return found

    def _neighbours(self, found: Finding, rng: np.random.Generator) -> list[tuple[Configuration, float]]:
        """Return configurations that differ in one respect; those with another amplitude come first."""
        cathodes, anodes = found.configuration.cathodes, found.configuration.anodes
        contacts, case = range(len(self._lead.contacts)), len(self._lead.contacts)
        close = [one for one in contacts if one not in cathodes and self._apart(one, cathodes) <= self._reach]
        groups = [tuple(sorted({*cathodes, one})) for one in close if len(cathodes) == 1]
        groups += [tuple(one for one in cathodes if one != left) for left in cathodes if len(cathodes) > 1]
        groups += [(one,) for one in close]
        changed = [Configuration(group, anodes) for group in groups if not set(group) & set(anodes)]
        others = [one for one in (*contacts, case) if one not in (*cathodes, *anodes)]
        changed += [Configuration(cathodes, (one,)) for one in others]
        order = rng.permutation(len(changed)).tolist()
        highest = float(AMPLITUDES[-1])
        amplitudes = sorted({highest, *np.clip([found.amplitude - 0.5, found.amplitude + 0.5], 0.5, highest).tolist()})
        steps = [(found.configuration, amplitude) for amplitude in reversed(amplitudes)]
        return steps + [(changed[number], found.amplitude) for number in order]

    def _apart(self, contact: int, group: Sequence[int]) -> float:
        """Return the distance (mm) of a contact from the nearest contact of a group; the case counts as far away."""
        places = [self._lead.contacts[one] for one in group if one < len(self._lead.contacts)]
        return min((float(np.linalg.norm(self._lead.contacts[contact] - place)) for place in places), default=1e3)

    def exhaustive(self, progress: Progress = no_progress) -> Finding:
        """Return the best of all stimulations with one or two neighbouring cathodes and one anode or the case.

        The amplitudes are `AMPLITUDES`; ``progress`` receives the number of stimulations.
        """
        contacts = self._lead.contacts
        groups: list[tuple[int, ...]] = [(one,) for one in range(len(contacts))]
        groups += [
            pair
            for pair in combinations(range(len(contacts)), 2)
            if np.linalg.norm(contacts[pair[0]] - contacts[pair[1]]) <= self._reach
        ]
        trials = [
            (Configuration(group, (anode,)), float(amplitude))
            for group in groups
            for anode in range(self._lead.electrodes)
            if anode not in group
            for amplitude in AMPLITUDES
        ]
        values, done = [], 0
        for at in range(0, len(trials), 512):
            values.append(self.values(trials[at : at + 512]))
            done += len(values[-1])
            progress("exhaustive search", done, len(trials))
        every = np.concatenate(values)
        best = int(np.argmax(every))
        return Finding(*trials[best], float(every[best]))

    @property
    def _reach(self) -> float:
        """Largest distance (mm) of two neighbouring contacts: a little more than that of the nearest contact."""
        contacts = self._lead.contacts
        apart = np.linalg.norm(contacts[:, None] - contacts, axis=2) + 1e9 * np.eye(len(contacts))
        return float(1.7 * apart.min(axis=1).max())

    def _suggested(self, trial: optuna.Trial) -> tuple[Configuration, float]:
        contacts = self._lead.contacts
        low, high = contacts.min(axis=0), contacts.max(axis=0)
        cathode = [trial.suggest_float(f"cathode_{axis}", low[i], high[i]) for i, axis in enumerate("xy")]
        anode = [trial.suggest_float(f"anode_{axis}", low[i], high[i]) for i, axis in enumerate("xy")]
        two = trial.suggest_float("cathodes", 1.0, 3.0) > 2.0
        case = trial.suggest_float("case", 0.0, 1.0) > 0.5
        amplitude = trial.suggest_float("amplitude", 0.5, float(AMPLITUDES[-1]))
        nearest = np.argsort(np.linalg.norm(contacts - cathode, axis=1))
        cathodes = tuple(sorted(nearest[: 2 if two else 1].tolist()))
        others = [one for one in np.argsort(np.linalg.norm(contacts - anode, axis=1)).tolist() if one not in cathodes]
        return Configuration(cathodes, (len(contacts),) if case else (others[0],)), amplitude
