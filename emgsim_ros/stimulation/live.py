"""The response models that the parameters of the stimulation node select."""

from __future__ import annotations

from ..errors import InvalidInput
from ..files.resources import checkpoint_file, config_file
from ..parameters import StimulationParameters
from ..parts import build_part
from .checkpoint import load_patient
from .innervation import load_innervation
from .lead import PaddleLead
from .models import NetworkResponse, ResponseModel, SpinalResponse
from .spine import VirtualPatient


def response_model(parameters: StimulationParameters, lead: PaddleLead) -> ResponseModel:
    """Build the registered response model that ``parameters.network`` names.

    Args:
        parameters: Parameters of the stimulation node.
        lead: The lead.

    Raises:
        UnknownPart: No response model of this name is registered.
        InvalidInput: An option that the response model does not have, or parameters that it rejects.
    """
    model: ResponseModel = build_part("response", parameters.network, parameters, lead, options=parameters.options)
    return model


def trained_network(parameters: StimulationParameters, lead: PaddleLead) -> ResponseModel:
    """Load the patient's trained network.

    Raises:
        InvalidInput: The weights are missing or damaged, or the network was trained on another number of electrodes.
    """
    trained = load_patient(checkpoint_file(parameters.checkpoint), parameters.device)
    if trained.card["electrodes"] != lead.electrodes:
        expected = f"{lead.electrodes}, the contacts and the case of the lead {parameters.lead!r}"
        raise InvalidInput(f"checkpoint {parameters.checkpoint!r}: electrodes", trained.card["electrodes"], expected)
    return NetworkResponse(trained)


def spinal_model(parameters: StimulationParameters, lead: PaddleLead) -> ResponseModel:
    """Build the spinal model of the patient with the seed ``parameters.patient``.

    Raises:
        InvalidInput: The innervation table is missing or malformed, or names a segment that the lead does not have.
    """
    table = load_innervation(config_file(parameters.innervation, folder="innervation"))
    return SpinalResponse(VirtualPatient(lead, table, parameters.patient))
