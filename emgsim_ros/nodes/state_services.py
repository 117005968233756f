"""Services that save, restore and reset the musculoskeletal model while the graph runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from emgsim_ros.srv import ResetModel, RestoreState, SaveState

from ..errors import InvalidInput
from ..files.resources import config_file
from ..motion import load_poses
from ..musculoskeletal import Drive, DriveState, Effort, MuscleModel, named_position
from ..seeds import generator
from .graph_node import GraphNode

Response = Any


class StateServices:
    """The services ~/save_state, ~/restore_state and ~/reset of a node.

    Args:
        node: The node; rejected requests are reported among its faults as well.
        model: Model of the node.
        poses: Pose table, a name in config/movements or a path.
        drive: Drive of the node.
        effort: Returns the present limits of the muscles' activation.
    """

    def __init__(
        self,
        node: GraphNode,
        model: MuscleModel,
        poses: str,
        drive: Drive,
        effort: Callable[[], Effort],
    ) -> None:
        self._node, self._model, self._drive, self._effort = node, model, drive, effort
        self._poses = load_poses(config_file(poses, folder="movements"))
        self._kept: DriveState | None = None
        for kind, name, action in (
            (SaveState, "save_state", self._save),
            (RestoreState, "restore_state", self._restore),
            (ResetModel, "reset", self._reset),
        ):
            node.create_service(kind, f"~/{name}", self._answering(action))

    def _answering(self, action: Callable[[Any], None]) -> Callable[[Any, Response], Response]:
        """A service callback that runs ``action`` and reports an error, if there is one."""

        def answer(request: Any, response: Response) -> Response:
            try:
                action(request)
            except InvalidInput as error:
                self._node.fault(error)
                response.message = str(error)
            response.success = not response.message
            return response

        return answer

    def _save(self, request: SaveState.Request) -> None:
        state = self._drive.save()
        if request.path:
            state.save(Path(request.path))
        self._kept = state

    def _restore(self, request: RestoreState.Request) -> None:
        state = DriveState.load(Path(request.path)) if request.path else self._kept
        if state is None:
            raise InvalidInput("restore_state: path", request.path, "a state file, since no state was saved here yet")
        self._drive.restore(state)

    def _reset(self, request: ResetModel.Request) -> None:
        if not (np.isfinite(request.spread) and request.spread >= 0):
            raise InvalidInput("reset: spread", request.spread, "0 rad or more")
        if request.seed < 0:
            raise InvalidInput("reset: seed", request.seed, "0 or more")
        pose = named_position(self._model, self._poses, request.pose) if request.pose else self._model.rest
        if request.spread > 0:
            pose = pose + generator(request.seed, "reset").normal(0.0, request.spread, len(pose))
        self._drive.reset(pose, self._effort())
