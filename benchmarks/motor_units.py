"""Motoneuron pools beside recordings and literature: rates, intervals, common drive, fluctuations of the force.

    python benchmarks/motor_units.py [--write] [--figure docs/images/motor_unit_pools.png]

Both pools are simulated at constant excitation, with the pool properties of config/anatomy/forearm.yaml. Means and
ranges are over three muscles with 190, 80 and 47 motor units and two seeds. The force is the sum of the twitches of
Fuglevand, Winter & Patla (1993); the EMG is that of flexor carpi radialis under a grid of 13 x 5 electrodes.

The recorded units are those of one tibialis anterior that were published with Caillet et al. 2023 (PLoS Comput Biol,
doi 10.1371/journal.pcbi.1011606): 81 units at 30 % and 58 units at 50 % of the maximum. They were analysed as the
simulated ones are. At 50 % some trains have gaps and doubled discharges, which raise the variation of their intervals.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from results import machine, write_section
from scipy.signal import detrend, fftconvolve, welch
from scipy.stats import skew

from emgsim_ros.emg import EmgStream
from emgsim_ros.files.resources import config_file
from emgsim_ros.motor_units import CommonDrive, IntegrateAndFireTrains, MotorUnitPool, RateCodedTrains
from emgsim_ros.muap import load_anatomy
from emgsim_ros.parameters import EmgParameters

Array = NDArray[np.float64]

RATE, SECONDS, START, BLOCK = 2048, 30, 3, 256  # Hz, s, s that are not analysed, samples
MUSCLES, SEEDS = ("FCR", "FPL", "EDCM"), (1, 2)
EXTENSORS = ("ECRL", "ECRB", "ECU")
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
SMOOTHING = 0.4  # s, Hann window of the firing rates: pass band up to about 2.5 Hz (De Luca & Erim 1994)
POOLS = {"fuglevand": RateCodedTrains, "integrate_and_fire": IntegrateAndFireTrains}
PARAMETERS = EmgParameters()
ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
DISTANCES = (0.0, 0.02, 0.05, 0.12, 0.3)  # excitation above the threshold

# Recorded: at 30 and 50 % of the maximum, units in quarters by threshold.
RECORDED_THRESHOLDS = {0.3: (0.032, 0.115, 0.193, 0.270), 0.5: (0.195, 0.308, 0.366, 0.415)}
RECORDED_RATES = {0.3: (18.1, 17.8, 16.3, 15.1), 0.5: (25.6, 21.4, 17.1, 14.5)}  # Hz
RECORDED_START = {0.3: (9.6, 10.3, 11.8, 12.3), 0.5: (13.6, 15.7, 14.7, 13.4)}  # Hz, first four intervals of a ramp
RECORDED_FORCE = {0.3: 0.010, 0.5: 0.020}  # coefficient of variation, without trend
RECORDED_VARIATION = (0.143, 0.104, 0.103, 0.100)  # of intervals at 30 %, between DISTANCES, without slow changes


@dataclass(frozen=True)
class Contraction:
    """Discharges at constant excitation.

    Attributes:
        trains: Discharges of each unit after the start, samples.
        force: Sum of the twitches after the start, arbitrary unit.
    """

    trains: list[NDArray[np.int64]]
    force: Array


def contract(pool: str, muscles: Mapping[str, int], level: float, seed: int) -> list[Contraction]:
    """Simulate a steady contraction of several muscles."""
    names = tuple(muscles)
    trains = POOLS[pool](muscles, RATE, seed, ANATOMY.pools.of(names), PARAMETERS.independent_noise)
    common = CommonDrive(names, ANATOMY.pools, PARAMETERS.common_drive, RATE, seed)
    found: dict[str, list[list[NDArray[np.int64]]]] = {name: [[] for _ in range(muscles[name])] for name in names}
    for first in range(0, SECONDS * RATE, BLOCK):
        spikes = trains.advance(common.applied(np.full((BLOCK, len(names)), level), first), np.ones(len(names)))
        for number, name in enumerate(names):
            mine = spikes.muscle == number
            for unit in np.unique(spikes.unit[mine]):
                found[name][unit].append(spikes.sample[mine & (spikes.unit == unit)] + first)
    contractions = []
    for units in found.values():
        whole = [np.concatenate(one) if one else np.empty(0, np.int64) for one in units]
        force = twitches(whole)[START * RATE :]
        contractions.append(Contraction([one[one >= START * RATE] - START * RATE for one in whole], force))
    return contractions


def twitches(trains: list[NDArray[np.int64]]) -> Array:
    """Return the force of Fuglevand, Winter & Patla (1993): twitch range 100, contraction times 90 to 30 ms."""
    count, length = len(trains), SECONDS * RATE
    height = np.exp(np.arange(1, count + 1) * np.log(100.0) / count)
    contraction = 0.09 * height ** -(np.log(3.0) / np.log(100.0))  # s
    force = np.zeros(length)
    for train, peak, seconds in zip(trains, height, contraction, strict=True):
        if len(train) < 2:
            continue
        relative = seconds * RATE / np.diff(train, prepend=2 * train[0] - train[1])
        gain = np.where(relative > 0.4, -np.expm1(-2 * relative**3) / relative / (-np.expm1(-2 * 0.4**3) / 0.4), 1.0)
        time = np.arange(round(6 * seconds * RATE)) / RATE / seconds
        impulses = np.bincount(train, gain, length)
        force += peak * fftconvolve(impulses, time * np.exp(1 - time))[:length]
    return force


def variation(signal: Array) -> float:
    """Return the coefficient of variation without the linear trend."""
    return float(detrend(signal).std() / signal.mean())


def steady(trains: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return the units that discharge without a pause of more than 0.4 s."""
    ends = (0, (SECONDS - START) * RATE)
    return [one for one in trains if np.diff(one, prepend=ends[0], append=ends[1]).max() < 0.4 * RATE]


