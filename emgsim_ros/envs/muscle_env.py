"""The base class of the environments: actions, observations, steps, seeds, saved states and pictures."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..musculoskeletal.dynamics import DynamicState, Integrator
from .drawing import Camera, Drawing
from .observer import BOUND, Observer
from .plant import Plant
from .settings import EnvSettings

Array = NDArray[np.float64]
Observation = NDArray[np.float32] | dict[str, NDArray[np.float32]]

UNSOUND_REWARD = -10.0  # of a step that failed
EFFORT_WEIGHT = 0.1


class MuscleEnv(gymnasium.Env):
    """A task whose actions are the excitations of a model's muscles.

    The reward is the sum of the terms in ``info["reward_terms"]``. A step whose motion is not finite or far outside
    the ranges ends the episode with ``info["end"] = "unsound"``; the model is then at rest in the last sound pose.

    A subclass defines the class attributes below, `start` and `reward_terms`.

    Args:
        settings: The settings; or their fields as keyword arguments.
        render_mode: ``rgb_array`` or ``human`` (a page in the browser).

    Attributes:
        MODEL: Name of the model in config/models.
        OBSERVER: Class that computes the observations.
        EPISODE_STEPS: Control steps of an episode.
        INTEGRATOR: How the motion is integrated unless the settings contain another integrator.
        CAMERA: View of the pictures.
        plant: The model in motion.
        observer: The observer of the plant.
        layout: Layout of the observation.

    Raises:
        InvalidInput: A setting or a render mode that does not exist.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as gymnasium has it)
        "render_modes": ["rgb_array", "human"],
        "render_fps": 50,
    }
    MODEL: ClassVar[str]
    OBSERVER: ClassVar[type[Observer]]
    EPISODE_STEPS: ClassVar[int]
    INTEGRATOR: ClassVar[Integrator]
    CAMERA: ClassVar[Camera]

    observer: Observer

    def __init__(self, settings: EnvSettings | None = None, render_mode: str | None = None, **fields: Any) -> None:
        self.settings = settings or EnvSettings(**fields)
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise InvalidInput("environment: render_mode", render_mode, "one of rgb_array, human")
        self.render_mode = render_mode
        integrator = self.settings.integrator or self.INTEGRATOR
        self.plant = Plant(self.model_file(), integrator, self.settings.engine)
        self.observer = self.OBSERVER(self.plant)
        self.layout = self.observer.layout
        self.action_space = spaces.Box(0.0, 1.0, (len(self.plant.model.muscles),), np.float32)
        self.observation_space = self._observation_space()
        self._drawing = Drawing(self.CAMERA, render_mode == "human")
        self._steps = 0

    @classmethod
    def model_file(cls) -> Path:
        """Return the path of the model's .osim file."""
        return config_file(cls.MODEL, suffix=".osim", folder="models")

    # The methods that define a task.

    @abstractmethod
    def start(self, options: dict[str, Any]) -> DynamicState:
        """Return the state in which an episode begins, and set the goal of the observer."""

    @abstractmethod
    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """Return the terms of the reward for the step that was made with these excitations ([muscles] 0 to 1)."""

    def effort(self, excitation: Array) -> float:
        """Return the reward term of the effort: minus a tenth of the mean squared excitation."""
        return -EFFORT_WEIGHT * float(excitation @ excitation) / len(excitation)

    def end(self) -> str:
        """Return the reason why the episode is over, or an empty string."""
        return ""

    def marks(self) -> Array:
        """Return the locations that pictures mark, such as a target, [marks, 3] m."""
        return np.zeros((0, 3))

    def wanted_position(self) -> Array | None:
        """Return the desired pose ([coordinates] rad), which pictures show; None if the task has no such pose."""
        return None

    def goal_state(self) -> Any:
        """Return what `put_goal` needs to restore the goal of the episode."""
        return self.observer.goal

    def put_goal(self, goal: Any) -> None:
        """Restore a goal that `goal_state` returned."""
        self.observer.goal = goal

    # The methods that all tasks share.

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Seed of all subsequent random draws.
            options: ``pose``: initial angles (rad) by joint; and the options of the task.
        """
        super().reset(seed=seed)
        state = self.start(options or {})
        self.plant.restore(state)
        self._steps = 0
        if self.render_mode == "human":
            self.render()
        return self._observe(), {"end": ""}

    def step(self, action: NDArray[np.float32]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Excite the muscles for one control step.

        Args:
            action: [muscles] excitations; values outside 0 to 1 are clipped.

        Raises:
            InvalidInput: An action of another shape or with values that are not finite.
        """
        excitation = self._checked(action)
        sound = self.plant.step(excitation, self.settings.control_step)
        self._steps += 1
        terms = self.reward_terms(excitation) if sound else {"unsound": UNSOUND_REWARD}
        end = self.end() if sound else "unsound"
        if self.render_mode == "human":
            self.render()
        info = {"reward_terms": terms, "end": end, "time": self._steps * self.settings.control_step}
        return self._observe(), float(sum(terms.values())), bool(end), False, info

    def save_state(self) -> dict[str, Any]:
        """Return everything that determines the rest of the episode: motion, goal and random number generator."""
        return {
            "dynamics": self.plant.state,
            "goal": self.goal_state(),
            "random": self.np_random.bit_generator.state,
            "steps": self._steps,
        }

    def restore_state(self, state: dict[str, Any]) -> Observation:
        """Continue from a saved state exactly like the environment that saved it; return the observation."""
        self.plant.restore(state["dynamics"])
        self.put_goal(state["goal"])
        self.np_random.bit_generator.state = state["random"]
        self._steps = state["steps"]
        return self._observe()

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture, [height, width, 3]; with render mode ``human`` update the page in the browser instead."""
        model, state = self.plant.model, self.plant.state
        wanted = self.wanted_position()
        ghost = np.zeros((0, 2, 3))
        if wanted is not None:
            model.set_pose(wanted, np.zeros_like(wanted))
            ghost = model.bone_lines()
        model.set_pose(state.position, state.velocity)
        lines = model.bone_lines(), model.muscle_lines(), state.activation, self.marks(), ghost
        if self.render_mode == "human":
            self._drawing.show(self._steps * self.settings.control_step, *lines)
            return None
        return self._drawing.picture(*lines)

    def scattered(self, position: Array) -> Array:
        """Return a pose ([coordinates] rad) with the scatter of initial poses added, within the joint ranges."""
        drawn = position + self.settings.scatter * self.np_random.standard_normal(len(position))
        return np.clip(drawn, self.plant.model.low, self.plant.model.high)

    def _observe(self) -> Observation:
        vector = self.observer.vector()
        return self.layout.by_name(vector) if self.settings.observation == "dict" else vector

    def _observation_space(self) -> spaces.Space:
        def box(size: int) -> spaces.Box:
            return spaces.Box(-BOUND, BOUND, (size,), np.float32)

        if self.settings.observation == "dict":
            return spaces.Dict({part.name: box(len(part.members)) for part in self.layout.parts})
        return box(self.layout.size)

    def _checked(self, action: NDArray[np.float32]) -> Array:
        excitation = np.asarray(action, dtype=float)
        if excitation.shape != self.action_space.shape:
            raise InvalidInput("action: shape", excitation.shape, f"{self.action_space.shape}, one for each muscle")
        if not np.isfinite(excitation).all():
            raise InvalidInput("action", excitation.tolist(), "finite numbers")
        return np.clip(excitation, 0.0, 1.0)
