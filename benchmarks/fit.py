"""How well people are fitted: virtual people whose bodies are known, and recorded people.

    python benchmarks/fit.py [--people 10] [--evaluations 400] [--workers 0] [--recordings FOLDER] [--write]

Virtual people are drawn like those of a cohort. Each is recorded with 3 x 12 electrodes for 3 s in each of eight
contractions: maximal contractions of four groups of muscles and four held postures. Half of each is fitted. The
baseline is the mean of the distribution from which the people are drawn.

FOLDER contains a folder `ContractionIntensity` (GitHub, LibEMG/ContractionIntensity) with the folder of each person.
The first repetition of each contraction is fitted and the second one is held out. The orientation of the electrodes is
not stated, so it is fitted; the baselines are the standard subject and the standard subject under rotated electrodes.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from results import machine, write_section

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.fitting.calibration import Calibration, calibration_of
from emgsim_ros.fitting.person import FitSettings, FittedPerson, fit_person
from emgsim_ros.fitting.simulation import simulate_subject
from emgsim_ros.jobs.cores import pool_of_cores
from emgsim_ros.muap import load_anatomy
from emgsim_ros.subjects.subject import FAT, SKIN_RADIUS, VirtualSubject, draw_subject
from emgsim_ros.validation import Electrodes, Recording, Segment, Situation, load_situation, read_segments
from emgsim_ros.validation.recording import layout_of

SEED = 101  # of the virtual people
RATE, SECONDS = 2048, 3.0
GROUPS = {
    "wrist flexion": ("FCR", "FCU", "PL"),
    "wrist extension": ("ECRB", "ECRL", "ECU"),
    "finger flexion": ("FDSI", "FDSM", "FDSR", "FDSL", "FDPI", "FDPM", "FDPR", "FDPL", "FPL"),
    "finger extension": ("EDCI", "EDCM", "EDCR", "EDCL", "EDM", "EIP", "EPL"),
}
POSES = ("grasp", "point", "flex45", "ext45")
LOADS = {"grasp": {"index_mcp_flexion": 0.5, "middle_mcp_flexion": 0.5}, "flex45": {"wrist_flexion": 4.0}}
MEANS = {"fat": np.mean(FAT), "skin radius": np.mean(SKIN_RADIUS), "strength": 1.05, "noise": 0.00364}
RESAMPLES = 2000
UNITS = {"fat": (1e3, "mm"), "skin radius": (1e3, "mm"), "turn": (100, "%"), "shift": (1e3, "mm"), "noise": (1e3, "µV")}


def calibration_situation() -> Situation:
    """Return electrodes and contractions of the virtual calibration."""
    maximal = [Segment(name, excitation=dict.fromkeys(muscles, 1.0)) for name, muscles in GROUPS.items()]
    held = [Segment(pose, pose=pose, load=LOADS.get(pose, {})) for pose in POSES]
    return Situation(
        name="virtual calibration",
        sample_rate=RATE,
        electrodes=Electrodes(rows=3, columns=12, spacing=20.0, diameter=4.0),
        segments=(*maximal, *held),
    )


def record(person: VirtualSubject, situation: Situation) -> list[Recording]:
    """Record the calibration of a virtual person."""
    layout = layout_of(situation)
    empty = np.zeros((round(SECONDS * RATE), layout.rows * layout.columns), np.float32)
    templates = [Recording(empty, RATE, layout, False, 50.0, (20.0, 450.0), one) for one in situation.segments]
    with TemporaryDirectory() as cache:
        return simulate_subject(person, situation, templates, trial=1, cache=Path(cache))


def true_values(person: VirtualSubject, fitted: FittedPerson) -> dict[str, float]:
    """Return the true values of the fitted quantities; those of a group are means weighted by the muscles' areas."""
    body, standard = person.body, load_anatomy(config_file("forearm", folder="anatomy"))
    assert body is not None
    values = {
        "fat": body.fat,
        "skin radius": body.skin_radius,
        "turn": body.turn,
        "shift": body.shift,
        "strength": person.strength,
        "noise": person.noise_rms,
    }
    for group in fitted.quantities.groups:
        areas = np.array([standard.muscles[name].area for name in group.muscles])
        changes = [body.muscles[name] for name in group.muscles]
        for name in ("around", "along", "area"):
            own = np.array([getattr(change, name) for change in changes])
            values[f"{group.name}: {name}"] = float(areas @ own / areas.sum())
    return values


