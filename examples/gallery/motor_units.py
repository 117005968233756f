"""Recruitment and rate coding: the motor units of one muscle during a contraction that grows and falls."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

UNITS, RATE = 60, 2048

times = np.arange(0.0, 10.0, 0.01)
effort = np.interp(times, [0.5, 4.5, 5.5, 9.5], [0.0, 0.5, 0.5, 0.0])
recording = es.simulate_emg({"FCU": effort}, rate=100, rows=1, columns=1, units_per_muscle=UNITS)
trains = [samples / RATE for samples in recording.spikes["FCU"]]  # s

figure, (top, bottom) = plt.subplots(2, 1, figsize=(10, 6), sharex=True, layout="constrained")
colours = plt.get_cmap("viridis")(np.linspace(0, 0.95, UNITS))
top.eventplot(trains, colors=colours, linelengths=0.8, linewidths=0.6)
top.set(ylabel="motor unit", title="Discharges of flexor carpi ulnaris")
drive = top.twinx()
drive.plot(times, effort, "k", lw=1.5)
drive.set(ylabel="excitation", ylim=(0, 0.6))
for number in range(0, UNITS, 8):
    if len(trains[number]) > 10:
        intervals = np.convolve(np.diff(trains[number]), np.ones(8) / 8, mode="valid")
        bottom.plot(trains[number][4 : 4 + len(intervals)], 1 / intervals, color=colours[number], label=f"{number}")
bottom.set(xlabel="time, s", ylabel="discharge rate, Hz", xlim=(0, 10), title="Mean rate of eight intervals")
bottom.legend(title="unit", ncols=2)
figure.savefig("motor_units.png", dpi=80)
