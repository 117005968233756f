"""Response models, which convert currents into excitations sample by sample: trained network or spinal model."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from .checkpoint import TrainedPatient
from .network import State
from .spine import SpinalState, VirtualPatient

Array = NDArray[np.float64]

SETTLING = 500  # samples of zero current after which a network is at rest


class ResponseModel(Protocol):
    """The muscle responses of one patient, computed while the simulation runs.

    Attributes:
        muscles: Names of the muscles, as in the musculoskeletal model.
    """

    muscles: tuple[str, ...]

    def advance(self, currents: Array) -> Array:
        """Return [samples, muscles] excitations (0 to 1) for [samples, electrodes] effective currents (mA) at 1 kHz."""
        ...

    def reset(self) -> None:
        """Return to the state of rest."""
        ...


class NetworkResponse:
    """Responses of a trained network; its hidden state is kept between calls.

    The network starts from the state that it reaches without stimulation. Its output in that state, which reflects the
    noise of the EMG that it was trained on, is subtracted from all outputs.

    Args:
        trained: The trained network.
    """

    def __init__(self, trained: TrainedPatient) -> None:
        self._network, self.muscles = trained.network, trained.muscles
        self._resting_output = np.zeros(len(self.muscles))
        self._state: State | None = None
        electrodes = trained.card["electrodes"]
        resting = self._advance_network(np.zeros((SETTLING, electrodes)))
        self._resting_output, self._settled = resting[-1], self._state

    def advance(self, currents: Array) -> Array:
        """See `ResponseModel`."""
        return np.clip(self._advance_network(currents) - self._resting_output, 0.0, 1.0)

    def reset(self) -> None:
        """See `ResponseModel`."""
        self._state = self._settled

    @torch.inference_mode()
    def _advance_network(self, currents: Array) -> Array:
        device = next(self._network.parameters()).device
        given = torch.as_tensor(currents[None], dtype=torch.float32, device=device)
        made, self._state = self._network(given, self._state)
        return made[0].cpu().numpy().astype(float)


class SpinalResponse:
    """Responses of the spinal model.

    Args:
        patient: The virtual patient.
    """

    def __init__(self, patient: VirtualPatient) -> None:
        self._patient, self.muscles = patient, patient.muscles
        self._state: SpinalState = patient.rest(1)

    def advance(self, currents: Array) -> Array:
        """See `ResponseModel`."""
        return np.concatenate([self._patient.step(self._state, row[None])[0] for row in currents])

    def reset(self) -> None:
        """See `ResponseModel`."""
        self._state = self._patient.rest(1)
