"""Converts the policy of a stable-baselines3 model into a policy network of this package."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from .actions import ActionRange
from .plan import PolicyTrainingPlan
from .policy import PolicyNetwork, PolicyShape

SMALLEST_VARIANCE = 1e-8


def exported(model: Any, normalisation: Any, plan: PolicyTrainingPlan, actions: ActionRange) -> PolicyNetwork:
    """Return the deterministic policy of a stable-baselines3 model.

    Args:
        model: The trained model.
        normalisation: The VecNormalize that it was trained with.
        plan: The plan by which it was trained.
        actions: Range of the actions of the environment.
    """
    linear, activation, squashed = _layers(model.policy)
    observations, muscles = linear[0].in_features, linear[-1].out_features
    layers = tuple(one.out_features for one in linear[:-1])
    bounds = ((), ()) if actions.is_excitation else (actions.low, actions.high)
    network = PolicyNetwork(PolicyShape(observations, muscles, layers, activation, squashed, plan.power, *bounds))
    own = [part for part in network.body if isinstance(part, nn.Linear)]
    with torch.no_grad():
        for mine, theirs in zip(own, linear, strict=True):
            mine.weight.copy_(theirs.weight)
            mine.bias.copy_(theirs.bias)
        network.mean.copy_(torch.from_numpy(normalisation.obs_rms.mean))
        network.deviation.copy_(torch.from_numpy((normalisation.obs_rms.var + SMALLEST_VARIANCE) ** 0.5))
    return network.eval()


def _layers(policy: Any) -> tuple[list[nn.Linear], str, bool]:
    """Return the linear layers in order, their activation function, and whether a tanh follows the last layer."""
    if hasattr(policy, "mlp_extractor"):  # ppo, trpo
        parts = [*policy.mlp_extractor.policy_net, policy.action_net]
        squashed = False
    elif hasattr(policy.actor, "latent_pi"):  # sac
        parts, squashed = [*policy.actor.latent_pi, policy.actor.mu], True
    else:  # ddpg
        parts, squashed = list(policy.actor.mu), True
    linear = [part for part in parts if isinstance(part, nn.Linear)]
    return linear, "tanh" if any(isinstance(part, nn.Tanh) for part in parts[:-1]) else "relu", squashed
