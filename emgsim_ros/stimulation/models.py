"""What turns currents into excitations, step by step: a trained network or the spinal model itself."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from .checkpoint import TrainedPatient
from .network import State
from .spine import SpinalState, VirtualPatient

Array = NDArray[np.float64]


class ResponseModel(Protocol):
    """A patient, live."""

    muscles: tuple[str, ...]

    def advance(self, currents: Array) -> Array:
        """[samples, muscles] excitation (0 to 1) of [samples, electrodes] effective currents (mA), 1 kHz."""
        ...

    def reset(self) -> None:
        """Back to rest."""
        ...


class NetworkResponse:
    """The trained network, its hidden state kept from call to call."""

    def __init__(self, trained: TrainedPatient) -> None:
        self._network, self.muscles = trained.network, trained.muscles
        self._state: State | None = None
        self._silence = np.zeros(len(self.muscles))
        self.reset()

    @torch.inference_mode()
    def advance(self, currents: Array) -> Array:
        """See :class:`ResponseModel`."""
        device = next(self._network.parameters()).device
        made, self._state = self._network(
            torch.as_tensor(currents[None], dtype=torch.float32, device=device), self._state
        )
        return np.clip(made[0].cpu().numpy().astype(float) - self._silence, 0.0, 1.0)

    def reset(self) -> None:
        """See :class:`ResponseModel`; what the network says without stimulation (the EMG's noise) counts as 0."""
        self._state = None
        self._silence = np.zeros(len(self.muscles))
        quiet = self.advance(np.zeros((300, self._electrodes)))
        self._silence = quiet[-1]

    @property
    def _electrodes(self) -> int:
        first = next(module for module in self._network.modules() if isinstance(module, torch.nn.Linear))
        return first.in_features


class SpinalResponse:
    """The spinal model itself."""

    def __init__(self, patient: VirtualPatient) -> None:
        self._patient, self.muscles = patient, patient.muscles
        self._state: SpinalState = patient.rest(1)

    def advance(self, currents: Array) -> Array:
        """See :class:`ResponseModel`."""
        return np.concatenate([self._patient.step(self._state, row[None])[0] for row in currents])

    def reset(self) -> None:
        """See :class:`ResponseModel`."""
        self._state = self._patient.rest(1)
