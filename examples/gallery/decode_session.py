"""Decode a session: record a movement with 16 electrodes, write it to a file, estimate the hand's pose from it."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es
from emgsim_ros.pose.angles import columns_of

decoder = es.load_decoder("pose_ring")
made = es.simulate_movement(
    "hand_tour", duration=10.0, rows=1, columns=16, sample_rate=2000, high_pass=10.0, units_per_muscle=40
)
seconds = np.arange(len(made.emg)) / 2000
angles = np.stack(
    [
        np.interp(seconds, made.state_times, column)
        for column in made.joint_angles[:, columns_of(decoder.angle_names, made.coordinates)].T
    ],
    axis=1,
)
es.write_session("decode_session.hdf5", es.Session(made.emg, 2000, angles, decoder.angle_names, made.positions))

decoded = es.decode("decode_session.hdf5", decoder=decoder)

figure, axes = plt.subplots(4, 1, figsize=(10, 6), sharex=True, layout="constrained")
axes[0].plot(seconds, made.emg[:, ::4] - np.arange(4) * 0.5, lw=0.3)
axes[0].set(ylabel="EMG", yticks=[], title=f"Mean absolute error of 20 angles: {decoded.error:.1f} degrees")
for name, axis in zip(("index_mcp_fe", "index_pip_fe", "thumb_ip_fe"), axes[1:], strict=True):
    number = decoded.names.index(name)
    axis.plot(decoded.times, np.degrees(decoded.truth[:, number]), "k", label="true")
    axis.plot(decoded.times, np.degrees(decoded.angles[:, number]), "C1", label="decoded")
    axis.set_ylabel(f"{name}, °")
axes[1].legend(loc="upper right")
axes[-1].set_xlabel("time, s")
figure.savefig("decode_session.png", dpi=80)
