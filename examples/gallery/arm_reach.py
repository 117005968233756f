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
    excitation = policy.excitation(observation)
    observation, reward, ended, cut, info = environment.step(excitation)
    hand.append(environment.unwrapped.hand())
    distance.append(environment.unwrapped.distance())
    excitations.append(excitation)
    over = ended or cut
hand, target = np.array(hand), environment.unwrapped.marks()[0]
times = (np.arange(len(hand)) + 1) * environment.unwrapped.settings.control_step

figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
left.plot(hand[:, 0], hand[:, 2])
left.plot(*target[[0, 2]], "r*", markersize=14)
left.set(xlabel="forward, m", ylabel="up, m", aspect="equal", title="Path of the hand, target")
middle.plot(times, np.array(distance) * 100)
middle.axhline(3, color="0.6", ls="--")
middle.set(xlabel="time, s", ylabel="distance to the target, cm", title="The target is reached below 3 cm")
for name, values in zip(plant.model.muscles, np.array(excitations).T, strict=True):
    right.plot(times, values, label=name)
right.set(xlabel="time, s", ylabel="excitation", ylim=(-0.03, 1.03), title="Excitations from the policy")
right.legend(fontsize=8)
figure.savefig("arm_reach.png", dpi=80)
