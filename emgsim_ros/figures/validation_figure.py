"""Figures of a recording beside its simulation: signals, spectra, distributions, space, motor units, discriminator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..validation import unit_features as units
from ..validation.comparison import Comparison
from ..validation.discriminator import Discrimination
from ..validation.preparation import Prepared
from ..validation.recording import Recording
from ..validation.signal_features import correlation

RECORDED, SIMULATED = "#1f5fa8", "#d9622b"
SHOWN_CHANNELS, SHOWN_SECONDS = 10, 0.5
FREQUENCIES = (20, 50, 100, 200, 400)  # Hz
DISTANCES = 2.0 ** np.arange(2, 9)  # mm
MOST_POTENTIALS = 5
MOST_RANKED = 12


def comparison_figures(comparison: Comparison) -> list[Figure]:
    """Return the figures of a comparison: signals; motor units, where they are known; the discriminator.

    Args:
        comparison: A recording and its simulation.
    """
    figures = [signal_figure(comparison.recorded, comparison.simulated)]
    known = unit_figure(comparison.recorded, comparison.simulated)
    figures += [known] if known is not None else []
    return figures + ([separation_figure(comparison.discrimination)] if comparison.discrimination else [])


def signal_figure(recorded: Sequence[Recording], simulated: Sequence[Recording]) -> Figure:
    """Draw signals, spectra, amplitude distribution, correlation with distance, and the amplitude of every channel.

    Signals and amplitudes of channels are those of the longest segment; spectra, distributions and correlations are
    pooled over all segments.

    Args:
        recorded, simulated: At least one segment each, in the same order.
    """
    a, b = ([Prepared(one) for one in segments] for segments in (recorded, simulated))
    longest = int(np.argmax([one.recording.duration for one in a]))
    figure = Figure(figsize=(14, 8), layout="constrained")
    axes = figure.subplots(2, 4)
    for place, one, colour, title in (
        (axes[0, 0], a[longest], RECORDED, "recorded"),
        (axes[0, 1], b[longest], SIMULATED, "simulated"),
    ):
        _traces(place, one, colour, title)
    _spectra(axes[0, 2], a, b)
    _distribution(axes[0, 3], a, b)
    _correlations(axes[1, 0], a, b, "along")
    _correlations(axes[1, 1], a, b, "around")
    for place, one, title in ((axes[1, 2], a[longest], "RMS, recorded"), (axes[1, 3], b[longest], "RMS, simulated")):
        _amplitudes(figure, place, one, title)
    return figure


def unit_figure(recorded: Sequence[Recording], simulated: Sequence[Recording]) -> Figure | None:
    """Draw potentials, intervals and amplitudes of motor units; None if no units are known in either.

    Args:
        recorded, simulated: Segments.
    """
    a, b = ([Prepared(one) for one in segments] for segments in (recorded, simulated))
    shapes = [[(shape, one) for one in side for shape in units.potentials(one)][:MOST_POTENTIALS] for side in (a, b)]
    if not any(shapes):
        return None
    figure = Figure(figsize=(14, 4), layout="constrained")
    axes = figure.subplots(1, 4)
    for place, drawn, colour, title in zip(
        axes[:2], shapes, (RECORDED, SIMULATED), ("recorded", "simulated"), strict=True
    ):
        for number, (shape, one) in enumerate(drawn):
            channel = shape[:, np.argmax(np.ptp(shape, axis=0))]
            times = (np.arange(len(channel)) - len(channel) // 2) / one.sample_rate * 1e3
            place.plot(times, channel / np.ptp(channel) - 1.1 * number, color=colour, linewidth=1)
            height = "" if one.recording.arbitrary else f"{np.ptp(channel) * 1e3:.0f}"
            place.text(times[-1], -1.1 * number + 0.15, height, ha="right", fontsize=8)
        place.set(title=f"{title} units (peak to peak in µV)", xlabel="ms", yticks=[])
    pairs = (
        (axes[2], units.rate, units.interval_variation, "discharge rate, 1/s", "interval variation"),
        (axes[3], units.median_frequency, units.relative_peak_to_peak, "median frequency, Hz", "peak to peak / RMS"),
    )
    for place, first, second, across, up in pairs:
        for side, colour, label in ((a, RECORDED, "recorded"), (b, SIMULATED, "simulated")):
            x, y = (np.concatenate([np.zeros(0), *(one_of(one) for one in side)]) for one_of in (first, second))
            place.plot(x, y, "o", color=colour, label=label, markersize=5, alpha=0.7)
        place.set(xlabel=across, ylabel=up)
    axes[2].legend(fontsize=8)
    return figure


def separation_figure(found: Discrimination) -> Figure:
    """Draw the AUC of all measures and of each group, and the largest coefficients of the regression.

    Args:
        found: Result of the discriminator.
    """
    figure = Figure(figsize=(14, 4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 2))
    named = {"all": found.overall, **found.groups}
    values = np.array([one.auc for one in named.values()])
    ends = np.array([(one.auc - one.low, one.high - one.auc) for one in named.values()]).T
    left.bar(list(named), values, yerr=np.maximum(ends, 0), color="#7d93a8", capsize=4)
    left.axhline(0.5, color="0.4", linestyle=":")
    left.set(ylim=(0, 1.05), ylabel="AUC", title="Recorded or simulated? (0.5: inseparable)")
    ranking = found.ranking[:MOST_RANKED][::-1]
    right.barh(
        [name for name, _ in ranking],
        [value for _, value in ranking],
        color=[SIMULATED if value > 0 else RECORDED for _, value in ranking],
    )
    right.set(title="Standardised coefficients: > 0 is larger in the simulation")
    right.axvline(0, color="0.4", linewidth=0.8)
    return figure


def _traces(place: Axes, one: Prepared, colour: str, title: str) -> None:
    channels = one.emg.shape[1]
    shown = np.unique(np.linspace(0, channels - 1, min(channels, SHOWN_CHANNELS)).astype(int))
    first = max(0, len(one.emg) // 2 - round(SHOWN_SECONDS * one.sample_rate / 2))
    part = one.emg[first : first + round(SHOWN_SECONDS * one.sample_rate)][:, shown]
    step = 6 * one.rms.max()
    times = np.arange(len(part)) / one.sample_rate
    for number, trace in enumerate(part.T):
        place.plot(times, trace - number * step, color=colour, linewidth=0.6)
    place.set(title=f"{title}: {one.recording.segment.name}", xlabel="s", yticks=[])


def _spectra(place: Axes, a: Sequence[Prepared], b: Sequence[Prepared]) -> None:
    for side, colour, label in ((a, RECORDED, "recorded"), (b, SIMULATED, "simulated")):
        frequency = side[0].spectrum[0]
        every = [
            np.interp(frequency, one.spectrum[0], channel / channel.sum())
            for one in side
            for channel in one.spectrum[1].T
        ]
        decibel = 10 * np.log10(np.array(every) + 1e-12)
        low, middle, high = np.percentile(decibel, (10, 50, 90), axis=0)
        place.fill_between(frequency, low, high, color=colour, alpha=0.2, linewidth=0)
        place.plot(frequency, middle, color=colour, label=label)
    place.set(xscale="log", title="Spectrum (10 to 90 % of channels)", xlabel="Hz", ylabel="dB of the power")
    shown = [one for one in FREQUENCIES if frequency[0] <= one <= frequency[-1]]
    place.set_xticks(shown, [f"{one:g}" for one in shown])
    place.minorticks_off()
    place.legend(fontsize=8)


def _distribution(place: Axes, a: Sequence[Prepared], b: Sequence[Prepared]) -> None:
    edges = np.linspace(-6, 6, 97)
    middle = (edges[1:] + edges[:-1]) / 2
    for side, colour, label in ((a, RECORDED, "recorded"), (b, SIMULATED, "simulated")):
        counts = sum(
            (np.histogram((one.emg / one.rms).ravel(), edges)[0] for one in side), np.zeros(len(middle), dtype=int)
        )
        place.semilogy(middle, np.maximum(counts / counts.sum() / np.diff(edges), 1e-6), color=colour, label=label)
    place.semilogy(middle, np.exp(-(middle**2) / 2) / np.sqrt(2 * np.pi), "k:", label="normal", linewidth=1)
    place.set(title="Amplitude", xlabel="of the channel's RMS", ylabel="density", ylim=(1e-5, 1))
    place.legend(fontsize=8)


def _correlations(place: Axes, a: Sequence[Prepared], b: Sequence[Prepared], direction: str) -> None:
    for side, colour in ((a, RECORDED), (b, SIMULATED)):
        for distance in DISTANCES:
            values = np.concatenate([np.zeros(0), *(correlation(one, direction, distance) for one in side)])
            if len(values):
                low, middle, high = np.percentile(values, (10, 50, 90))
                place.errorbar(distance, middle, [[middle - low], [high - middle]], fmt="o", color=colour, capsize=3)
    place.set(title=f"Correlation {direction} the limb", xlabel="mm", xscale="log", ylim=(-1, 1.02))
    place.set_xticks(DISTANCES, [f"{one:g}" for one in DISTANCES])
    place.minorticks_off()
    place.axhline(0, color="0.6", linewidth=0.8)


def _amplitudes(figure: Figure, place: Axes, one: Prepared, title: str) -> None:
    image: NDArray[np.float64] = one.recording.layout.image(one.rms * 1e3)
    drawn = place.imshow(image, cmap="viridis", aspect="auto", vmin=0)
    place.set(title=title, xlabel="column", ylabel="row (0: proximal)")
    figure.colorbar(drawn, ax=place, label="arbitrary" if one.recording.arbitrary else "µV")
