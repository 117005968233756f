"""Convert an OpenSim model to elements that every engine supports, with a report of what changes.

Paths that wrap, move or have conditional points become polynomials of the joint coordinates, fitted over the joint
ranges (`musculoskeletal.path_fit`). Forces that no engine of this package computes are left out, prescribed
coordinates are locked. The result is an .osim file, which OpenSim simulates faster as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...jobs.progress import Progress, no_progress
from ..path_fit import fit_polynomial
from .describe import describe
from .describe_bodies import JOINTS, known_joint
from .describe_forces import KNOWN
from .model import MusculoskeletalModel
from .path_functions import other_paths
from .preparation import is_coupler, open_model
from .runtime import only_errors, opensim

Array = NDArray[np.float64]

SAMPLES, FEWEST = 1000, 10  # random poses to which the polynomials are fitted, by default and at least
MARGIN = 0.1  # rad or m; beyond the joint ranges, where joints move against their soft stops
TESTED = 200  # other random poses, in which the result is compared with the original
WIDEST = np.pi  # rad or m; coordinates without a range of their own are varied up to here


@dataclass(frozen=True)
class FittedPath:
    """A path that has become a polynomial, and its errors in poses that the fit did not use.

    Attributes:
        muscle: Name of the muscle.
        replaced: The element that is no fixed path point.
        length: Root mean square and greatest error of the length, m.
        arm: Root mean square and greatest error of the moment arms, m.
    """

    muscle: str
    replaced: str
    length: tuple[float, float]
    arm: tuple[float, float]


@dataclass(frozen=True)
class Conversion:
    """What a conversion has changed.

    Attributes:
        coordinates: Names of the free coordinates.
        kept: Names of the muscles whose paths are unchanged.
        fitted: The paths that have become polynomials.
        left_out: Kind and name of the forces that were left out.
        locked: Names of prescribed coordinates, which are locked at their default values.
    """

    coordinates: tuple[str, ...]
    kept: tuple[str, ...]
    fitted: tuple[FittedPath, ...]
    left_out: tuple[str, ...]
    locked: tuple[str, ...]


@only_errors()  # warnings are about missing meshes
def convert(source: Path, output: Path, samples: int = SAMPLES, progress: Progress = no_progress) -> Conversion:
    """Convert a model and write it.

    Args:
        source: The .osim file.
        output: The .osim file to write.
        samples: Number of random poses to which the polynomials are fitted.
        progress: Receives the number of poses that have been computed.

    Raises:
        InvalidInput: OpenSim cannot read the file, or it contains no muscles, or joints or constraints that cannot be
            converted; the message names all of them.
    """
    if samples < FEWEST:
        raise InvalidInput("samples", samples, f"{FEWEST} or more")
    model = open_model(source)
    _require_convertible(model, source)
    left_out, locked = _leave_out_forces(model), _lock_prescribed(model)
    model.finalizeConnections()
    others = {muscle.getName(): element for muscle, element in other_paths(model)}
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.osim", Path(folder) / "after.osim"
        model.printToXML(str(before))
        original = MusculoskeletalModel(before)
        if others:
            _replace_paths(model, list(others), original, samples, progress)
        model.printToXML(str(after))
        describe(after)  # rejects what is left that engines other than OpenSim do not support
        fitted = _errors(original, MusculoskeletalModel(after), others, progress)
    output.parent.mkdir(parents=True, exist_ok=True)
    model.printToXML(str(output))
    kept = tuple(name for name in original.muscles if name not in others)
    return Conversion(original.coordinates, kept, fitted, left_out, locked)


def _require_convertible(model: opensim.Model, source: Path) -> None:
    """Reject models without muscles, and joints and constraints of other kinds, all of them in one message."""
    if not model.getMuscles().getSize():
        raise InvalidInput("model file", str(source), "a model with muscles")
    joints, constraints = model.getJointSet(), model.getConstraintSet()
    every = [joints.get(number) for number in range(joints.getSize())]
    wrong = [one for one in every if not known_joint(one)]
    every = [constraints.get(number) for number in range(constraints.getSize())]
    wrong += [one for one in every if not is_coupler(one)]
    if wrong:
        names = ", ".join(f"{one.getConcreteClassName()} {one.getName()}" for one in wrong)
        expected = f"joints of the kinds {JOINTS} and couplers of one coordinate only"
        raise InvalidInput(f"{source}: joints and constraints that cannot be converted", names, expected)


def _leave_out_forces(model: opensim.Model) -> tuple[str, ...]:
    forces, removed = model.updForceSet(), []
    for number in reversed(range(forces.getSize())):
        force = forces.get(number)
        if not any(kind.safeDownCast(force) for kind in KNOWN):
            removed.append(f"{force.getConcreteClassName()} {force.getName()}")
            forces.remove(number)
    return tuple(reversed(removed))


def _lock_prescribed(model: opensim.Model) -> tuple[str, ...]:
    coordinates, locked = model.updCoordinateSet(), []
    for number in range(coordinates.getSize()):
        coordinate = coordinates.get(number)
        if coordinate.getDefaultIsPrescribed():
            coordinate.setDefaultIsPrescribed(False)
            coordinate.setDefaultLocked(True)
            locked.append(coordinate.getName())
    return tuple(locked)


def _replace_paths(
    model: opensim.Model, muscles: Sequence[str], original: MusculoskeletalModel, samples: int, progress: Progress
) -> None:
    """Replace the paths of some muscles by polynomials."""
    positions = random_positions(original, samples, seed=0, margin=MARGIN)
    lengths, arms = _measured(original, positions, muscles, progress, "poses to fit")
    coordinates = [model.getCoordinateSet().get(name).getAbsolutePathString() for name in original.coordinates]
    for number, name in enumerate(muscles):
        fitted = fit_polynomial(positions, lengths[:, number], arms[..., number])
        function = opensim.MultivariatePolynomialFunction()
        function.setDimension(len(fitted.arguments))
        function.setOrder(fitted.order)
        function.setCoefficients(opensim.Vector.createFromMat(fitted.coefficients))
        path = opensim.FunctionBasedPath()
        path.setName("path")
        for argument in fitted.arguments:
            path.appendCoordinatePath(coordinates[argument])
        path.setLengthFunction(function)
        model.updMuscles().get(name).set_path(path)
    model.finalizeFromProperties()
    model.finalizeConnections()


def random_positions(model: MusculoskeletalModel, count: int, seed: int, margin: float = 0.0) -> Array:
    """Return [count, coordinates] random positions within the joint ranges and ``margin`` (rad) beyond, rad."""
    low, high = np.maximum(model.low - margin, -WIDEST), np.minimum(model.high + margin, WIDEST)
    return np.random.default_rng(seed).uniform(low, high, (count, len(low)))


def _measured(
    model: MusculoskeletalModel, positions: Array, muscles: Sequence[str], progress: Progress, stage: str
) -> tuple[Array, Array]:
    """Return path lengths ([poses, muscles] m) and moment arms ([poses, coordinates, muscles] m)."""
    columns, still = [model.muscles.index(name) for name in muscles], np.zeros(len(model.coordinates))
    lengths, arms = [], []
    for number, position in enumerate(positions, 1):
        model.set_pose(position, still)
        lengths.append(model.path_lengths()[columns])
        arms.append(model.moment_arms()[:, columns])
        progress(stage, number, len(positions))
    return np.array(lengths), np.array(arms)


def _errors(
    original: MusculoskeletalModel, new: MusculoskeletalModel, others: dict[str, str], progress: Progress
) -> tuple[FittedPath, ...]:
    """Compare the paths of two models, whose muscles may be in another order, in random poses."""
    if not others:
        return ()
    positions, names = random_positions(original, TESTED, seed=1), list(others)
    true_lengths, true_arms = _measured(original, positions, names, progress, "poses to compare, original")
    lengths, arms = _measured(new, positions, names, progress, "poses to compare, converted")
    wrong_lengths, wrong_arms = lengths - true_lengths, arms - true_arms
    return tuple(
        FittedPath(name, element, _sizes(wrong_lengths[:, number]), _sizes(wrong_arms[..., number]))
        for number, (name, element) in enumerate(others.items())
    )


def _sizes(errors: Array) -> tuple[float, float]:
    """Return the root mean square and the greatest absolute value, of moment arms over the joints that are crossed."""
    crossed = errors if errors.ndim == 1 else errors[:, np.abs(errors).max(axis=0) > 0]
    return (float(np.sqrt(np.mean(crossed**2))), float(np.abs(crossed).max())) if crossed.size else (0.0, 0.0)
