"""An environment: a trained policy reaches a target with six muscles of the arm."""

import matplotlib.pyplot as plt
import numpy as np

import emgsim_ros as es

environment = es.make_environment("ArmReach")
policy = es.load_policy("policy_arm_reach")

observation, _ = environment.reset(seed=8)
plant = environment.unwrapped.plant
hand, distance, excitations, over = [], [], [], False
while not over:
    excitation = policy.action(observation)
    observation, reward, ended, cut, info = environment.step(excitation)
    hand.append(observation[10:12])  # after 2 angles, 2 velocities and 6 activations; m from the shoulder
    target = observation[12:14]
    distance.append(np.linalg.norm(hand[-1] - target))
    excitations.append(excitation)
    over = ended or cut
hand = np.array(hand)
times = (np.arange(len(hand)) + 1) * environment.unwrapped.settings.control_step

figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
left.plot(hand[:, 0], hand[:, 1])
left.plot(*target, "r*", markersize=14)
left.set(
    xlabel="forward of the shoulder, m",
    ylabel="above the shoulder, m",
    aspect="equal",
    title="Path of the hand, target",
)
middle.plot(times, np.array(distance) * 100)
middle.axhline(3, color="0.6", ls="--")
middle.set(xlabel="time, s", ylabel="distance to the target, cm", title="The target is reached below 3 cm")
for name, values in zip(plant.model.muscles, np.array(excitations).T, strict=True):
    right.plot(times, values, label=name)
right.set(xlabel="time, s", ylabel="excitation", ylim=(-0.03, 1.03), title="Excitations from the policy")
right.legend(fontsize=8)
figure.savefig("arm_reach.png", dpi=80)
