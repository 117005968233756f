"""An anatomy of one's own: vastus lateralis under a patch of 13 x 5 electrodes, 8 mm apart."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

# Fibre length and pennation: Ward et al. 2009; cross-section: Narici, Landoni & Minetti 1992. Assumed: a thigh of 50 cm
# circumference with 6 mm of fat and a femur of 14 mm radius, the place of the muscle, and 80 motor units, which are
# fewer than the muscle has and keep the example short.
vastus = es.Muscle(
    motor_units=80,
    area=62.4e-4,
    depth=(0.010, 0.030),
    angle=(-0.08, 0.08),
    fiber_length=0.0994,
    pennation=0.321,
    belly=0.01,
    belly_spread=0.006,
)
thigh = es.limb({"VL": vastus}, radius=0.080, fat=0.006, bone=0.014)
recording = es.simulate_emg(
    {"VL": np.interp(np.arange(0.0, 2.0, 0.01), [0.0, 0.5], [0.0, 0.2])},
    rate=100,
    anatomy=thigh,
    generator="conductor",
    rows=13,
    columns=5,
    spacing=8.0,
    column_spacing=8.0,
    diameter=3.0,
    montage="single_differential",
)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), width_ratios=(2, 1), layout="constrained")
part = slice(round(1.2 * 2048), round(1.27 * 2048))
traces = recording.emg.reshape(-1, 12, 5)[part, :, 2] * 1e3
step = np.ptp(traces) / 2.5
left.plot(recording.times[part] * 1e3, traces - step * np.arange(12), color="C0", lw=0.8)
left.set(xlabel="time, ms", yticks=-step * np.arange(12), yticklabels=range(12), ylabel="row")
left.set_title("Middle column: potentials travel away from the innervation zone")
picture = right.imshow(recording.rms() * 1e3, cmap="magma", extent=(-20, 20, -48, 48), interpolation="nearest")
right.set(xlabel="around the thigh, mm", ylabel="along the thigh, mm", title="RMS, single differential")
figure.colorbar(picture, label="µV")
figure.savefig("thigh_patch.png", dpi=80)
