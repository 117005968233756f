"""Epidural electrical stimulation: leads, commands, a spinal model, networks of patients, closed-loop control.

The names below need neither torch nor SciPy; networks and their training are in the modules of this package.
"""

from .command import Configuration, Stimulation, check_stimulation
from .controller import AmplitudeController, ControllerPlan, load_controller
from .innervation import Innervation, load_innervation
from .lead import PaddleLead, SafeLimits, load_lead
from .protocol import TimedStimulation, load_protocol
from .spine import VirtualPatient
from .stream import StimulatedMuscles, StimulationStream

__all__ = [
    "AmplitudeController",
    "Configuration",
    "ControllerPlan",
    "Innervation",
    "PaddleLead",
    "SafeLimits",
    "StimulatedMuscles",
    "Stimulation",
    "StimulationStream",
    "TimedStimulation",
    "VirtualPatient",
    "check_stimulation",
    "load_controller",
    "load_innervation",
    "load_lead",
    "load_protocol",
]
