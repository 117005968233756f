"""Figure of HD-EMG: excitations, discharges and electrode signals."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..sessions.recording import Recording

TRACES = 8  # number of columns whose traces are drawn
WINDOW = 0.25  # s, length of the interval whose map is drawn
NOISE_FLOOR = 1e-4  # mV, smallest scale of a trace


def emg_figure(recording: Recording) -> Figure:
    """Draw the excitations, a raster of discharges, traces, and an RMS map at the time of the strongest EMG."""
    figure = Figure(figsize=(13, 9), layout="constrained")
    grid = figure.add_gridspec(3, 2, width_ratios=(2.1, 1), height_ratios=(1, 2.2, 1.8))
    left = [figure.add_subplot(grid[row, 0]) for row in range(3)]
    for axes in left[1:]:
        axes.sharex(left[0])
    peak = _strongest_moment(recording)
    _draw_excitation(left[0], recording)
    _draw_raster(left[1], recording)
    _draw_traces(left[2], recording, peak)
    _draw_map(figure.add_subplot(grid[:2, 1]), recording, peak)
    _draw_detail(figure.add_subplot(grid[2, 1]), recording, peak)
    left[0].set_xlim(recording.start, recording.start + len(recording.emg) / recording.sample_rate)
    return figure


def _time(recording: Recording) -> np.ndarray:
    return recording.start + np.arange(len(recording.emg)) / recording.sample_rate


def _window(recording: Recording, middle: int) -> slice:
    half = round(WINDOW / 2 * recording.sample_rate)
    return slice(max(middle - half, 0), middle + half)


def _strongest_moment(recording: Recording) -> int:
    """Return the sample in the middle of the window with the highest power."""
    step = max(round(WINDOW * recording.sample_rate), 1)
    power = np.square(recording.emg).mean(axis=1)
    windows = [power[start : start + step].mean() for start in range(0, len(power), step)]
    return min(int(np.argmax(windows)) * step + step // 2, len(power) - 1)


def _draw_excitation(axes: Axes, recording: Recording) -> None:
    for index, name in enumerate(recording.muscles):
        if name in recording.drive_muscles:
            column = recording.drive_muscles.index(name)
            axes.plot(recording.drive_time, recording.excitation[:, column], label=name, color=f"C{index % 10}", lw=1)
    axes.set(ylabel="excitation", ylim=(0, 1.05))
    columns = (len(recording.muscles) + 1) // 2
    axes.legend(
        ncols=columns, fontsize=6, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, columnspacing=1
    )
    axes.tick_params(labelbottom=False)


def _draw_raster(axes: Axes, recording: Recording) -> None:
    counts = [
        recording.spike_unit[recording.spike_muscle == m].max(initial=0) + 1 for m in range(len(recording.muscles))
    ]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    for index in range(len(recording.muscles)):
        selected = recording.spike_muscle == index
        time = recording.start + recording.spike_sample[selected] / recording.sample_rate
        axes.plot(time, recording.spike_unit[selected] + offsets[index], ",", color=f"C{index % 10}")
    middles = (offsets[:-1] + offsets[1:]) / 2
    axes.set_yticks(middles, recording.muscles, fontsize=6)
    axes.set(ylabel="motor units with discharges", ylim=(0, offsets[-1]))
    axes.tick_params(labelbottom=False)


def _draw_traces(axes: Axes, recording: Recording, peak: int) -> None:
    row = recording.rows // 2
    columns = np.linspace(0, recording.columns, min(TRACES, recording.columns), endpoint=False).astype(int)
    scale = max(float(np.abs(recording.emg[_window(recording, peak)]).max()), NOISE_FLOOR)
    for place, column in enumerate(columns):
        trace = recording.emg[:, row * recording.columns + column]
        axes.plot(_time(recording), trace / scale - 1.2 * place, lw=0.3, color="k")
    axes.set_yticks(-1.2 * np.arange(len(columns)), [f"column {column}" for column in columns], fontsize="x-small")
    axes.set(xlabel="time (s)", ylabel=f"row {row}, EMG ({scale:.3f} mV per step)")


def _draw_map(axes: Axes, recording: Recording, peak: int) -> None:
    rms = np.sqrt(np.square(recording.emg[_window(recording, peak)]).mean(axis=0)).reshape(recording.rows, -1)
    image = axes.imshow(rms * 1e3, aspect="auto", cmap="inferno", interpolation="nearest")
    middle = recording.start + peak / recording.sample_rate
    axes.set(xlabel="column (around the arm)", ylabel="row (proximal at the top)")
    axes.set_title(f"RMS over {WINDOW * 1e3:.0f} ms at {middle:.2f} s", fontsize="medium")
    axes.figure.colorbar(image, ax=axes, label="µV", location="right", pad=0.02)


def _draw_detail(axes: Axes, recording: Recording, peak: int) -> None:
    window = _window(recording, peak)
    power = np.square(recording.emg[window]).mean(axis=0).reshape(recording.rows, -1)
    column = int(np.argmax(power.mean(axis=0)))
    traces = recording.emg[window].reshape(-1, recording.rows, recording.columns)[:, :, column]
    scale = max(float(np.abs(traces).max()), NOISE_FLOOR)
    for row in range(recording.rows):
        axes.plot(_time(recording)[window], traces[:, row] / scale - row, lw=0.6, color="C3")
    axes.set_yticks(-np.arange(recording.rows), [str(row) for row in range(recording.rows)], fontsize="x-small")
    axes.set(xlabel="time (s)", ylabel="row")
    axes.set_title(f"along the fibres: column {column}, {scale:.3f} mV per step", fontsize="medium")
