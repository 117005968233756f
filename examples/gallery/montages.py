"""Four montages on the same contraction: differences of neighbours separate the three muscles."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

MUSCLES = ("FCU", "PL", "EDCM")

figure, axes = plt.subplots(2, 2, figsize=(10, 5), sharex=True, layout="constrained")
for axis, montage in zip(axes.flat, es.part_names("montage")[:4], strict=True):
    recording = es.simulate_emg(
        dict.fromkeys(MUSCLES, 0.3), rate=100, duration=2.0, montage=montage, units_per_muscle=40, noise=("white",)
    )
    rms = recording.rms() * 1e3
    rows = np.array([0.5, -0.5]) * recording.rows * 8  # mm along the forearm
    picture = axis.imshow(rms, aspect="auto", cmap="magma", extent=(0, 360, *rows[::-1]))
    axis.set(title=montage.replace("_", " "), ylim=(-40, 40), ylabel="along, mm")
    figure.colorbar(picture, label="RMS, µV")
for axis in axes[1]:
    axis.set_xlabel("angle around the forearm, degrees")
figure.savefig("montages.png", dpi=80)
