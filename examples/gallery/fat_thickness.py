"""Fat under the skin: the thicker it is, the weaker and wider are the potentials on the skin."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

MUSCLE_RADIUS, SKIN = 0.0365, 0.0012  # m, those of config/anatomy/forearm.yaml
FAT = np.array([0.5, 2.0, 4.0, 6.0, 9.0]) * 1e-3  # m

around, amplitude, width = [], [], []
for fat in FAT:
    radius, cover = MUSCLE_RADIUS + fat + SKIN, fat + SKIN
    depth = (cover + 0.002, cover + 0.008)  # the muscle stays where it is under the fat
    muscle = es.Muscle(motor_units=20, area=2e-4, depth=depth, angle=(0.49, 0.51), fiber_length=0.08)
    made = es.motor_unit_potentials(
        "muscle",
        anatomy=es.limb({"muscle": muscle}, radius=radius, fat=fat, skin=SKIN),
        generator="conductor",
        rows=5,
        columns=128,
    )
    size = np.ptp(made, axis=1).reshape(20, 5, 128).max(axis=1).mean(axis=0) * 1e3  # µV around the limb
    around.append(size)
    amplitude.append(size.max())
    width.append((size > size.max() / 2).sum() / 128 * 2 * np.pi * radius * 1e3)  # mm on the skin

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for fat, size in zip(FAT, around, strict=True):
    left.plot(np.arange(128) / 128 * 360, size, label=f"{fat * 1e3:g} mm of fat")
left.set(xlabel="angle around the limb, degrees", ylabel="peak to peak, µV", title="Mean of 20 motor units")
left.legend()
right.plot(FAT * 1e3, amplitude, "o-", color="C0")
right.set(xlabel="thickness of the fat, mm", title="Amplitude and width")
right.set_ylabel("greatest amplitude, µV", color="C0")
other = right.twinx()
other.plot(FAT * 1e3, width, "s-", color="C1")
other.set_ylabel("width at half the amplitude, mm", color="C1")
figure.savefig("fat_thickness.png", dpi=80)
