"""Comparison of the simulated forearm and its EMG with published findings and with figures measured from recordings.

    python benchmarks/emg_validity.py [--figure FILE] [--write]

The findings, with their sources, are those of config/literature/emg.yaml. A finding is compared if it names a
measurement of this script; the others (another muscle, a needle electrode) are listed without a value. Values outside a
published range are shown as failing.

The contractions are isometric and last 8 s each. "Extension" drives the radial and ulnar wrist extensors and the finger
extensors with one excitation, "flexion" the wrist flexors and the superficial finger flexors. The excitation stands for
the level of contraction. For the comparison with recorded forearms, eight bipolar electrodes (10 mm discs, 20 mm apart)
lie around the forearm, evenly spaced; the recordings do not state their electrode distance. Correlation along the arm,
unit potentials and conduction velocity are read from the grid of the default parameters (8 mm). The band is 20 to 450
Hz. The potentials are those of the volume conductor, so the result does not depend on the training of the network.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from results import machine, write_section
from scipy.signal import welch
from scipy.stats import kurtosis, spearmanr

from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.plan import bank_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.motor_units.pool import MotorUnitPool
from emgsim_ros.muap import ForearmAnatomy, load_anatomy, load_or_build_bank
from emgsim_ros.muap.limb.motor_unit import MotorUnit, draw_motor_units
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.validation.literature import Finding, load_findings

TASKS = {
    "extension": ("ECRB", "ECRL", "ECU", "EDCI", "EDCM", "EDCR", "EDCL"),
    "flexion": ("FCR", "FCU", "PL", "FDSI", "FDSM", "FDSR", "FDSL"),
}
CUFF = {"rows": 2, "columns": 8, "spacing": 20.0, "diameter": 10.0, "montage": "single_differential"}
GENERATOR = "conductor"
LEVELS = (0.2, 0.5, 0.8)
SECONDS, RATE = 8, 2048


@dataclass(frozen=True)
class Contraction:
    """EMG of one contraction without its first second, and the discharges.

    Attributes:
        emg: [samples, rows, columns] EMG, mV.
        intervals: Inter-spike intervals (s) of each unit that fired at least ten times.
    """

    emg: np.ndarray
    intervals: list[np.ndarray]


def settings(task: str, **others: Any) -> EmgParameters:
    """Return the parameters of a simulation of one task."""
    return EmgParameters(muscles=TASKS[task], generator=GENERATOR, **others)


@cache
def contraction(task: str, level: float, montage: str = "cuff") -> Contraction:
    """Simulate one contraction with the cuff, or with the default grid and a montage."""
    electrodes = CUFF if montage == "cuff" else {"montage": montage}
    muscles = TASKS[task]
    stream = EmgStream(settings(task, high_pass=20.0, low_pass=450.0, **electrodes))
    blocks = []
    for number in range((SECONDS + 1) * 100):
        blocks += stream.push(number * 10_000_000, muscles, np.full(len(muscles), level))
    signal = np.concatenate([block.emg for block in blocks])[RATE:]
    discharges: dict[tuple[int, int], list[float]] = {}
    for block in blocks:
        for sample, *unit in zip(block.spike_sample, block.spike_muscle, block.spike_unit, strict=True):
            discharges.setdefault((int(unit[0]), int(unit[1])), []).append(block.stamp * 1e-9 + sample / RATE)
    return Contraction(
        signal.reshape(len(signal), stream.montage.rows, stream.montage.columns),
        [np.diff(times) for times in discharges.values() if len(times) >= 10],
    )


def strongest(task: str, level: float) -> np.ndarray:
    """Return the [samples] EMG of the cuff's strongest channel."""
    emg = contraction(task, level).emg[:, 0]
    return emg[:, np.argmax(emg.std(axis=0))]


