"""An isometric contraction: the extensors of wrist and fingers at 30 % under a grid around the forearm."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

EXTENSORS = ("ECRB", "ECRL", "EDCI", "EDCM", "EDCR", "EDCL")

effort = np.interp(np.arange(0.0, 3.0, 0.01), [0.0, 1.0, 3.0], [0.0, 0.3, 0.3])  # a ramp of 1 s, then 30 %
recording = es.simulate_emg(
    dict.fromkeys(EXTENSORS, effort), rate=100, rows=10, columns=32, units_per_muscle=40, high_pass=20.0, low_pass=450.0
)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), width_ratios=(1.5, 1), layout="constrained")
column = int(recording.rms().mean(axis=0).argmax())
traces = recording.emg.reshape(-1, 10, 32)[:, :, column]
step = 8 * traces.std()
left.plot(recording.times, traces - step * np.arange(10), lw=0.4, color="C0")
left.set(xlabel="time, s", yticks=-step * np.arange(10), yticklabels=range(10), ylabel="row", xlim=(0, 3))
left.set_title(f"Electrodes of column {column}, from elbow to wrist")
picture = right.imshow(recording.rms() * 1e3, aspect="auto", cmap="magma", extent=(0, 360, 9.5, -0.5))
right.set(xlabel="angle around the forearm, degrees", ylabel="row", title="RMS of every electrode")
figure.colorbar(picture, label="µV")
figure.savefig("isometric_contraction.png", dpi=80)
