"""Data of one's own: two arrays become a session; a small decoder is trained on it and decodes its end."""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es
from emgsim_ros.pose.checkpoint import TrainedPose
from emgsim_ros.pose.networks.streaming import DecoderSize
from emgsim_ros.pose.training import PoseTraining, PoseTrainingPlan, setup_of_recordings

# Take your own arrays instead: emg [samples, channels] in mV and angles [samples, angles] in rad.
made = es.simulate_movement(
    ["open", "grasp"] * 10, move=0.5, hold=0.4, rows=1, columns=16, sample_rate=2000, units_per_muscle=20
)
emg, times = made.emg, made.times
names = ("index_mcp_fe", "middle_mcp_fe")
angles = np.stack([np.interp(times, made.state_times, made.angle(f"{name[:-3]}_flexion")) for name in names], axis=1)

es.write_session("own_data.hdf5", es.Session(emg, 2000.0, angles, names, user="me", stage="grasping"))

size = DecoderSize(mixed=32, units=32, layers=1, dropout=0.0)
plan = PoseTrainingPlan(decoder=size, seconds=1.0, stride=0.2, batch=8, learning_rate=5e-3, epochs=20, tracked=0.0)
with TemporaryDirectory() as folder:
    training = PoseTraining(plan, setup_of_recordings(plan, [Path("own_data.hdf5")]), Path(folder))
    errors = []
    training.run(lambda *report: errors.append(training.validation))
decoded = es.decode("own_data.hdf5", decoder=TrainedPose(training.network, "streaming", names, {}))

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=(1, 2), layout="constrained")
left.plot(range(1, len(errors) + 1), errors, "o-")
left.set(xlabel="epoch", ylabel="best validation error, degrees", title="Training")
right.axvspan(0.8 * times[-1], times[-1], color="0.9", label="not trained on")
right.plot(decoded.times, np.degrees(decoded.truth[:, 0]), "k", label="measured")
right.plot(decoded.times, np.degrees(decoded.angles[:, 0]), "C1", label="decoded")
right.set(xlabel="time, s", ylabel="index_mcp_fe, degrees", title="Flexion of the index finger")
right.legend(loc="upper right", ncols=3, bbox_to_anchor=(1.0, -0.16))
figure.savefig("own_data.png", dpi=80)
