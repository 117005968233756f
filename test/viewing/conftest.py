"""Messages of a small graph, made without one."""

import numpy as np
import pytest

from emgsim_ros.sessions.emg_bag import EmgMessages
from emgsim_ros.sessions.message_types import typestore

ROWS, COLUMNS, RATE, LENGTH = 3, 8, 2048, 32
RADIUS = 0.04


def positions() -> np.ndarray:
    """Electrodes on a closed ring of rows, m."""
    turn = 2 * np.pi * np.arange(COLUMNS) / COLUMNS
    around = np.stack([RADIUS * np.cos(turn), np.zeros(COLUMNS), RADIUS * np.sin(turn)], axis=-1)
    return np.concatenate([around + np.array([0.0, -0.02 * row, 0.0]) for row in range(ROWS)])


class Messages:
    """Makes what the graph's nodes would send."""

    def __init__(self) -> None:
        self._store = typestore()
        self._emg = EmgMessages(positions(), RATE, LENGTH, ROWS)

    def of(self, kind: str, **fields):
        return self._store.types[kind](**fields)

    def header(self, seconds: float):
        time = self.of("builtin_interfaces/msg/Time", sec=int(seconds), nanosec=round(seconds % 1 * 1e9))
        return self.of("std_msgs/msg/Header", stamp=time, frame_id="forearm")

    def info(self, units=(5, 3)):
        message = self._store.deserialize_cdr(self._emg.info(), EmgMessages.INFO)
        message.muscle_name, message.motor_units = ["FDS", "EDC"][: len(units)], np.array(units, np.uint32)
        return message

    def cloud(self, number: int, emg: np.ndarray):
        data = self._emg.cloud(round(number * LENGTH / RATE * 1e9), emg.astype(np.float32))
        return self._store.deserialize_cdr(data, EmgMessages.CLOUD)

    def joints(self, seconds: float, names, position=(), effort=()):
        nothing = np.zeros(0)
        values = {"position": np.array(position), "velocity": nothing, "effort": np.array(effort)}
        return self.of("sensor_msgs/msg/JointState", header=self.header(seconds), name=list(names), **values)


@pytest.fixture(scope="session")
def messages() -> Messages:
    return Messages()
