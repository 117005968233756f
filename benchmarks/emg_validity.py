"""Comparison of simulated EMG with published values: spectrum, amplitude, correlation, single units, growth.

    python benchmarks/emg_validity.py [--figure FILE] [--write]

The contractions are isometric and last 8 s each. The extensors ECRB, ECRL and EDCI to EDCL contract together, as in
wrist extension. Channels over the active muscles are evaluated, monopolar and single differential along the arm (8 mm),
in the band from 20 to 450 Hz. The published ranges are quoted from memory and were not checked against the papers. They
represent similar contractions of limb muscles in general, because no paper reports all of these values for one forearm.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from results import machine, write_section
from scipy.signal import welch
from scipy.stats import kurtosis, spearmanr

from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.plan import bank_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy, load_or_build_bank
from emgsim_ros.parameters import EmgParameters

MUSCLES = ("ECRB", "ECRL", "EDCI", "EDCM", "EDCR", "EDCL")
LEVELS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
MONTAGES = ("monopolar", "single_differential")
SECONDS, RATE = 8, 2048


@dataclass(frozen=True)
class Claim:
    """One published finding.

    Attributes:
        what: The measured quantity with its unit.
        low: Lower end of the published range.
        high: Upper end of the published range.
        source: The publication.
    """

    what: str
    low: float
    high: float
    source: str


CLAIMS = {
    "median_sd": Claim("median frequency, differential, 30 %, Hz", 60, 130, "De Luca 1997; Merletti & Parker 2004"),
    "median_mono": Claim("median frequency, monopolar, 30 %, Hz", 40, 100, "Merletti & Parker 2004"),
    "power_band": Claim("power between 20 and 250 Hz, differential, 30 %, %", 85, 100, "De Luca 1997"),
    "rms_mvc": Claim("RMS of the strongest channel, differential, 80 %, mV", 0.1, 1.5, "De Luca 1997"),
    "peak_mvc": Claim("peak to peak, differential, 80 %, mV", 0.5, 10, "De Luca 1997: 0 to 10 mV"),
    "kurtosis_low": Claim("kurtosis of the amplitude, differential, 5 %", 3.2, 12, "Nazarpour et al. 2013: peaked"),
    "kurtosis_high": Claim("kurtosis, differential, 80 %", 2.8, 4.0, "Clancy & Hogan 1999: Gaussian"),
    "near_mono": Claim("correlation of neighbours along the arm, monopolar", 0.6, 0.98, "HD-EMG practice"),
    "near_sd": Claim("correlation of neighbours along the arm, differential", -0.2, 0.7, "Farina et al. 2002"),
    "unit_rank": Claim("rank correlation of unit amplitude and recruitment", 0.3, 0.95, "Hu, Rymer & Suresh 2013"),
    "unit_amplitude": Claim("unit amplitude, median, monopolar, uV", 5, 200, "Merletti, Holobar & Farina 2008"),
    "growth": Claim("exponent of RMS against excitation", 0.8, 1.5, "Lawrence & De Luca 1983: about linear or steeper"),
    "velocity": Claim("conduction velocity read from the channels, m/s", 3.0, 5.5, "Farina & Merletti 2004"),
}  # fmt: skip


def contraction(montage: str, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the [samples, rows, columns] EMG (mV) of one contraction without its first second, and the positions."""
    parameters = EmgParameters(muscles=MUSCLES, montage=montage, high_pass=20.0, low_pass=450.0)
    stream = EmgStream(parameters)
    blocks = []
    for number in range((SECONDS + 1) * 100):
        blocks += stream.push(number * 10_000_000, MUSCLES, np.full(len(MUSCLES), level))
    signal = np.concatenate([block.emg for block in blocks])[RATE:]
    return signal.reshape(len(signal), stream.montage.rows, stream.montage.columns), stream.positions


def active_columns(signal: np.ndarray) -> np.ndarray:
    """Return the columns whose RMS exceeds half of the greatest."""
    rms = np.sqrt(np.square(signal).mean(axis=(0, 1)))
    return np.flatnonzero(rms > rms.max() / 2)