def smooth_rates(trains: list[NDArray[np.int64]]) -> Array:
    """Return the smoothed firing rates of the units that discharge without pause, [units, samples], 1/s."""
    window = np.hanning(round(SMOOTHING * RATE))
    length = (SECONDS - START) * RATE
    counts = [np.bincount(one, minlength=length)[:length] for one in steady(trains)]
    return np.array([fftconvolve(one, window / window.sum() * RATE, "valid")[::32] for one in counts])


def pair_correlation(trains: list[NDArray[np.int64]]) -> float:
    """Return the mean correlation of the smoothed rates of pairs of units, without trend."""
    rates = smooth_rates(trains)
    pairs = np.triu_indices(len(rates), 1)
    return float(np.corrcoef(detrend(rates, axis=1))[pairs].mean())


def interval_rows(one: Contraction, muscle: str, level: float) -> list[tuple[float, float, float, float]]:
    """Return distance from the threshold, CV, skewness and serial correlation of the intervals of each unit."""
    thresholds = MotorUnitPool(len(one.trains), ANATOMY.pools.of((muscle,))[muscle]).thresholds
    rows = []
    for threshold, train in zip(thresholds, one.trains, strict=True):
        intervals = np.diff(train) / RATE
        intervals = intervals[intervals < 0.4]
        if len(intervals) > 100:
            fast = intervals - np.convolve(np.pad(intervals, 15, "edge"), np.ones(31) / 31, "valid")
            serial = np.corrcoef(fast[1:], fast[:-1])[0, 1]
            rows.append((level - threshold, fast.std() / intervals.mean(), float(skew(intervals)), serial))
    return rows


def spread(values: list[float], form: str = ".3f") -> str:
    """Return mean and range."""
    return f"{np.mean(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def each(pool: str, level: float, measure: Callable[[Contraction], float]) -> list[float]:
    """Return a measure of all muscles and seeds."""
    runs = (contract(pool, {m: ANATOMY.muscles[m].motor_units}, level, seed)[0] for m in MUSCLES for seed in SEEDS)
    return [measure(run) for run in runs]


