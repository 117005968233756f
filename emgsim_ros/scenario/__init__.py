"""Scenarios: which nodes run together, with which parameters, topics and remappings."""

from .loaded import Scenario, ScenarioNode
from .loading import find_scenario, load_scenario, loaded
from .node_kind import NodeKind, Requirement
from .options import LaunchOptions, launch_options, options_from_text
from .parameter_files import parameter_file
from .plan import NodePlan, ScenarioPlan
from .requirements import check_requirements

__all__ = [
    "LaunchOptions",
    "NodeKind",
    "NodePlan",
    "Requirement",
    "Scenario",
    "ScenarioNode",
    "ScenarioPlan",
    "check_requirements",
    "find_scenario",
    "launch_options",
    "load_scenario",
    "loaded",
    "options_from_text",
    "parameter_file",
]