def spectrum(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return frequencies and mean normalised power of [samples, channels] or of one channel."""
    frequency, power = welch(signal.reshape(len(signal), -1), RATE, nperseg=1024, axis=0)
    return frequency, (power / power.sum(axis=0)).mean(axis=1)


def median_frequency(task: str, level: float) -> float:
    """Return the median frequency (Hz, above 20 Hz) of the strongest channel."""
    frequency, power = spectrum(strongest(task, level))
    power = np.where(frequency >= 20, power, 0.0)
    return float(frequency[np.searchsorted(np.cumsum(power), 0.5 * power.sum())])


def windowed_kurtosis(task: str, level: float) -> float:
    """Return the mean kurtosis of the strongest channel in windows of 1 s."""
    channel = strongest(task, level)
    windows = channel[: len(channel) // RATE * RATE].reshape(-1, RATE)
    return float(kurtosis(windows, axis=1, fisher=False).mean())


def neighbours(task: str, level: float) -> float:
    """Return the mean correlation of neighbouring channels around the forearm."""
    matrix = np.corrcoef(contraction(task, level).emg[:, 0].T)
    return float(np.mean([matrix[i, (i + 1) % len(matrix)] for i in range(len(matrix))]))


def growth(task: str) -> float:
    """Return the exponent of the strongest channel's RMS against the excitation."""
    return float(np.polyfit(np.log(LEVELS), np.log([strongest(task, level).std() for level in LEVELS]), 1)[0])


def rise(task: str) -> float:
    """Return the median frequency at the highest level relative to that at the lowest."""
    return median_frequency(task, LEVELS[-1]) / median_frequency(task, LEVELS[0])


@cache
def anatomy() -> ForearmAnatomy:
    """Return the anatomy of the default parameters."""
    return load_anatomy(config_file(EmgParameters().anatomy, folder="anatomy"))


@cache
def units(muscle: str) -> list[MotorUnit]:
    """Return the motor units of a muscle in order of recruitment."""
    return draw_motor_units(anatomy(), muscle, anatomy().territory(muscle).motor_units, EmgParameters().seed)


def over_muscles(measure: Callable[[list[MotorUnit]], float]) -> float:
    """Return the median of a measure over the muscles of both tasks."""
    return float(np.median([measure(units(muscle)) for names in TASKS.values() for muscle in names]))


def shares() -> dict[str, float]:
    """Return the shares (%) of the layers in the area of the limb's section; skin and fat are one layer."""
    cylinder = anatomy().cylinder
    bone, muscle, skin = (radius**2 for radius in (cylinder.bone_radius, cylinder.muscle_radius, cylinder.skin_radius))
    return {"bone": 100 * bone / skin, "muscle": 100 * (muscle - bone) / skin, "fat": 100 * (skin - muscle) / skin}


def axes(unit: MotorUnit) -> np.ndarray:
    """Return the shortest and the longest diameter (m) of the uniform ellipse with the spread of the unit's fibres."""
    if len(unit.radii) < 3:
        return np.zeros(2)
    places = np.stack([unit.radii, unit.radii.mean() * unit.angles])
    return 4 * np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(places)), 0.0))


def velocity_correlation(with_threshold: bool, one: list[MotorUnit]) -> float:
    """Return the correlation of conduction velocity with recruitment threshold, or with the number of fibres."""
    other = MotorUnitPool(len(one)).thresholds if with_threshold else [unit.fibers for unit in one]
    return float(np.corrcoef([unit.conduction_velocity for unit in one], other)[0, 1])


@cache
def unit_amplitudes() -> dict[str, np.ndarray]:
    """Return the [units] monopolar peak-to-peak amplitudes (uV) of the extensors' units in order of recruitment."""
    bank = load_or_build_bank(bank_plan(settings("extension"), anatomy()))
    return {name: np.ptp(bank.potentials(name), axis=1).max(axis=1) * 1e3 for name in TASKS["extension"]}


def amplitude_below(threshold: float) -> float:
    """Return the mean amplitude (uV) of the units that are recruited below an excitation."""
    recruited = [one[MotorUnitPool(len(one)).thresholds < threshold] for one in unit_amplitudes().values()]
    return float(np.concatenate(recruited).mean())


def amplitude_rank() -> float:
    """Return the rank correlation of amplitude and order of recruitment, mean over the extensors."""
    return float(np.mean([spearmanr(np.arange(len(one)), one).statistic for one in unit_amplitudes().values()]))


def mean_rate(level: float) -> float:
    """Return the mean firing rate (1/s) of the units that fire in extension."""
    return float(np.mean([1 / one.mean() for one in contraction("extension", level).intervals]))


def interval_variation(level: float) -> float:
    """Return the median coefficient of variation of the inter-spike intervals in extension."""
    return float(np.median([one.std() / one.mean() for one in contraction("extension", level).intervals]))


def active_columns(signal: np.ndarray) -> np.ndarray:
    """Return the columns whose RMS exceeds half of the greatest."""
    rms = np.sqrt(np.square(signal).mean(axis=(0, 1)))
    return np.flatnonzero(rms > rms.max() / 2)


