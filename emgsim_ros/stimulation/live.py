"""The patient that the parameters of the stimulation node ask for."""

from __future__ import annotations

from ..errors import InvalidInput
from ..files.resources import checkpoint_file, config_file
from ..parameters import StimulationParameters
from .checkpoint import load_patient
from .innervation import load_innervation
from .lead import PaddleLead
from .models import NetworkResponse, ResponseModel, SpinalResponse
from .spine import VirtualPatient


def response_model(parameters: StimulationParameters, lead: PaddleLead) -> ResponseModel:
    """The network or the spinal model.

    Raises:
        InvalidInput: No such weights or table, or a network trained on another number of electrodes.
    """
    if parameters.network == "spinal_model":
        table = load_innervation(config_file(parameters.innervation, folder="innervation"))
        return SpinalResponse(VirtualPatient(lead, table, parameters.patient))
    trained = load_patient(checkpoint_file(parameters.checkpoint), parameters.device)
    if trained.card["electrodes"] != lead.electrodes:
        expected = f"{lead.electrodes}, contacts and case of the lead {parameters.lead!r}"
        raise InvalidInput(f"checkpoint {parameters.checkpoint!r}: electrodes", trained.card["electrodes"], expected)
    return NetworkResponse(trained)
