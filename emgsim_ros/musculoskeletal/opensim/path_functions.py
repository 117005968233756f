"""Muscle paths of OpenSim models that are not via points: polynomials, and the elements of all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..law import Law
from ..path_functions import PathFunction, exponents_of
from .fixed_points import via_points
from .runtime import opensim


def path_function(muscle: opensim.Muscle, laws: Mapping[str, Law]) -> PathFunction | None:
    """Return the length of a path that is a polynomial; None for all other paths.

    Args:
        muscle: A muscle of a model whose system is initialised.
        laws: Every coordinate as a function of the free ones, by name.
    """
    polynomial = _polynomial(muscle)
    if polynomial is None:
        return None
    coordinates = opensim.FunctionBasedPath.safeDownCast(muscle.get_path()).getCoordinatePaths()
    names = [path.rsplit("/", 1)[-1] for path in coordinates]
    return PathFunction(
        arguments=tuple(laws[name] for name in names),
        exponents=exponents_of(polynomial.getOrder(), polynomial.getDimension()),
        coefficients=np.array(polynomial.getCoefficients().to_numpy()),
    )


def other_paths(model: opensim.Model) -> Iterator[tuple[opensim.Muscle, str]]:
    """Yield the muscles whose paths are neither via points nor polynomials, and the element that makes them so."""
    muscles = model.getMuscles()
    for number in range(muscles.getSize()):
        muscle = muscles.get(number)
        if not via_points(muscle) and _polynomial(muscle) is None:
            yield muscle, _element(opensim.GeometryPath.safeDownCast(muscle.get_path()), muscle)


def _polynomial(muscle: opensim.Muscle) -> opensim.MultivariatePolynomialFunction | None:
    path = opensim.FunctionBasedPath.safeDownCast(muscle.get_path())
    return None if path is None else opensim.MultivariatePolynomialFunction.safeDownCast(path.get_length_function())


def _element(path: opensim.GeometryPath | None, muscle: opensim.Muscle) -> str:
    if path is None:
        return str(muscle.get_path().getConcreteClassName())
    points = path.getPathPointSet()
    for index in range(points.getSize()):
        kind = points.get(index).getConcreteClassName()
        if kind != "PathPoint":
            return f"{kind} {points.get(index).getName()}"
    return f"PathWrap on {path.getWrapSet().get(0).getWrapObjectName()}"