def correlations(signal: np.ndarray) -> np.ndarray:
    """Return the [rows - 1] mean correlations of active channels at distances of 1, 2, ... rows along the arm."""
    active = signal[:, :, active_columns(signal)]
    rows = active.shape[1]
    found = np.zeros((rows - 1, active.shape[2]))
    for column in range(active.shape[2]):
        matrix = np.corrcoef(active[:, :, column].T)
        found[:, column] = [np.diagonal(matrix, distance).mean() for distance in range(1, rows)]
    return found.mean(axis=1)


def channel_velocity() -> float:
    """Return the conduction velocity (m/s) from the lag between neighbouring double differential channels.

    It is the median over pairs of channels with a correlation above 0.7.
    """
    signal = contraction("extension", 0.5, "single_differential").emg
    found = []
    double = np.diff(signal, axis=1)
    for column in active_columns(signal):
        for row in range(double.shape[1] - 1):
            a, b = double[:, row, column], double[:, row + 1, column]
            lags = np.arange(-12, 13)
            values = [np.corrcoef(a[20:-20], np.roll(b, -lag)[20:-20])[0, 1] for lag in lags]
            best = int(np.argmax(values))
            if values[best] > 0.7 and 0 < best < len(lags) - 1:
                left, middle, right = values[best - 1 : best + 2]
                lag = lags[best] + 0.5 * (left - right) / (left - 2 * middle + right)
                if abs(lag) > 2:
                    found.append(EmgParameters().spacing * 1e-3 * RATE / abs(lag))
    return float(np.median(found)) if found else float("nan")


def velocities(statistic: Callable[[list[float]], float]) -> float:
    """Return a statistic of the conduction velocities (m/s) of a muscle's units, median over the muscles."""
    return over_muscles(lambda one: float(statistic([unit.conduction_velocity for unit in one])))


MEASURES: dict[str, Callable[[], float]] = {
    "circumference": lambda: 200 * np.pi * anatomy().cylinder.skin_radius,
    **{f"{layer}_share": partial(lambda name: shares()[name], layer) for layer in ("muscle", "fat", "bone")},
    "fpl_depth": lambda: 1e3 * anatomy().territory("FPL").depth[0],
    "territory_area": lambda: over_muscles(lambda one: np.median([np.pi / 4e-6 * axes(u).prod() for u in one])),
    "territory_shortest": lambda: over_muscles(lambda one: np.median([1e3 * axes(u)[0] for u in one])),
    "territory_longest": lambda: over_muscles(lambda one: np.median([1e3 * axes(u)[1] for u in one])),
    "fibers_per_unit": lambda: over_muscles(lambda one: np.mean([u.fibers for u in one])),
    "fiber_length": lambda: over_muscles(lambda one: np.mean([1e3 * (u.proximal + u.distal) for u in one])),
    "velocity_slowest": lambda: velocities(min),
    "velocity_fastest": lambda: velocities(max),
    "velocity_mean": lambda: velocities(np.mean),
    "velocity_twitch": lambda: over_muscles(partial(velocity_correlation, False)),
    "velocity_threshold": lambda: over_muscles(partial(velocity_correlation, True)),
    "velocity_channels": channel_velocity,
    "unit_amplitude_40": lambda: amplitude_below(0.4),
    "amplitude_rank": amplitude_rank,
    "rate_maximal": lambda: mean_rate(1.0),
    "rate_26": lambda: mean_rate(0.26),
    "interval_variation_26": lambda: interval_variation(0.26),
    "rms_maximal": lambda: max(float(strongest(task, 1.0).std()) for task in TASKS),
    "median_frequency_both_20": lambda: float(np.mean([median_frequency(task, 0.2) for task in TASKS])),
    **{f"growth_{task}": partial(growth, task) for task in TASKS},
    **{f"median_frequency_rise_{task}": partial(rise, task) for task in TASKS},
    **{
        f"{name}_{task}_{100 * level:.0f}": partial(measure, task, level)
        for name, measure in (
            ("median_frequency", median_frequency),
            ("kurtosis", windowed_kurtosis),
            ("neighbours", neighbours),
        )
        for task in TASKS
        for level in LEVELS
    },
}


