"""Recruitment by epidural stimulation: activation of the arm's muscles against the current, for two cathodes."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

MUSCLES = ("SUP", "ECRL", "PT", "FCR", "EDCM", "FDSM", "FPL", "APB")
CASE = 16  # the last electrode of the lead
amplitudes = np.linspace(0.0, 4.0, 17)  # mA

figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
for axis, (cathode, place) in zip(axes, ((0, "rostral"), (4, "caudal")), strict=True):
    response = es.stimulate({cathode: -amplitudes, CASE: amplitudes}, lead="cervical", patient=1, duration=0.2)
    for muscle in MUSCLES:
        axis.plot(amplitudes, response.recruitment[:, response.muscles.index(muscle)], label=muscle)
    axis.set(xlabel="amplitude, mA", title=f"Cathode: contact {cathode}, {place}")
axes[0].legend()
axes[0].set_ylabel("greatest activation in 0.2 s at 20 Hz")
figure.savefig("recruitment_curves.png", dpi=80)
