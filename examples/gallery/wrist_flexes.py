"""The potential of one motor unit while the wrist flexes: its muscle shortens under the electrodes."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

MUSCLE, UNIT, ROWS, COLUMNS = "FCR", 150, 10, 16

movement = es.simulate_movement(["ext45", "flex45"], move=1.0, hold=0.2, with_emg=False)
lengths = movement.relative_length(MUSCLE)
chosen = np.linspace(30, len(lengths) - 40, 5).astype(int)
potentials = es.motor_unit_potentials(MUSCLE, lengths[chosen], units=[UNIT], rows=ROWS, columns=COLUMNS)
potentials = potentials.reshape(len(chosen), -1, ROWS, COLUMNS) * 1e3
column = int(np.ptp(potentials[2], axis=0).max(axis=0).argmax())
times = np.arange(potentials.shape[1]) / 2048 * 1e3

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), width_ratios=(1, 1.4), layout="constrained")
left.plot(movement.state_times, np.degrees(movement.angle("wrist_flexion")), color="C0")
left.set(xlabel="time, s", title=f"Wrist and fibres of {MUSCLE}")
left.set_ylabel("wrist flexion, degrees", color="C0")
fibres = left.twinx()
fibres.plot(movement.state_times, lengths, color="C1")
fibres.set_ylabel("relative fibre length", color="C1")
step = np.ptp(potentials[..., column]) / 1.5
for number, shade in enumerate(plt.get_cmap("viridis")(np.linspace(0, 0.9, len(chosen)))):
    label = f"{np.degrees(movement.angle('wrist_flexion')[chosen[number]]):.0f}°"
    lines = right.plot(times, potentials[number, :, :, column] - step * np.arange(ROWS), color=shade, lw=1)
    lines[0].set_label(label)
right.set(xlabel="time since the discharge, ms", yticks=-step * np.arange(ROWS), yticklabels=range(ROWS), ylabel="row")
right.set_title(f"Motor unit {UNIT}, from extension (dark) to flexion (light)")
right.legend(title="wrist", loc="upper right")
figure.savefig("wrist_flexes.png", dpi=80)