def table(findings: tuple[Finding, ...]) -> list[str]:
    """Return the rows of the table: simulation beside publication."""
    rows = [
        "| quantity | muscle | simulated | published | within | source | checked |",
        "|---|---|---|---|---|---|---|",
    ]
    values: dict[str, float] = {}
    for finding in findings:
        value, within = "not measured", ""
        if finding.measure:
            if finding.measure not in values:
                values[finding.measure] = MEASURES[finding.measure]()
            number = values[finding.measure]
            value, within = f"{number:.3g}", "yes" if finding.contains(number) else "**no**"
        checked = "yes" if finding.checked else "no"
        cells = (finding.quantity, finding.muscle, value, finding.published, within, finding.source, checked)
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def summary(findings: tuple[Finding, ...], rows: list[str]) -> str:
    """Return a sentence with the number of values within the published ranges."""
    compared = sum(bool(finding.measure) for finding in findings)
    failing = sum("| **no** |" in row for row in rows)
    return (
        f"{compared - failing} of {compared} compared values lie within the published range. "
        f"{len(findings) - compared} findings have no counterpart in this simulation."
    )


def figure() -> Figure:
    """Draw spectra, amplitude distributions, correlations, unit amplitudes, growth and example signals."""
    drawing = Figure(figsize=(15, 8), layout="constrained")
    (a, b, c), (d, e, f) = drawing.subplots(2, 3)
    x = np.linspace(-5, 5, 200)
    for task, line in zip(TASKS, ("-", "--"), strict=True):
        for level, colour in zip(LEVELS, ("tab:blue", "tab:green", "tab:red"), strict=True):
            channel = strongest(task, level)
            frequency, power = spectrum(channel)
            a.plot(frequency, power / power.max(), line, color=colour, label=f"{task}, {100 * level:g} %")
            counts, edges = np.histogram(channel / channel.std(), 80, (-5, 5), density=True)
            b.semilogy((edges[1:] + edges[:-1]) / 2, np.maximum(counts, 1e-5), line, color=colour)
        e.loglog(LEVELS, [strongest(task, level).std() for level in LEVELS], marker="o", label=task)
    a.set(xlim=(0, 450), xlabel="frequency, Hz", ylabel="power (of its peak)", title="Spectrum, strongest channel")
    a.legend(fontsize=7)
    b.semilogy(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), "k:", label="Gaussian")
    b.semilogy(x, np.exp(-np.sqrt(2) * np.abs(x)) / np.sqrt(2), color="0.6", label="Laplacian")
    b.set(ylim=(1e-4, 2), xlabel="amplitude / SD", ylabel="density", title="Amplitude, strongest channel")
    b.legend(fontsize=7)
    for montage in ("monopolar", "single_differential"):
        by_row = correlations(contraction("extension", 0.5, montage).emg)
        c.plot(8 * np.arange(1, len(by_row) + 1), by_row, marker="o", label=montage)
    c.set(xlabel="distance along the arm, mm", ylabel="correlation", title="Correlation of channels, extension, 50 %")
    c.legend(fontsize=7)
    for name, amplitudes in unit_amplitudes().items():
        d.semilogy(np.arange(len(amplitudes)) / len(amplitudes), amplitudes, ".", markersize=3, label=name)
    d.set(xlabel="recruitment rank", ylabel="peak to peak, µV", title="Single units, monopolar")
    d.legend(fontsize=7)
    e.set(xlabel="excitation", ylabel="RMS, mV", title="Growth, strongest channel")
    e.set_xticks(LEVELS, [f"{100 * level:g} %" for level in LEVELS])
    e.minorticks_off()
    e.legend(fontsize=7)
    emg = contraction("extension", 0.5, "single_differential").emg
    signal = emg[:400, :, np.argmax(emg.std(axis=(0, 1)))]
    for number in range(signal.shape[1]):
        f.plot(np.arange(400) / RATE * 1e3, signal[:, number] - number * 6 * signal.std(), "k", linewidth=0.7)
    f.set(xlabel="ms", yticks=[], title="Differential channels, extension, 50 %")
    return drawing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figure", type=Path, default=Path("emg_validity.png"))
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    findings = load_findings()
    rows = table(findings)
    figure().savefig(arguments.figure, dpi=90)
    text = "\n".join([f"Contractions of {SECONDS} s, {machine()}. {summary(findings, rows)}", "", *rows])
    print(text)
    if arguments.write:
        write_section("emg_validity.py", text)


if __name__ == "__main__":
    main()
