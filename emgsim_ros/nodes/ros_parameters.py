"""Declaration of parameter dataclasses as ROS parameters."""

from __future__ import annotations

import math
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from ..errors import InvalidInput
from ..parameters import Declaration, check, declarations, from_mapping

Parameters = TypeVar("Parameters")

ROS_OWN = ("use_sim_time", "start_type_description_service")


def declare(node: Node, kind: type[Parameters]) -> Parameters:
    """Declare the parameters of a dataclass on a node and return them as given by the user.

    The node must have been created with ``automatically_declare_parameters_from_overrides=True``; otherwise rclpy
    silently ignores names that were not declared, and they could not be rejected.

    Raises:
        InvalidInput: An unknown name, a wrong type or a value out of range.
    """
    overrides: dict[str, Any] = dict(node.get_parameters_by_prefix(""))
    given = {name: override.value for name, override in overrides.items() if not _is_ros_own(name)}
    parameters = from_mapping(kind, given, node.get_name())
    for declaration in declarations(kind):
        if node.has_parameter(declaration.name):
            node.undeclare_parameter(declaration.name)
        value = getattr(parameters, declaration.name)
        if isinstance(value, tuple):
            value = list(value) or [""]
        node.declare_parameter(declaration.name, value, _descriptor(declaration), ignore_override=True)
    return parameters


def check_changes(kind: type, changes: list[Parameter], owner: str) -> tuple[dict[str, Any], SetParametersResult]:
    """The checked values of a request to change parameters, and the result to return.

    No parameter may be changed unless the result is successful.
    """
    known = {declaration.name: declaration for declaration in declarations(kind)}
    values: dict[str, Any] = {}
    for change in changes:
        if change.name in known:
            try:
                values[change.name] = check(known[change.name], change.value, owner)
            except InvalidInput as error:
                return {}, SetParametersResult(successful=False, reason=str(error))
    return values, SetParametersResult(successful=True)


def _is_ros_own(name: str) -> bool:
    return name in ROS_OWN or name.startswith("qos_overrides.")


def _descriptor(declaration: Declaration) -> ParameterDescriptor:
    description = declaration.description
    unit = f" ({description.unit})" if description.unit else ""
    descriptor = ParameterDescriptor(
        name=declaration.name,
        description=description.text + unit,
        additional_constraints=description.accepted(),
        read_only=not description.live,
    )
    numeric = isinstance(declaration.default, int | float) and not isinstance(declaration.default, bool)
    if numeric and description.low is not None and description.high is not None:
        if isinstance(declaration.default, int):
            limits = IntegerRange(from_value=math.ceil(description.low), to_value=math.floor(description.high), step=1)
            descriptor.integer_range = [limits]
        else:
            limits = FloatingPointRange(from_value=float(description.low), to_value=float(description.high), step=0.0)
            descriptor.floating_point_range = [limits]
    return descriptor
