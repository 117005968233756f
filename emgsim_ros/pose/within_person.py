"""How much of the hand's pose is in a person's EMG: regression within one person and one stage.

A decoder meets new people. The reference here does not: for every person and stage of the test split it is trained on
the first 80 % of the sessions and tested on the rest, with the inputs of the decoder. It is the best of several ridge
and kernel ridge regressions, chosen on the end of the training part. Where even it fails, the EMG lacks the movement,
or lacks it in this much data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import require_extra
from ..jobs.progress import Progress, no_progress
from ..sessions.pose_metadata import SessionRow
from ..sessions.pose_windows import Series, Stretch
from .data import Examples, open_series, sessions_of
from .evaluation import RATE, predictions
from .networks.interface import PoseNetwork
from .scores import PersonScores, Score, group_scores, person_scores

Array = NDArray[np.float64]

TRAINED, CHOSEN = 0.8, 0.8  # share of each session for training, and of it for training when the model is chosen
SPANS = (0.06, 0.2, 0.5, 0.9)  # s; the inputs are averaged over the latest of these durations
COMPONENTS = 48  # principal components of the inputs
LARGEST = 4000  # training frames of a kernel regression
REGULARISATIONS = np.logspace(-1, 4, 6)
WIDTHS = (0.3, 1.0, 3.0)  # of a Gaussian kernel, relative to the root of the number of features


@dataclass(frozen=True)
class ReferenceRow:
    """The scores of one stage on the last fifth of the sessions.

    Attributes:
        stage: Name of the stage.
        people: Number of people.
        within: Scores of the regression within each person, by group and name.
        decoder: Those of the decoder, by way.
    """

    stage: str
    people: int
    within: dict[str, dict[str, Score]]
    decoder: dict[str, dict[str, dict[str, Score]]]


def within_person_reference(
    data: Path,
    network: PoseNetwork,
    angle_names: Sequence[str],
    generalization: str = "",
    seconds: float = 5.0,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> list[ReferenceRow]:
    """Return the scores of every stage of the test split.

    Args:
        data: Folder with metadata.csv and session files.
        network: The decoder; its inputs are those of the regressions.
        angle_names: [angles] names of its angles.
        generalization: ``user``, ``stage`` or ``user_stage``; empty: every session of the test split.
        seconds: Length of the windows, s, as in the analysis of decoders.
        device: Torch device of the decoder.
        progress: Receives the number of people and stages that are finished.

    Raises:
        InvalidInput: The data set lacks such sessions, or they do not fit the network.
        MissingExtra: scikit-learn is not installed.
    """
    require_extra("sklearn", "the reference within a person", "scikit-learn", "emgsim-ros[validate]")
    rows = sessions_of(data, "test", generalization)
    jobs = list(dict.fromkeys((row.stage, row.user) for row in rows))
    found: dict[str, list[tuple[PersonScores, dict[str, PersonScores]]]] = {}
    for number, (stage, user) in enumerate(jobs):
        progress("people and stages", number, len(jobs), f"{user}, {stage}")
        own = [row for row in rows if (row.stage, row.user) == (stage, user)]
        found.setdefault(stage, []).append(_scores(data, own, network, seconds, device))
    progress("people and stages", len(jobs), len(jobs))
    return [
        ReferenceRow(
            stage,
            len(people),
            group_scores([one for one, _ in people], angle_names),
            {way: group_scores([ways[way] for _, ways in people], angle_names) for way in network.ways},
        )
        for stage, people in found.items()
    ]


def _scores(
    data: Path, rows: Sequence[SessionRow], network: PoseNetwork, seconds: float, device: str
) -> tuple[PersonScores, dict[str, PersonScores]]:
    """Return the scores of the regression and of the decoder in each of its ways, for one person and stage."""
    sessions = open_series(data, rows, network)
    trained, tested = zip(*(_parts(one, network.left_context) for one in sessions), strict=True)
    test = Examples(tested, network, seconds)
    ways: dict[str, PersonScores] = {}
    for way in network.ways:
        estimate, truth = predictions(network, test, way == "tracking", device)
        ways[way] = person_scores(estimate, truth, [""] * len(truth), RATE)
    features = WindowFeatures(Examples(trained, network, seconds), network)
    model = chosen_model(*features.training())
    frames = network.sample_rate / network.frame
    made, true = features.decoded(model, test)
    return person_scores(made, true, [""] * len(true), frames), ways


def _parts(session: Series, context: int) -> tuple[Stretch, Stretch]:
    """Return the part for training and the part for testing, whose context of inputs reaches into the former."""
    border = round(TRAINED * session.samples)
    return Stretch(session, 0, border), Stretch(session, max(border - context, 0), session.samples)


class WindowFeatures:
    """Inputs of a network as features for a regression: principal components, averaged over several spans.

    Args:
        examples: The windows for training.
        network: The network; the features at a frame depend on the latest `SPANS`, within its context.
    """

    def __init__(self, examples: Examples, network: PoseNetwork) -> None:
        from sklearn.decomposition import PCA

        self._context = network.left_context
        rate = network.sample_rate / network.frame
        self._spans = [min(max(round(span * rate), 1), self._context + 1) for span in SPANS]
        self._windows = list(_windows(examples))
        inputs = np.concatenate([frames[:, self._context :].T for frames, _ in self._windows])
        self._mean, self._scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
        components = min(COMPONENTS, *inputs.shape)
        self._components = PCA(components, random_state=0).fit((inputs - self._mean) / self._scale)

    def training(self) -> tuple[Array, Array]:
        """Return [frames, features] features and [frames, angles] angles of the training windows, in their order."""
        return (
            np.concatenate([self._of(frames) for frames, _ in self._windows]),
            np.concatenate([angles.T for _, angles in self._windows]),
        )

    def decoded(self, model: Any, examples: Examples) -> tuple[Array, Array]:
        """Return estimated and true angles of windows, [windows, angles, frames] rad each."""
        pairs = [(model.predict(self._of(frames)).T, angles) for frames, angles in _windows(examples)]
        return np.stack([made for made, _ in pairs]), np.stack([true for _, true in pairs])

    def _of(self, frames: Array) -> Array:
        """Return the [frames, features] features of one window's [rows, context + frames] inputs."""
        scores = self._components.transform((frames.T - self._mean) / self._scale)
        total = np.concatenate([np.zeros((1, scores.shape[1])), np.cumsum(scores, axis=0)])
        ends = np.arange(self._context + 1, len(total))
        return np.concatenate([(total[ends] - total[ends - span]) / span for span in self._spans], axis=1)


