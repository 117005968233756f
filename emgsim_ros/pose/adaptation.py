"""Personal calibration: the training of a decoder is continued on a few minutes of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..sessions.pose_windows import Stretch
from .bag_session import as_session
from .checkpoint import TrainedPose, save_pose
from .data import Examples, open_one
from .evaluation import predictions
from .training import PoseTraining, PoseTrainingPlan, TrainingSetup, pose_card


@dataclass(frozen=True)
class AdaptationPlan:
    """How a decoder is adapted.

    Attributes:
        judged: Share of the session, its end, that is used only to compare errors before and after.
        validated: Share of the rest, its end, that selects the weights.
        training: Training on what remains; the network and its sizes are those of the decoder.
    """

    judged: float = 0.3
    validated: float = 0.3
    training: PoseTrainingPlan = field(default_factory=PoseTrainingPlan)

    def __post_init__(self) -> None:
        for name in ("judged", "validated"):
            if not 0 < getattr(self, name) < 1:
                raise InvalidInput(f"adaptation: {name}", getattr(self, name), "a share above 0 and below 1")


class Adaptation:
    """The adaptation of one decoder to one labelled session.

    Args:
        trained: The decoder; its network is changed in place.
        session: A session file, or a bag (folder) with /emg/hd, /emg/info and /joint_states.
        plan: How the decoder is adapted.
        folder: Folder of the experiment; an experiment of the same plan is continued.
        device: Torch device.

    Raises:
        InvalidInput: The decoder has published weights, which are not adapted, or the session does not fit it.
    """

    def __init__(
        self, trained: TrainedPose, session: Path, plan: AdaptationPlan, folder: Path, device: str = "cpu"
    ) -> None:
        if trained.size is None:
            raise InvalidInput("adaptation: decoder", trained.kind, "a decoder that was trained with this package")
        session = as_session(session, folder, trained.angle_names)
        self._trained, self._plan, self._session, self._device = trained, plan, session, device
        whole = open_one(session, trained.network)
        cut = round((1 - plan.judged) * whole.samples)
        chosen = round((1 - plan.validated) * cut)
        train, validation = Stretch(whole, 0, chosen), Stretch(whole, chosen, cut)
        self._judged = Stretch(whole, cut, whole.samples)
        setup = TrainingSetup(trained.network, trained.angle_names, [train], [validation], trained=True)
        training = plan.training
        if training.network != trained.kind:
            training = replace(training, network=trained.kind, decoder=trained.size)
        self._training = PoseTraining(training, setup, folder, device)

    def run(self, progress: Progress = no_progress) -> tuple[dict[str, float], dict[str, float]]:
        """Adapt the decoder.

        Args:
            progress: Receives the number of epochs and the validation error.

        Returns:
            Mean absolute errors (degrees) on the end of the session before and after, by way.
        """
        self._trained.network.eval()
        before = self.errors()
        self._training.run(progress)
        return before, self.errors()

    def errors(self) -> dict[str, float]:
        """Return the mean absolute errors (degrees) of the decoder as it is now, by way."""
        examples = Examples([self._judged], self._trained.network, self._plan.training.seconds)
        found = {}
        for way in self._trained.network.ways:
            estimate, truth = predictions(self._trained.network, examples, way == "tracking", self._device)
            found[way] = float(np.degrees(np.abs(estimate - truth)).mean())
        return found

    def save(self, folder: Path, command: Sequence[str]) -> Path:
        """Write the adapted decoder with its card."""
        trained = self._trained
        path = folder / "pose.safetensors"
        card = {
            **pose_card(self._training, self._session, command),
            "adapted_from": trained.card.get("training", {}),
        }
        save_pose(path, trained.network, trained.kind, trained.size, trained.angle_names, card)
        return path
