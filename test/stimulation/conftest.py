"""A lumbar lead, a patient under it, and a small network."""

from __future__ import annotations

import pytest

from emgsim_ros.files.resources import config_file
from emgsim_ros.stimulation.innervation import Innervation, load_innervation
from emgsim_ros.stimulation.lead import PaddleLead, load_lead
from emgsim_ros.stimulation.patient_data import SessionPlan, record_patient
from emgsim_ros.stimulation.recordings import Recordings
from emgsim_ros.stimulation.spine import VirtualPatient


@pytest.fixture(scope="session")
def lead() -> PaddleLead:
    return load_lead(config_file("lumbar", folder="leads"))


@pytest.fixture(scope="session")
def innervation() -> Innervation:
    return load_innervation(config_file("leg", folder="innervation"))


@pytest.fixture(scope="session")
def patient(lead, innervation) -> VirtualPatient:
    return VirtualPatient(lead, innervation, 1)


@pytest.fixture(scope="session")
def recordings(patient) -> Recordings:
    """A short session: 24 configurations."""
    return record_patient(patient, SessionPlan(24, (0.0, 2.0, 4.0), (40.0,), 0.12), "lumbar")
