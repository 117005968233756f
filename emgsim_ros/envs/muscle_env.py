"""What all environments share: actions, observations, the step, seeds, saved states, pictures."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..files.resources import config_file
from ..musculoskeletal.opensim.forward_dynamics import DynamicState, Integrator
from .drawing import Camera, Drawing
from .layout import ObservationLayout, Part
from .plant import Plant
from .settings import EnvSettings

Array = NDArray[np.float64]
Observation = NDArray[np.float32] | dict[str, NDArray[np.float32]]

VELOCITY_SCALE = 5.0  # rad/s
UNSOUND_REWARD = -10.0  # of a step that went wrong
EFFORT_WEIGHT = 0.1
BOUND = 1e3  # of observations


class MuscleEnv(gymnasium.Env):
    """Muscles excited for a purpose.

    The reward is the sum of the terms in ``info["reward_terms"]``. A step whose motion is not finite or out of all
    bounds ends the episode with ``info["end"] = "unsound"``; the last good state stands.

    Args:
        settings: What can be set; or its fields as keyword arguments.
        render_mode: ``rgb_array`` or ``human`` (a page in the browser).

    Attributes:
        plant: The model.
        layout: Of the observation.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as gymnasium has it)
        "render_modes": ["rgb_array", "human"],
        "render_fps": 50,
    }
    MODEL: ClassVar[str]
    INTEGRATOR: ClassVar[Integrator]
    CAMERA: ClassVar[Camera]

    def __init__(self, settings: EnvSettings | None = None, render_mode: str | None = None, **fields: Any) -> None:
        self.settings = settings or EnvSettings(**fields)
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise InvalidInput("environment: render_mode", render_mode, "one of rgb_array, human")
        self.render_mode = render_mode
        path = config_file(self.MODEL, suffix=".osim", folder="models")
        self.plant = Plant(path, self.settings.integrator or self.INTEGRATOR)
        model = self.plant.model
        self.layout = ObservationLayout(
            [
                Part("position", model.coordinates, "rad, m"),
                Part("velocity", model.coordinates, "rad/s, m/s", VELOCITY_SCALE),
                Part("activation", model.muscles, "0 to 1"),
                *self.goal_parts(),
            ]
        )
        self.action_space = spaces.Box(0.0, 1.0, (len(model.muscles),), np.float32)
        self.observation_space = self._observation_space()
        self._drawing = Drawing(self.CAMERA, render_mode == "human")
        self._steps = 0

    # What an environment says of itself.

    @abstractmethod
    def goal_parts(self) -> list[Part]:
        """Parts of the observation beside joints and muscles."""

    @abstractmethod
    def goal_values(self) -> dict[str, Array]:
        """Their values now."""

    @abstractmethod
    def start(self, options: dict[str, Any]) -> DynamicState:
        """Where an episode begins; draws the goal."""

    @abstractmethod
    def reward_terms(self, excitation: Array) -> dict[str, float]:
        """The terms of the reward of the step that led here."""

    def effort(self, excitation: Array) -> float:
        """Term of the reward: minus a tenth of the mean squared excitation."""
        return -EFFORT_WEIGHT * float(np.mean(np.square(excitation)))

    def end(self) -> str:
        """Why the episode is over, if it is."""
        return ""

    def marks(self) -> Array:
        """[marks, 3] places to be marked in pictures (a target), m."""
        return np.zeros((0, 3))

    def wanted_position(self) -> Array | None:
        """[coordinates] the pose that is aimed at, to be drawn; None if it is no pose."""
        return None

    # What all do alike.

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Of everything drawn from now on.
            options: ``pose``: angles (rad) by joint to begin with; others of the environment.
        """
        super().reset(seed=seed)
        state = self.start(options or {})
        self.plant.forward.restore(state)
        self._steps = 0
        if self.render_mode == "human":
            self.render()
        return self._observe(), {"end": ""}

    def step(self, action: NDArray[np.float32]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Excite the muscles for one control step.

        Raises:
            InvalidInput: An action of another length or with values that are not finite; beyond 0 to 1 it is clipped.
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
        """All that determines what comes next: motion, goal, the generator of random numbers."""
        return {
            "dynamics": self.plant.state,
            "goal": self.goal_state(),
            "random": self.np_random.bit_generator.state,
            "steps": self._steps,
        }

    def restore_state(self, state: dict[str, Any]) -> Observation:
        """Go on from a saved state exactly as the environment that saved it."""
        self.plant.forward.restore(state["dynamics"])
        self.put_goal(state["goal"])
        self.np_random.bit_generator.state = state["random"]
        self._steps = state["steps"]
        return self._observe()

    def aim(self, angles: dict[str, float]) -> None:
        """Aim at what a pose of the joints (rad, by name) stands for, if the environment has such aims."""

    def observe(self, position: Array, velocity: Array, activation: Array) -> Observation:
        """What would be observed in a state that is not the environment's own: [coordinates] rad, rad/s, [muscles]."""
        self.plant.put(position, velocity, activation)
        return self._observe()

    def goal_state(self) -> Any:
        """What an episode aims at, to be saved."""
        return None

    def put_goal(self, goal: Any) -> None:
        """Take a saved aim."""

    def render(self) -> NDArray[np.uint8] | None:
        """[height, width, 3] picture; with ``human`` the page in the browser is updated instead."""
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
        """A pose ([coordinates] rad) with the scatter of initial poses, within the joints' ranges."""
        drawn = position + self.settings.scatter * self.np_random.standard_normal(len(position))
        return np.clip(drawn, self.plant.model.low, self.plant.model.high)

    def _observe(self) -> Observation:
        state = self.plant.state
        values = {"position": state.position, "velocity": state.velocity, "activation": state.activation}
        vector = np.clip(self.layout.vector({**values, **self.goal_values()}), -BOUND, BOUND)
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
