"""A scenario changed in Python: another movement, relaxed antagonists, and electrodes with good or bad contact."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

GRID = {"rows": 5, "columns": 16, "units_per_muscle": 20}
NOISY = {"noise_rms": 0.02, "mains_amplitude": 0.03, "lost_electrodes": 4}
FINGERS = ("thumb_ip_flexion", "index_pip_flexion", "middle_pip_flexion", "ring_pip_flexion", "little_pip_flexion")
WINDOW = 205  # samples, 0.1 s

figure, axes = plt.subplots(3, 1, figsize=(10, 7), sharex=True, layout="constrained")
for axis, (name, noise) in zip(axes[1:], (("Good contact", {}), ("Bad contact", NOISY)), strict=True):
    scenario = es.open_scenario(
        "forearm_sim",
        motion={"movement": "fingers"},
        musculoskeletal={"co_contraction": 0.0},
        emg={**GRID, **noise},
    )
    made = es.simulate(scenario, duration=6.0)
    pieces = made.emg[: len(made.emg) // WINDOW * WINDOW].reshape(-1, WINDOW, 5 * 16)
    rms = np.sqrt(np.square(pieces).mean(axis=1)) * 1e3
    picture = axis.imshow(rms.T, aspect="auto", cmap="magma", extent=(0, len(rms) * WINDOW / 2048, 80, 0), vmax=60)
    axis.set(ylabel="electrode", title=f"{name}: white noise of {scenario.parameters('emg').noise_rms * 1e3:g} µV")
    figure.colorbar(picture, label="RMS, µV")
for finger in FINGERS:
    axes[0].plot(made.state_times, np.degrees(made.angle(finger)), label=finger.partition("_")[0])
axes[0].set(ylabel="flexion, degrees", title="Movement 'fingers'")
axes[0].legend(ncols=5, fontsize=8, loc="center right")
axes[-1].set(xlabel="time, s", xlim=(0, 6))
figure.savefig("changed_scenario.png", dpi=80)
