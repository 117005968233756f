"""The generator of BioMime (Ma et al. 2023), for use with its published weights.

The architecture was implemented independently from its published description and shapes; a test compares its output
with that of the original. An encoder of five convolutions computes a latent vector of 16 numbers; the decoder computes
a potential of 96 samples on 10 x 32 electrodes from a latent vector and the six conditions of `conditions`. Layers for
time scaling stretch their input by several factors and mix the results with weights that depend on the conditions.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ..errors import InvalidInput
from .conditions import CONDITIONS, normalise

ROWS, COLUMNS, SAMPLES = 10, 32, 96
LATENT = 16
FEATURES = (256, 6, 2, 4)  # channels, time, rows, columns between encoder and decoder
STRETCHES = tuple(np.linspace(0.25, 2.0, 8).tolist())

# Patterns of the names in the published file, and the names used here.
_RENAMED = (
    (r"^encoder\.enc\.(\d)\.0\.", r"encoder.\1.convolution."),
    (r"^encoder\.enc\.(\d)\.1\.", r"encoder.\1.activation."),
    (r"^encoder\.conv11\.(\d)\.0\.", r"encoder.\1.mix."),
    (r"^encoder\.conv11\.(\d)\.1\.", r"encoder.\1.mix_activation."),
    (r"^fc_mu\.", "latent_mean."),
    (r"^fc_var\.", "latent_log_variance."),
    (r"^decode_input\.", "expansion."),
    (r"^decoder\.proj\.", "condition_features."),
    (r"^decoder\.pre_conv\.", "core."),
    (r"^decoder\.rescales\.(\d)\.proj\.", r"time_scaling.\1.weights."),
    (r"^decoder\.up_conv\.", "refinement."),
    (r"^decoder\.final_conv\.", "output."),
)


class _EncoderBlock(nn.Module):
    """A strided convolution followed by a residual mixing of its channels."""

    def __init__(self, before: int, after: int, stride: int | tuple[int, int, int]) -> None:
        super().__init__()
        self.convolution = nn.Conv3d(before, after, 3, stride=stride, padding=1)
        self.activation = nn.PReLU()
        self.mix = nn.Conv3d(after, after, 1)
        self.mix_activation = nn.PReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.activation(self.convolution(x))
        return x + self.mix_activation(self.mix(x))


class _TimeScaling(nn.Module):
    """Stretching in time by several factors; the results are mixed with weights that depend on the conditions."""

    def __init__(self, size: tuple[int, int, int]) -> None:
        super().__init__()
        self._size = size
        self.weights = nn.Sequential(
            nn.Linear(len(CONDITIONS), 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, len(STRETCHES))
        )

    def forward(self, x: Tensor, conditions: Tensor) -> Tensor:
        weights = self.weights(conditions).softmax(dim=1)
        mixed = x.new_zeros(*x.shape[:2], *self._size)
        for weight, stretch in zip(weights.T, STRETCHES, strict=True):
            mixed += weight[:, None, None, None, None] * self._stretched(x, stretch)
        return mixed

    def _stretched(self, x: Tensor, factor: float) -> Tensor:
        samples, rows, columns = self._size
        stretched = functional.interpolate(x, size=(round(samples * factor), rows, columns))[:, :, :samples]
        return functional.pad(stretched, (0, 0, 0, 0, 0, samples - stretched.shape[2]))


def _refinement(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv3d(before, after, 3, padding=1), nn.PReLU(), nn.Conv3d(after, after, 1), nn.PReLU())


class BioMimeGenerator(nn.Module):
    """BioMime's network; potentials have the shape [num, 96, 10, 32] and the amplitude scale of the training data."""

    def __init__(self) -> None:
        super().__init__()
        widths = (1, 16, 32, 64, 128, FEATURES[0])
        strides = (2, 2, 2, (2, 1, 1), 1)
        self.encoder = nn.Sequential(*(_EncoderBlock(widths[i], widths[i + 1], strides[i]) for i in range(5)))
        self.latent_mean = nn.Linear(int(np.prod(FEATURES)), LATENT)
        self.latent_log_variance = nn.Linear(int(np.prod(FEATURES)), LATENT)
        self.expansion = nn.Linear(LATENT, int(np.prod(FEATURES)))
        self.condition_features = nn.Linear(len(CONDITIONS), 64)
        width = FEATURES[0] + 64
        self.core = nn.Sequential(*(nn.Sequential(nn.Conv3d(width, width, 3, padding=1), nn.PReLU()) for _ in range(4)))
        self.time_scaling = nn.ModuleList([_TimeScaling((24, 3, 8)), _TimeScaling((SAMPLES, 5, 16))])
        self.refinement = nn.ModuleList(
            [_refinement(width, 128), _refinement(128, 64), _refinement(64, 32), _refinement(32, 16)]
        )
        self.output = nn.Conv3d(16, 1, 3, padding=1)

    def encode(self, potentials: Tensor) -> tuple[Tensor, Tensor]:
        """Return [num, 16] means and logarithms of the variance of the latents of [num, 96, 10, 32] potentials."""
        features = self.encoder(potentials[:, None]).flatten(1)
        return self.latent_mean(features), self.latent_log_variance(features)

    def decode(self, latents: Tensor, conditions: Tensor) -> Tensor:
        """Return [num, 96, 10, 32] potentials of [num, 16] latents under [num, 6] normalised conditions."""
        features = self.expansion(latents).view(-1, *FEATURES)
        condition = self.condition_features(conditions)[:, :, None, None, None].expand(-1, -1, *FEATURES[1:])
        x = self.core(torch.cat([features, condition], dim=1))
        x = self.time_scaling[0](x, conditions)
        x = self.refinement[1](self.refinement[0](x))
        x = self.time_scaling[1](x, conditions)
        x = functional.interpolate(x, size=(SAMPLES, ROWS, COLUMNS))
        return self.output(self.refinement[3](self.refinement[2](x)))[:, 0]

    @torch.inference_mode()
    def sample(self, conditions: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
        """Generate potentials of new units drawn from the prior.

        Args:
            conditions: [num, 6] conditions in physical units; see `conditions`.
            rng: Source of the latents.

        Returns:
            [num, 10, 32, 96] potentials.

        Raises:
            InvalidInput: The conditions have another shape or are out of range.
        """
        return self.make(rng.standard_normal((len(conditions), LATENT)), conditions)

    @torch.inference_mode()
    def make(self, latents: NDArray[np.float64], conditions: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return [num, 10, 32, 96] potentials of [num, 16] latents under [num, 6] conditions in physical units.

        Raises:
            InvalidInput: The conditions have another shape or are out of range.
        """
        return _to_numpy(self.decode(self._tensor(latents), self._tensor(normalise(conditions))))

    @torch.inference_mode()
    def morph(self, potentials: NDArray[np.float32], conditions: NDArray[np.float64]) -> NDArray[np.float32]:
        """Transform potentials to other conditions; each keeps the identity of its unit.

        Args:
            potentials: [num, 10, 32, 96] potentials.
            conditions: [num, 6] conditions in physical units; see `conditions`.

        Returns:
            [num, 10, 32, 96] potentials.

        Raises:
            InvalidInput: The shapes do not match, or conditions are out of range.
        """
        if potentials.ndim != 4 or potentials.shape[1:] != (ROWS, COLUMNS, SAMPLES):
            raise InvalidInput("potentials: shape", potentials.shape, f"(num, {ROWS}, {COLUMNS}, {SAMPLES})")
        if len(potentials) != len(conditions):
            raise InvalidInput("conditions: number", len(conditions), f"{len(potentials)}, as many as potentials")
        mean, _ = self.encode(self._tensor(np.moveaxis(potentials, 3, 1)))
        return _to_numpy(self.decode(mean, self._tensor(normalise(conditions))))

    def _tensor(self, values: NDArray) -> Tensor:
        weight = self.expansion.weight
        return torch.as_tensor(np.ascontiguousarray(values), dtype=weight.dtype, device=weight.device)


def _to_numpy(potentials: Tensor) -> NDArray[np.float32]:
    return potentials.movedim(1, 3).cpu().numpy()


def load_biomime(path: Path, device: str = "cpu") -> BioMimeGenerator:
    """Load the generator with the published weights (``model_linear.pth``).

    Raises:
        InvalidInput: The file is missing, is not a checkpoint, or its weights are not BioMime's.
    """
    try:
        content = torch.load(path, map_location=device, weights_only=True)
    except OSError as error:
        raise InvalidInput("checkpoint", str(path), f"a readable file ({error.strerror})") from None
    except Exception as error:  # torch raises many types of errors for files that are not checkpoints
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise InvalidInput("checkpoint", str(path), f"a torch checkpoint of tensors ({reason})") from None
    network = BioMimeGenerator()
    weights = {_our_name(name): value for name, value in _weights(content, path).items()}
    expected = network.state_dict()
    for name, value in expected.items():
        given = weights.get(name)
        if given is None or given.shape != value.shape:
            found = "missing" if given is None else tuple(given.shape)
            raise InvalidInput(f"{path}: weight {name!r}", found, f"shape {tuple(value.shape)}, as in BioMime")
    network.load_state_dict({name: weights[name] for name in expected})
    return network.to(device).eval()


def _weights(content: object, path: Path) -> dict[str, Tensor]:
    """Return the weights by name; the file holds either the weights or a table of which one entry is the weights."""
    candidates = [content, *(content.values() if isinstance(content, dict) else ())]
    for candidate in candidates:
        if isinstance(candidate, dict) and "fc_mu.weight" in candidate:
            return candidate
    raise InvalidInput("checkpoint", str(path), "BioMime's weights (a table with 'fc_mu.weight')")


def _our_name(name: str) -> str:
    for pattern, replacement in _RENAMED:
        name = re.sub(pattern, replacement, name)
    return name