def rate_table() -> list[str]:
    """Compare rates with the recorded ones, unit by unit of the same threshold."""
    rows = [
        "| threshold, excitation | at recruitment: fuglevand | recorded | steady: fuglevand | integrate_and_fire "
        "| recorded |",
        "|---|---|---|---|---|---|",
    ]
    pool = MotorUnitPool(190)
    for level, recorded in RECORDED_RATES.items():
        runs = {name: contract(name, {"FCR": 190}, level, 1)[0].trains for name in POOLS}
        for quarter, threshold in enumerate(RECORDED_THRESHOLDS[level]):
            unit = int(np.argmin(np.abs(pool.thresholds - threshold)))
            rates = [len(run[unit]) / (SECONDS - START) for run in runs.values()]
            rows.append(
                f"| {threshold:.3f}, {level} | {pool.start_rates()[unit]:.1f} | {RECORDED_START[level][quarter]} "
                f"| {rates[0]:.1f} | {rates[1]:.1f} | {recorded[quarter]} Hz |"
            )
    return rows


def interval_table(points: dict[str, list[tuple[float, float, float, float]]]) -> list[str]:
    """Compare the variation of intervals with the recorded one."""
    rows = ["| excitation above the threshold | fuglevand | integrate_and_fire | recorded |", "|---|---|---|---|"]
    values = {name: np.array(rows_) for name, rows_ in points.items()}
    for number, (low, high) in enumerate(itertools.pairwise(DISTANCES)):
        inside = [one[(one[:, 0] >= low) & (one[:, 0] < high), 1] for one in values.values()]
        cells = " | ".join(f"{np.median(one):.3f}" if len(one) else "" for one in inside)
        rows.append(f"| {low} to {high} | {cells} | {RECORDED_VARIATION[number]:.3f} |")
    for column, name, recorded in (
        (2, "skewness", "0.25, 0.35, 0.24"),
        (3, "successive intervals", "-0.37, -0.27, -0.17"),
    ):
        cells = " | ".join(f"{np.median(one[one[:, 0] > 0.05, column]):.2f}" for one in values.values())
        rows.append(f"| {name} | {cells} | {recorded} (TA 30 %, 50 %, vastus lateralis) |")
    return rows


def slope_of(force: Array) -> float:
    """Return the exponent of the power of the force from 0.25 to 10 Hz."""
    frequency, power = welch(detrend(force), RATE, nperseg=8 * RATE)
    inside = (frequency > 0.25) & (frequency < 10)
    return float(np.polyfit(np.log(frequency[inside]), np.log(power[inside]), 1)[0])


def fluctuation_table(curves: dict[str, list[list[float]]]) -> list[str]:
    """Compare the fluctuations of force and rates with the recorded ones."""
    rows = [
        "| excitation | CV of force: fuglevand | integrate_and_fire | exponent of its power: fuglevand "
        "| correlation of pairs: fuglevand | integrate_and_fire |",
        "|---|---|---|---|---|---|",
    ]
    for level in LEVELS:
        runs = {
            name: [
                contract(name, {m: ANATOMY.muscles[m].motor_units}, level, seed)[0] for m in MUSCLES for seed in SEEDS
            ]
            for name in POOLS
        }
        forces = {name: [variation(run.force) for run in some] for name, some in runs.items()}
        pairs = {name: [pair_correlation(run.trains) for run in some] for name, some in runs.items()}
        exponent = np.mean([slope_of(run.force) for run in runs["fuglevand"]])
        for name in POOLS:
            curves[name].append([np.mean(forces[name]), np.mean(pairs[name])])
        rows.append(
            f"| {level} | {spread(forces['fuglevand'])} | {spread(forces['integrate_and_fire'])} | {exponent:.1f} "
            f"| {spread(pairs['fuglevand'], '.2f')} | {spread(pairs['integrate_and_fire'], '.2f')} |"
        )
    return rows