def spectrum(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the frequencies and the mean normalised power of the active channels."""
    active = signal[:, :, active_columns(signal)].reshape(len(signal), -1)
    frequency, power = welch(active, RATE, nperseg=1024, axis=0)
    return frequency, (power / power.sum(axis=0)).mean(axis=1)


def median_frequency(signal: np.ndarray) -> float:
    """Return the median frequency (Hz) of the active channels."""
    frequency, power = spectrum(signal)
    return float(frequency[np.searchsorted(np.cumsum(power), 0.5 * power.sum())])


def correlations(signal: np.ndarray) -> np.ndarray:
    """Return the [rows - 1] mean correlations of active channels at distances of 1, 2, ... rows along the arm."""
    active = signal[:, :, active_columns(signal)]
    rows = active.shape[1]
    found = np.zeros((rows - 1, active.shape[2]))
    for column in range(active.shape[2]):
        matrix = np.corrcoef(active[:, :, column].T)
        found[:, column] = [np.diagonal(matrix, distance).mean() for distance in range(1, rows)]
    return found.mean(axis=1)


def conduction_velocity(signal: np.ndarray) -> float:
    """Return the conduction velocity (m/s) from the lag between neighbouring double differential channels.

    It is the median over pairs of channels with a correlation above 0.7.
    """
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
                    found.append(0.008 * RATE / abs(lag))
    return float(np.median(found)) if found else float("nan")


def unit_amplitudes() -> dict[str, np.ndarray]:
    """Return the [units] monopolar peak-to-peak amplitudes (uV) of each muscle's units in order of recruitment."""
    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    bank = load_or_build_bank(bank_plan(EmgParameters(muscles=MUSCLES), anatomy))
    return {name: np.ptp(bank.potentials(name), axis=1).max(axis=1) * 1e3 for name in MUSCLES}


def measure() -> tuple[dict[str, float], dict]:
    """Return the value of every claim, and the signals from which they were computed."""
    signals = {(m, level): contraction(m, level)[0] for m in MONTAGES for level in LEVELS}
    sd, mono = (lambda level: signals["single_differential", level]), (lambda level: signals["monopolar", level])
    frequency, power = spectrum(sd(0.3))
    strongest = np.unravel_index(np.argmax(sd(0.8).std(axis=0)), sd(0.8).shape[1:])
    rms = {m: [signals[m, level][:, :, active_columns(signals[m, 0.3])].std() for level in LEVELS] for m in MONTAGES}
    units = unit_amplitudes()
    ranks = [spearmanr(np.arange(len(one)), one).statistic for one in units.values()]
    channel = sd(0.8)[:, strongest[0], strongest[1]]
    weak = sd(0.05)[:, strongest[0], strongest[1]]
    values = {
        "median_sd": median_frequency(sd(0.3)),
        "median_mono": median_frequency(mono(0.3)),
        "power_band": 100 * float(power[(frequency >= 20) & (frequency <= 250)].sum() / power.sum()),
        "rms_mvc": float(channel.std()),
        "peak_mvc": float(np.ptp(channel)),
        "kurtosis_low": float(kurtosis(weak, fisher=False)),
        "kurtosis_high": float(kurtosis(channel, fisher=False)),
        "near_mono": float(correlations(mono(0.3))[0]),
        "near_sd": float(correlations(sd(0.3))[0]),
        "unit_rank": float(np.mean(ranks)),
        "unit_amplitude": float(np.median(np.concatenate(list(units.values())))),
        "growth": float(np.polyfit(np.log(LEVELS), np.log(rms["single_differential"]), 1)[0]),
        "velocity": conduction_velocity(sd(0.3)),
    }
    return values, {"signals": signals, "rms": rms, "units": units, "strongest": strongest}


def figure(values: dict[str, float], found: dict) -> Figure:
    """Draw spectra, amplitude distributions, correlations, unit amplitudes, growth and example signals."""
    drawing = Figure(figsize=(15, 8), layout="constrained")
    (a, b, c), (d, e, f) = drawing.subplots(2, 3)
    for montage, line in zip(MONTAGES, ("-", "--"), strict=True):
        for level, colour in zip((0.1, 0.3, 0.8), ("tab:blue", "tab:green", "tab:red"), strict=True):
            frequency, power = spectrum(found["signals"][montage, level])
            a.plot(frequency, power / power.max(), line, color=colour, label=f"{montage}, {100 * level:g} %")
    a.set(xlim=(0, 450), xlabel="frequency, Hz", ylabel="power (of its peak)", title="Spectrum of the active channels")
    a.legend(fontsize=7)
    row, column = found["strongest"]
    x = np.linspace(-5, 5, 200)
    for level, colour in zip((0.05, 0.8), ("tab:blue", "tab:red"), strict=True):
        channel = found["signals"]["single_differential", level][:, row, column]
        counts, edges = np.histogram(channel / channel.std(), 80, (-5, 5), density=True)
        b.semilogy((edges[1:] + edges[:-1]) / 2, np.maximum(counts, 1e-5), color=colour, label=f"{100 * level:g} %")
    b.semilogy(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), "k:", label="Gaussian")
    b.semilogy(x, np.exp(-np.sqrt(2) * np.abs(x)) / np.sqrt(2), color="0.6", label="Laplacian")
    b.set(ylim=(1e-4, 2), xlabel="amplitude / SD", ylabel="density", title="Amplitude, differential")
    b.legend(fontsize=7)
    for montage in MONTAGES:
        values_by_row = correlations(found["signals"][montage, 0.3])
        c.plot(8 * np.arange(1, len(values_by_row) + 1), values_by_row, marker="o", label=montage)
    c.set(xlabel="distance along the arm, mm", ylabel="correlation", title="Correlation of channels, 30 %")
    c.legend(fontsize=7)
    for name, amplitudes in found["units"].items():
        d.semilogy(np.arange(len(amplitudes)) / len(amplitudes), amplitudes, ".", markersize=3, label=name)
    d.set(xlabel="recruitment rank", ylabel="peak to peak, µV", title="Single units, monopolar")
    d.legend(fontsize=7)
    for montage, rms in found["rms"].items():
        e.loglog(LEVELS, rms, marker="o", label=montage)
    e.set(xlabel="excitation", ylabel="RMS, mV", title=f"Growth: exponent {values['growth']:.2f} (differential)")
    e.set_xticks(LEVELS, [f"{100 * level:g} %" for level in LEVELS])
    e.minorticks_off()
    e.legend(fontsize=7)
    times = np.arange(400) / RATE * 1e3
    signal = found["signals"]["single_differential", 0.3][:400, :, column]
    step = 6 * signal.std()
    for number in range(signal.shape[1]):
        f.plot(times, signal[:, number] - number * step, "k", linewidth=0.7)
    f.set(xlabel="ms", yticks=[], title="Differential channels along the arm, 30 %")
    return drawing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figure", type=Path, default=Path("emg_validity.png"))
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    values, found = measure()
    figure(values, found).savefig(arguments.figure, dpi=90)
    rows = [
        f"Contractions of {', '.join(MUSCLES)}, {SECONDS} s each, {machine()}. The published ranges are quoted from "
        "memory and were not checked against the papers.",
        "",
        "| what | simulated | published | within | source |",
        "|---|---|---|---|---|",
    ]
    for key, claim in CLAIMS.items():
        within = "yes" if claim.low <= values[key] <= claim.high else "no"
        published = f"{claim.low:g} to {claim.high:g}"
        rows.append(f"| {claim.what} | {values[key]:.3g} | {published} | {within} | {claim.source} |")
    print("\n".join(rows))
    if arguments.write:
        write_section("emg_validity.py", "\n".join(rows))


if __name__ == "__main__":
    main()
