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

SETTLING = 500  # samples after which a network is at rest


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
    """The trained network, its hidden state kept from call to call.

    It starts from the state in which it settles without stimulation; what it says then (the noise of the EMG that it
    learned from) counts as 0.
    """

    def __init__(self, trained: TrainedPatient) -> None:
        self._network, self.muscles = trained.network, trained.muscles
        self._silence = np.zeros(len(self.muscles))
        self._state: State | None = None
        electrodes = trained.card["electrodes"]
        quiet = self._made(np.zeros((SETTLING, electrodes)))
        self._silence, self._settled = quiet[-1], self._state

    def advance(self, currents: Array) -> Array:
        """See :class:`ResponseModel`."""
        return np.clip(self._made(currents) - self._silence, 0.0, 1.0)

    def reset(self) -> None:
        """See :class:`ResponseModel`."""
        self._state = self._settled

    @torch.inference_mode()
    def _made(self, currents: Array) -> Array:
        device = next(self._network.parameters()).device
        given = torch.as_tensor(currents[None], dtype=torch.float32, device=device)
        made, self._state = self._network(given, self._state)
        return made[0].cpu().numpy().astype(float)


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
