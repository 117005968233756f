"""A scenario changed in Python: the index finger taps, recorded with good and with bad electrodes."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

ELECTRODES = {"rows": 2, "columns": 8, "spacing": 20.0, "montage": "single_differential", "units_per_muscle": 20}
BAD = {"noise_rms": 0.01, "mains_amplitude": 0.02, "lost_electrodes": 1}
JOINTS = ("index_mcp_flexion", "middle_mcp_flexion", "wrist_flexion")

figure, axes = plt.subplots(3, 1, figsize=(10, 6.5), sharex=True, layout="constrained")
for axis, (name, noise) in zip(axes[1:], (("Good contact", {}), ("Bad contact", BAD)), strict=True):
    scenario = es.open_scenario(
        "forearm_sim",
        motion={"movement": "index_taps"},
        musculoskeletal={"co_contraction": 0.005},
        emg={**ELECTRODES, **noise},
    )
    made = es.simulate(scenario, duration=3.0)
    axis.plot(made.times, made.emg - np.arange(8) * 0.3, lw=0.3, color="C0")
    noise_rms = scenario.parameters("emg").noise_rms * 1e3
    axis.set(ylabel="pair, 0.3 mV apart", yticks=[], title=f"{name}: noise of {noise_rms:g} µV")
for joint in JOINTS:
    axes[0].plot(made.state_times, np.degrees(made.angle(joint)), label=joint)
axes[0].set(ylabel="degrees", ylim=(-20, 90), title=f"Movement {scenario.parameters('motion').movement!r}")
axes[0].legend(ncols=3, fontsize=8)
axes[-1].set(xlabel="time, s", xlim=(0, 3))
figure.savefig("changed_scenario.png", dpi=65)