def fit_virtual(number: int, evaluations: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Fit one virtual person; return true values, estimates, and the distances from the held-out half."""
    person = draw_subject(load_anatomy(config_file("forearm", folder="anatomy")), SEED, number)
    situation = calibration_situation()
    calibration = calibration_of(record(person, situation), situation)
    fitted = fit_person(calibration, person.name, "virtual", FitSettings(evaluations))
    found = fitted.quantities.values(fitted.result.vector)
    return true_values(person, fitted), found, fitted.subject.fitted["distance, held-out part"]


def fit_recorded(folder: Path, situation: Situation, reverse: bool, evaluations: int) -> tuple[float, float, float]:
    """Fit one recorded person; return the held-out distances of the standard subject, turned, and of the fit."""
    segments = read_segments(folder, situation)
    if reverse:
        segments = [dataclasses.replace(one, emg=np.ascontiguousarray(one.emg[:, ::-1])) for one in segments]
    calibration = calibration_of(segments, situation)
    fitted = fit_person(calibration, folder.name, folder.name, FitSettings(evaluations, any_turn=True))
    row = fitted.subject.fitted["distance, held-out part"]
    return row["standard"], turned_distance(calibration, fitted), row["fitted"]


def turned_distance(calibration: Calibration, fitted: FittedPerson) -> float:
    """Return the held-out distance of the standard subject under the rotation that suits the fitting part best."""
    expected, objective = calibration.expected(), calibration.objective()
    turned = [fitted.quantities.turned(turn) for turn in np.linspace(-0.5, 0.5, 32, endpoint=False)]
    made = [expected.of(fitted.quantities.subject(vector)) for vector in turned]
    best = int(np.argmin([objective.distance(one) for one in made]))
    return calibration.objective(held_out=True).distance(made[best])


def interval(values: np.ndarray, people: np.ndarray, measure) -> tuple[float, float, float]:
    """Return a measure of [values] with its 95 % bootstrap interval over people."""
    rng = np.random.default_rng(0)
    names = np.unique(people)
    draws = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([np.flatnonzero(people == one) for one in rng.choice(names, len(names))])
        draws.append(measure(values[chosen]))
    low, high = np.nanpercentile(draws, (2.5, 97.5))
    return measure(values), low, high


def correlation(pairs: np.ndarray) -> float:
    """Return the correlation of [pairs, 2] true and estimated values."""
    return float(np.corrcoef(pairs.T)[0, 1]) if len(np.unique(pairs[:, 0])) > 2 else np.nan


def virtual_table(people: Sequence[tuple[dict[str, float], dict[str, float], dict[str, float]]]) -> list[str]:
    """Return the table of true against estimated values."""
    rows = {name: name for name in ("fat", "skin radius", "turn", "shift", "strength", "noise")}
    rows |= {f"muscle groups: {name}": f": {name}" for name in ("around", "along", "area")}
    lines = [
        "| quantity | correlation (95 %) | error, mean absolute (95 %) | error of the population's mean |",
        "|---|---|---|---|",
    ]
    for title, key in rows.items():
        pairs, whose, usual = [], [], []
        for number, (true, found, _) in enumerate(people):
            for name in true:
                if name == key or (key.startswith(":") and name.endswith(key)):
                    pairs.append((true[name], found[name]))
                    whose.append(number)
                    usual.append(MEANS.get(name, 1.0 if name.endswith("area") else 0.0))
        values, owner = np.array(pairs), np.array(whose)
        factor, unit = UNITS.get(title, (1.0, ""))
        if title.endswith("around"):
            factor, unit = 100.0, "%"
        if title.endswith("along"):
            factor, unit = 1e3, "mm"
        r = interval(values, owner, correlation)
        error = interval(factor * values, owner, lambda x: float(np.abs(x[:, 1] - x[:, 0]).mean()))
        base = factor * float(np.abs(values[:, 0] - np.array(usual)).mean())
        lines.append(
            f"| {title}{', ' + unit if unit else ''} | {r[0]:.2f} ({r[1]:.2f} to {r[2]:.2f}) "
            f"| {error[0]:.2g} ({error[1]:.2g} to {error[2]:.2g}) | {base:.2g} |"
        )
    held = np.array([(one["standard"], one["fitted"]) for _, _, one in people])
    lines += ["", f"Distance from the held-out half: standard subject {held[:, 0].mean():.3f} "
              f"({held[:, 0].min():.3f} to {held[:, 0].max():.3f}), fitted {held[:, 1].mean():.3f} "
              f"({held[:, 1].min():.3f} to {held[:, 1].max():.3f})."]  # fmt: skip
    return lines


def recorded_table(folder: Path, evaluations: int, workers: int) -> list[str]:
    """Return the table of held-out distances of recorded people."""
    situation = load_situation(config_file("contraction_intensity", folder="validation"))
    lines = ["| person | standard | standard, turned | fitted | order of the channels |", "|---|---|---|---|---|"]
    people = sorted(folder.glob("S*"), key=lambda path: int(path.name[1:]))
    found = {}
    with pool_of_cores(workers) as pool:
        jobs = {
            (path, reverse): pool.submit(fit_recorded, path, situation, reverse, evaluations)
            for path in people
            for reverse in (False, True)
        }
        for (path, reverse), job in jobs.items():
            try:
                found[path.name, reverse] = job.result()
            except InvalidInput as error:
                print(f"left out: {path.name}: {error}")
    orders = {
        reverse: np.array([row for (_, order), row in found.items() if order == reverse]) for reverse in (False, True)
    }
    chosen = min(orders, key=lambda order: orders[order][:, 1].mean())  # the order that suits the standard subject
    for (name, reverse), row in found.items():
        if reverse == chosen:
            lines.append(
                f"| {name} | {row[0]:.3f} | {row[1]:.3f} | {row[2]:.3f} | {'reversed' if chosen else 'as is'} |"
            )
    mean = orders[chosen].mean(axis=0)
    better = int((orders[chosen][:, 2] < orders[chosen][:, 1]).sum())
    lines.append(f"| mean | {mean[0]:.3f} | {mean[1]:.3f} | {mean[2]:.3f} | |")
    lines += ["", f"The fit is closer to the held-out repetitions than the turned standard in {better} of "
              f"{len(orders[chosen])} people."]  # fmt: skip
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10, help="number of virtual people")
    parser.add_argument("--evaluations", type=int, default=400)
    parser.add_argument("--workers", type=int, default=0, help="processes; 0: one for each core")
    parser.add_argument("--recordings", type=Path, help="folder of the recorded sets")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    lines = [f"{arguments.evaluations} evaluations for each person. {machine()}.", ""]
    if arguments.people:
        with pool_of_cores(arguments.workers) as pool:
            jobs = [pool.submit(fit_virtual, number, arguments.evaluations) for number in range(arguments.people)]
            people = []
            for number, job in enumerate(jobs):
                people.append(job.result())
                print(f"person {number}: held-out distance {people[-1][2]['fitted']:.3f}", flush=True)
        lines += [f"**Virtual people**, {len(people)}", "", *virtual_table(people), ""]
    if arguments.recordings:
        folder = arguments.recordings / "ContractionIntensity"
        lines += ["**LibEMG ContractionIntensity**, wrist flexion and extension", ""]
        lines += recorded_table(folder, arguments.evaluations, arguments.workers)
    print("\n".join(lines))
    if arguments.write:
        write_section("fit.py", "\n".join(lines))


if __name__ == "__main__":
    main()