def synergists() -> str:
    """Return the fluctuation of the summed force of the wrist extensors, and the correlation of their rates."""
    units = {name: ANATOMY.muscles[name].motor_units for name in EXTENSORS}
    values, across = [], []
    for seed in SEEDS:
        runs = contract("fuglevand", units, 0.3, seed)
        values.append(variation(sum(run.force / run.force.mean() for run in runs)))
        means = [detrend(smooth_rates(run.trains).mean(axis=0)) for run in runs]
        across.append(np.corrcoef(means)[np.triu_indices(3, 1)].mean())
    return f"CV of the summed force {spread(values)}; correlation of their mean rates {spread(across, '.2f')}"


def emg_variation() -> str:
    """Return the variation of the RMS in windows of 0.25 and 1 s, with and without common drive."""
    cells = []
    for strength in (0.0, PARAMETERS.common_drive):
        grid = {"rows": 13, "columns": 5, "spacing": 8.0, "column_spacing": 8.0, "grid_angle": 0.14}
        stream = EmgStream(EmgParameters(muscles=("FCR",), common_drive=strength, noise_rms=0.0, **grid))
        blocks = [
            block.emg for step in range(SECONDS * 100) for block in stream.push(step * 10_000_000, ("FCR",), (0.3,))
        ]
        emg = np.concatenate(blocks)[START * RATE :]
        found = []
        for window in (0.25, 1.0):
            length = round(window * RATE)
            cut = emg[: len(emg) // length * length].reshape(-1, length, emg.shape[1])
            rms = np.sqrt(np.square(cut, dtype=float).mean(axis=1))
            found.append(float(np.median(detrend(rms, axis=0).std(axis=0) / rms.mean(axis=0))))
        cells.append(f"| {strength:g} | {found[0]:.3f} | {found[1]:.3f} |")
    return "\n".join(["| common drive | CV of RMS in 0.25 s | in 1 s |", "|---|---|---|", *cells])


def figure(path: str, curves: dict[str, list[list[float]]], points: dict[str, list[tuple[float, ...]]]) -> None:
    """Draw rates, interval variation, smoothed rates, fluctuations and correlation."""
    import matplotlib.pyplot as plt

    drawn, axes = plt.subplots(2, 3, figsize=(13, 7), layout="constrained")
    pool, excitation = MotorUnitPool(190), np.linspace(0, 1, 400)
    for unit in range(0, 190, 14):
        rates = pool.rates(excitation)[:, unit]
        axes[0, 0].plot(excitation[rates > 0], rates[rates > 0], color="0.6", lw=0.8)
    for level, rates in RECORDED_RATES.items():
        axes[0, 0].plot([level] * 4, rates, "o", label=f"recorded TA at {level:.0%}, 4 threshold groups")
    axes[0, 0].set(title="Firing rates of every 14th unit", xlabel="excitation", ylabel="Hz")
    run = contract("fuglevand", {"FCR": 190}, 0.3, 1)[0]
    smooth = smooth_rates(run.trains)
    time = np.arange(smooth.shape[1]) * 32 / RATE
    axes[0, 1].plot(time, smooth[5:85:20].T, lw=0.8)
    axes[0, 1].set(title="Smoothed rates of four units at 30 %", xlabel="s", ylabel="Hz")
    force = run.force / run.force.mean()
    axes[0, 2].plot(np.arange(len(force)) / RATE, force, lw=0.8)
    axes[0, 2].set(title="Force at 30 %", xlabel="s", ylabel="relative to its mean", ylim=(0.8, 1.2))
    for name, rows in points.items():
        values = np.array(rows)
        axes[1, 0].plot(values[:, 0], values[:, 1], ".", ms=3, label=name)
    middle = [(low + high) / 2 for low, high in itertools.pairwise(DISTANCES)]
    axes[1, 0].plot(middle, RECORDED_VARIATION, "ko", label="recorded TA at 30 %")
    axes[1, 0].set(title="CV of intervals", xlabel="excitation above the threshold", ylim=(0, 0.4), xlim=(-0.05, 0.5))
    for name, rows in curves.items():
        axes[1, 1].plot(LEVELS, np.array(rows)[:, 0], label=name)
        axes[1, 2].plot(LEVELS, np.array(rows)[:, 1], label=name)
    axes[1, 1].plot(RECORDED_FORCE.keys(), RECORDED_FORCE.values(), "ko", label="recorded TA")
    axes[1, 1].plot([0.3], [0.017], "k^", label="FDI, Taylor et al. 2003")
    axes[1, 1].set(title="CV of force", xlabel="excitation", ylim=(0, 0.08))
    axes[1, 2].plot([0.3, 0.5], [0.75, 0.51], "ko", label="recorded TA")
    axes[1, 2].set(title="Correlation of pairs of smoothed rates", xlabel="excitation", ylim=(0, 1))
    for axis in (axes[0, 0], *axes[1]):
        axis.legend(fontsize=7)
    drawn.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    parser.add_argument("--figure", default="", help="file of the figure")
    arguments = parser.parse_args()
    points = {
        name: [
            row
            for muscle in MUSCLES
            for seed in SEEDS
            for row in interval_rows(
                contract(name, {muscle: ANATOMY.muscles[muscle].motor_units}, 0.3, seed)[0], muscle, 0.3
            )
        ]
        for name in POOLS
    }
    curves: dict[str, list[list[float]]] = {name: [] for name in POOLS}
    peak = spread(
        each("fuglevand", 1.0, lambda run: float(np.mean([len(one) for one in run.trains])) / (SECONDS - START)), ".1f"
    )
    sections = [
        f"{SECONDS - START} s per contraction, common drive {PARAMETERS.common_drive}, independent noise "
        f"{PARAMETERS.independent_noise}, muscles {', '.join(MUSCLES)}, seeds {SEEDS}, {machine()}. Mean and range.",
        "Rates of a pool of 190 units beside those of a tibialis anterior (units of the same threshold; recorded with "
        "Caillet et al. 2023). The recorded start is the mean of the first four intervals of a ramp, which is above "
        "the rate at recruitment.",
        "\n".join(rate_table()),
        f"Mean rate at full excitation, fuglevand: {peak} Hz; recorded in maximal contractions: 31.1 +- 10.1 Hz "
        "(biceps brachii), 29.9 +- 8.6 Hz (adductor pollicis), 10.7 +- 2.9 Hz (soleus; Bellemare et al. 1983).",
        "CV of the intervals at 30 %, median over units, slow changes removed:",
        "\n".join(interval_table(points)),
        "Fluctuations:",
        "\n".join(fluctuation_table(curves)),
        "Recorded: CV of force 0.010 at 30 % and 0.020 at 50 %, exponents -2.1 and -1.4, mean correlation of pairs "
        "0.75 and 0.51 (tibialis anterior, as above); CV of force 0.014 at 26 %, correlation of pairs 0.49 (vastus "
        "lateralis, openhdemg's sample, 4 units); CV of force of the first dorsal interosseous 0.017 at its minimum, "
        "near 30 % (Taylor, Christou & Enoka 2003, abstract).",
        f"Wrist extensors ({', '.join(EXTENSORS)}) at 30 %: {synergists()}.",
        "EMG of flexor carpi radialis at 30 % without noise, median over channels (recorded at 26 %, openhdemg's "
        "vastus lateralis: 0.141 and 0.078):",
        emg_variation(),
    ]
    text = "\n\n".join(sections)
    print(text)
    if arguments.figure:
        figure(arguments.figure, curves, points)
    if arguments.write:
        write_section("motor_units.py", text)


if __name__ == "__main__":
    main()
