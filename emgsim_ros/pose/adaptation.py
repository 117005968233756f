"""Personal calibration: a decoder goes on learning from a few minutes of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
        judged: Share of the session, its end, that only judges.
        validated: Share of the rest, its end, by which the weights are chosen.
        training: Of what remains.
    """

    judged: float = 0.3
    validated: float = 0.3
    training: PoseTrainingPlan = field(default_factory=PoseTrainingPlan)

    def __post_init__(self) -> None:
        for name in ("judged", "validated"):
            if not 0 < getattr(self, name) < 1:
                raise InvalidInput(f"adaptation: {name}", getattr(self, name), "a share above 0 and below 1")


class Adaptation:
    """One decoder and one labelled session.

    Args:
        trained: The decoder.
        session: A session file, or a bag (folder) with /emg/hd, /emg/info and /joint_states.
        plan: How.
        folder: Of the experiment.
        device: Torch device.

    Raises:
        InvalidInput: Published networks (they are not adapted), or a session that does not fit the decoder.
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
        learned, validation = Stretch(whole, 0, chosen), Stretch(whole, chosen, cut)
        self._judged = Stretch(whole, cut, whole.samples)
        setup = TrainingSetup(trained.network, trained.angle_names, [learned], [validation], trained=True)
        self._training = PoseTraining(plan.training, setup, folder, device)

    def run(self, progress: Progress = no_progress) -> tuple[dict[str, float], dict[str, float]]:
        """Adapt; mean absolute errors (degrees) on the judged end before and after, by way."""
        self._trained.network.eval()
        before = self.errors()
        self._training.run(progress)
        return before, self.errors()

    def errors(self) -> dict[str, float]:
        """Of the decoder as it is now."""
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
