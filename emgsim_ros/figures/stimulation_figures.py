"""Figures of epidural stimulation: the lead, the predictions of a network, and its internal activity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ..stimulation.analysis import Orbit
from ..stimulation.command import Configuration
from ..stimulation.lead import PaddleLead
from ..stimulation.metrics import recruitment, selectivity
from ..stimulation.network import StimulationNetwork
from ..stimulation.recordings import Recordings

CATHODE, ANODE, OFF = "tab:blue", "tab:red", "0.85"


def lead_figure(lead: PaddleLead, configuration: Configuration | None = None) -> Figure:
    """Draw the lead above the roots, with blue cathodes and red anodes."""
    figure = Figure(figsize=(4.2, 7), layout="constrained")
    axes = figure.subplots()
    width, height = lead.contact_size
    for number, (x, y) in enumerate(lead.contacts):
        colour = OFF if configuration is None else _colour(number, configuration)
        axes.add_patch(Rectangle((x - width / 2, y - height / 2), width, height, facecolor=colour, edgecolor="0.3"))
        axes.annotate(str(number), (x, y), ha="center", va="center", fontsize=8)
    for (segment, _), (x, y) in zip(lead.roots, lead.root_places, strict=True):
        axes.plot([x, 2.2 * x], [y, y - 2.5], color="goldenrod", linewidth=2)
        axes.annotate(segment, (2.35 * x, y - 3.0), ha="center", va="center", fontsize=8, color="darkgoldenrod")
    case = f", case ({len(lead.contacts)})" if configuration and len(lead.contacts) in configuration.anodes else ""
    title = "" if configuration is None else f"cathodes {configuration.cathodes} anodes {configuration.anodes}{case}"
    axes.set(xlabel="mm (left of the midline: +)", ylabel="mm rostral", title=title)
    low, high = lead.contacts.min(axis=0) - 8, lead.contacts.max(axis=0) + 8
    axes.set(xlim=(low[0] - 4, high[0] + 4), ylim=(low[1], high[1]), aspect="equal")
    return figure


def _colour(number: int, configuration: Configuration) -> str:
    if number in configuration.cathodes:
        return CATHODE
    return ANODE if number in configuration.anodes else OFF


def response_figure(
    recordings: Recordings, rows: NDArray[np.int64], predicted: NDArray[np.float32], selective: bool, count: int = 6
) -> Figure:
    """Draw measured and predicted recruitment curves or selectivity indices against amplitude.

    Args:
        recordings: Recordings of the patient.
        rows: Numbers of the trials that may be shown.
        predicted: [rows, samples, muscles] predicted envelopes.
        selective: Draw selectivity indices instead of responses.
        count: Number of configurations; those with the strongest selectivity are shown, at the median frequency.
    """
    kind = selectivity if selective else (lambda responses: responses)
    real, made = kind(recruitment(recordings.envelopes[rows])), kind(recruitment(predicted))
    trials = [recordings.trials[row] for row in rows]
    strongest: dict[str, float] = {}
    for trial, values in zip(trials, selectivity(recruitment(recordings.envelopes[rows])), strict=True):
        name = trial.configuration.name
        strongest[name] = max(strongest.get(name, 0.0), float(values.max()))
    shown = sorted(strongest, key=lambda name: -strongest[name])[:count]
    figure = Figure(figsize=(3.1 * len(shown), 5.6), layout="constrained")
    panels = figure.subplots(2, len(shown), sharex=True, sharey=True, squeeze=False)
    middle = sorted({trial.frequency for trial in trials})
    frequency = middle[len(middle) // 2]
    for column, name in enumerate(shown):
        selected = [i for i, t in enumerate(trials) if t.configuration.name == name and t.frequency == frequency]
        selected.sort(key=lambda i: trials[i].amplitude)
        amplitudes = [trials[i].amplitude for i in selected]
        for axes, values, label in zip(panels[:, column], (real, made), ("measured", "predicted"), strict=True):
            for muscle in range(values.shape[1]):
                axes.plot(
                    amplitudes, values[selected, muscle], color=f"C{muscle % 10}", ls="-" if muscle < 10 else "--"
                )
            axes.set_title(f"{name}, {label}", fontsize=9)
        panels[1, column].set_xlabel("amplitude, mA")
    for row in panels:
        row[0].set_ylabel("selectivity index" if selective else "response")
    figure.legend(recordings.muscles[:14], loc="outside lower center", ncols=7, fontsize=8)
    return figure


def raw_figure(
    recordings: Recordings, rows: NDArray[np.int64], predicted: NDArray[np.float32], count: int = 4
) -> Figure:
    """Draw measured and predicted envelopes over time for the strongest trials."""
    order = np.argsort(-recruitment(recordings.envelopes[rows]).max(axis=1))
    strongest = order[:: max(1, min(3, len(order) // count))][:count]
    figure = Figure(figsize=(3.6 * len(strongest), 6), layout="constrained")
    times = np.arange(predicted.shape[1]) / recordings.sample_rate * 1e3
    for axes, number in zip(figure.subplots(1, len(strongest), squeeze=False)[0], strongest, strict=True):
        trial, real = recordings.trials[rows[number]], recordings.envelopes[rows[number]]
        for muscle in range(min(real.shape[1], 14)):
            axes.plot(times, real[:, muscle] - muscle, color="0.4", linewidth=1.6)
            axes.plot(times, predicted[number, :, muscle] - muscle, color="tab:red", linewidth=1.0)
        axes.set_title(f"{trial.configuration.name}, {trial.amplitude:g} mA, {trial.frequency:g} Hz", fontsize=9)
        axes.set(xlabel="ms", yticks=-np.arange(min(real.shape[1], 14)))
        axes.set_yticklabels(recordings.muscles[:14], fontsize=7)
    return figure


def orbit_figure(orbits: Sequence[tuple[float, Orbit]]) -> Figure:
    """Draw the first two principal components of the hidden activity at several frequencies (Hz)."""
    figure = Figure(figsize=(4.6 * len(orbits), 4.2), layout="constrained")
    for axes, (frequency, one) in zip(figure.subplots(1, len(orbits), squeeze=False)[0], orbits, strict=True):
        axes.plot(one.components[:, 0], one.components[:, 1], linewidth=0.8)
        axes.set(xlabel="PC 1", ylabel="PC 2")
        axes.set_title(
            f"{frequency:g} Hz: period {1e3 * one.period:g} ms, closes to {100 * one.closure:.1f} %", fontsize=10
        )
    return figure


def inside_figure(network: StimulationNetwork, activity: NDArray[np.float64]) -> Figure:
    """Draw firing rates, time constants, eigenvalues and weights of a rate network.

    Args:
        network: A network of the type ei or leaky.
        activity: [samples, units] hidden activity.
    """
    weights = network.cell.weights().detach().cpu().numpy()
    excitatory = network.cell.excitatory_units
    figure = Figure(figsize=(17, 4), layout="constrained")
    rates, times, plane, heat = figure.subplots(1, 4)
    stretch = np.arange(len(activity[:200]))
    for units, label in ((slice(0, excitatory), "excitatory"), (slice(excitatory, None), "inhibitory")):
        if activity[:, units].size:
            rates.plot(stretch, activity[:200, units].mean(axis=1), label=f"{label}, mean")
    rates.set(xlabel="ms", ylabel="rate", title="Hidden activity")
    rates.legend(fontsize=8)
    times.hist(network.cell.time_constants().detach().cpu().numpy(), np.geomspace(2, 200, 30))
    times.set(xscale="log", xlabel="time constant, ms", title="Time constants")
    values = np.linalg.eigvals(weights)
    plane.scatter(values.real, values.imag, s=8)
    plane.axvline(1.0, color="0.7")
    plane.set(xlabel="real", ylabel="imaginary", title="Eigenvalues of the recurrent weights")
    largest = np.quantile(np.abs(weights), 0.995)
    image = heat.imshow(weights, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
    heat.set(xlabel="from unit", ylabel="to unit", title="Recurrent weights")
    figure.colorbar(image)
    return figure