def chosen_model(features: Array, angles: Array) -> Any:
    """Return the regression with the lowest error at the end of the data, trained on all of them."""
    border = round(CHOSEN * len(features))
    errors = []
    for model in _candidates(features.shape[1]):
        model.fit(*_thinned(model, features[:border], angles[:border]))
        errors.append(float(np.square(model.predict(features[border:]) - angles[border:]).mean()))
    best = list(_candidates(features.shape[1]))[int(np.argmin(errors))]
    return best.fit(*_thinned(best, features, angles))


def _candidates(features: int) -> Iterator[Any]:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    for strength in REGULARISATIONS:
        yield make_pipeline(StandardScaler(), Ridge(strength))
    for width in WIDTHS:
        for strength in REGULARISATIONS[:3] / 10:
            kernel = KernelRidge(alpha=strength, kernel="rbf", gamma=1 / (2 * features * width**2))
            about_mean = TransformedTargetRegressor(kernel, transformer=StandardScaler(with_std=False))
            yield make_pipeline(StandardScaler(), about_mean)


def _thinned(model: Any, features: Array, angles: Array) -> tuple[Array, Array]:
    """Return all frames, or for a kernel regression, whose cost grows with their cube, `LARGEST` of them."""
    if type(model[-1]).__name__ != "Ridge" and len(features) > LARGEST:
        kept = np.linspace(0, len(features) - 1, LARGEST).round().astype(int)
        return features[kept], angles[kept]
    return features, angles


def _windows(examples: Examples) -> Iterator[tuple[Array, Array]]:
    for number in range(len(examples)):
        frames, angles = examples.batch([number])
        yield frames[0].double().numpy(), angles[0].double().numpy()
