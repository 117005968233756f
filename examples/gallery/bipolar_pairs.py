"""Eight bipolar pairs around the forearm: flexion of the wrist, then extension."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

FLEXORS, EXTENSORS = ("FCR", "FCU", "PL"), ("ECRB", "ECRL", "ECU")

times = np.arange(0.0, 4.0, 0.01)
flexion = np.interp(times, [0.2, 0.5, 1.5, 1.8], [0.0, 0.3, 0.3, 0.0])
extension = np.interp(times, [2.2, 2.5, 3.5, 3.8], [0.0, 0.3, 0.3, 0.0])
recording = es.simulate_emg(
    {**dict.fromkeys(FLEXORS, flexion), **dict.fromkeys(EXTENSORS, extension)},
    rate=100,
    rows=2,
    columns=8,
    spacing=20.0,  # mm between the electrodes of a pair
    montage="single_differential",
    units_per_muscle=60,
)

figure = plt.figure(figsize=(11, 4.2), layout="constrained")
left, right = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2, projection="polar")
step = 10 * recording.emg.std()
left.plot(recording.times, recording.emg - step * np.arange(8), lw=0.4, color="C0")
left.set(xlabel="time, s", yticks=-step * np.arange(8), yticklabels=range(1, 9), ylabel="pair", xlim=(0, 4))
angles = 2 * np.pi * np.arange(9) / 8
for name, first, end in (("flexion", 0.5, 1.5), ("extension", 2.5, 3.5)):
    part = recording.emg[(recording.times > first) & (recording.times < end)]
    rms = np.sqrt(np.square(part).mean(axis=0)) * 1e3
    right.plot(angles, np.append(rms, rms[0]), marker="o", label=name)
right.set(xticks=angles[:8], xticklabels=[f"pair {n}" for n in range(1, 9)], title="RMS around the forearm, µV")
right.set_rlabel_position(100)
right.legend(loc="lower right", bbox_to_anchor=(1.35, -0.1))
figure.savefig("bipolar_pairs.png", dpi=80)
