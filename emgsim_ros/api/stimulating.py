"""Responses of muscles to epidural stimulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..parameters import StimulationParameters, from_mapping
from ..stimulation.command import Stimulation, check_stimulation, electrode_signal
from ..stimulation.lead import PaddleLead, load_lead
from ..stimulation.live import response_model
from ..stimulation.spine import RATE

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StimulationResponse:
    """Activations of muscles after the start of a stimulation.

    Attributes:
        times: [samples] time since the start, s.
        activation: [commands, samples, muscles] 0 to 1.
        muscles: [muscles] names.
        currents: [commands, electrodes] mA; the last electrode is the case of the stimulator.
    """

    times: Array
    activation: Array
    muscles: tuple[str, ...]
    currents: Array

    @property
    def recruitment(self) -> Array:
        """[commands, muscles] greatest activation during each command: the recruitment curve of each muscle."""
        return self.activation.max(axis=1)


def stimulate(
    currents: ArrayLike | Mapping[int, ArrayLike],
    *,
    lead: str | Path = "cervical",
    patient: int | str | Path = 1,
    innervation: str | Path = "arm",
    response: str = "",
    frequency: float = 20.0,
    pulse_width: float = 300.0,
    pulses_per_burst: int = 1,
    duration: float = 0.3,
) -> StimulationResponse:
    """Stimulate a patient's spinal cord and return the activations of the muscles.

    Every command starts from rest. Negative currents are cathodic; the currents of a command must add up to 0.

    Args:
        currents: [electrodes] or [commands, electrodes] mA, contacts first and the case last; or {electrode: mA}
            with one number or [commands] numbers for each electrode in use.
        lead: A name in config/leads, or the path of such a file.
        patient: Seed of a virtual patient (the spinal model), or the weights of a patient's network: a name in ckp/
            or a path.
        innervation: Assignment of spinal segments to muscles, for a virtual patient: a name in config/innervation
            (``leg`` for the lead ``lumbar``), or a path.
        response: Name of the registered response; default ``spinal_model`` for a virtual patient, ``rnn`` for weights.
        frequency: Bursts per second, Hz.
        pulse_width: Duration of one phase of a pulse, us.
        pulses_per_burst: Pulses of a burst, at 500 Hz.
        duration: Duration of the stimulation and of the response, s.

    Returns:
        Activations [commands, samples, muscles] at 1 kHz.

    Raises:
        InvalidInput: No such lead, table or weights, or currents of the wrong shape.
        EmgsimError: A command that is not balanced or that exceeds a safe limit of the lead.

    Example:
        Recruitment at three amplitudes, cathode 2 against the case:

        >>> import numpy as np
        >>> import emgsim_ros as es
        >>> amplitudes = np.array([0.5, 1.5, 3.0])
        >>> response = es.stimulate({2: -amplitudes, 16: amplitudes}, duration=0.1)
        >>> response.activation.shape[:2], bool((np.diff(response.recruitment.sum(axis=1)) > 0).all())
        ((3, 100), True)
    """
    paddle = load_lead(config_file(str(lead), folder="leads"))
    given = _currents(currents, paddle)
    model = response_model(_parameters(patient, lead, innervation, response), paddle)
    samples = round(duration * RATE)
    activation = np.zeros((len(given), samples, len(model.muscles)))
    for row, current in zip(activation, given, strict=True):
        command = Stimulation(current, frequency, pulse_width, pulses_per_burst, duration)
        check_stimulation(command, paddle)
        model.reset()
        row[:] = model.advance(electrode_signal(command, samples, RATE))
    return StimulationResponse(np.arange(samples) / RATE, activation, model.muscles, given)


def _currents(currents: ArrayLike | Mapping[int, ArrayLike], lead: PaddleLead) -> Array:
    """[commands, electrodes] mA."""
    if not isinstance(currents, Mapping):
        return np.atleast_2d(np.asarray(currents, dtype=float))
    commands = max((len(np.atleast_1d(np.asarray(one))) for one in currents.values()), default=1)
    given = np.zeros((commands, lead.electrodes))
    for electrode, current in currents.items():
        if not 0 <= electrode < lead.electrodes:
            raise InvalidInput("currents: electrode", electrode, f"0 to {lead.electrodes - 1}, the last is the case")
        if np.ndim(current) and len(np.asarray(current)) != commands:
            raise InvalidInput(f"currents of electrode {electrode}", len(np.asarray(current)), f"{commands} values")
        given[:, electrode] = current
    return given


def _parameters(
    patient: int | str | Path, lead: str | Path, innervation: str | Path, response: str
) -> StimulationParameters:
    """Return the parameters of the stimulation node that describe this patient."""
    virtual = isinstance(patient, int)
    values: dict[str, Any] = {"network": response or ("spinal_model" if virtual else "rnn"), "lead": str(lead)}
    values |= {"patient": patient} if virtual else {"checkpoint": str(patient)}
    return from_mapping(StimulationParameters, {**values, "innervation": str(innervation)}, "stimulate")
