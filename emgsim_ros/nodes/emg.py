"""The emg node: muscle states in, HD-EMG out."""

from __future__ import annotations

import time
from typing import Any

import torch

from emgsim_ros.msg import EmgInfo, MuscleState

from ..emg import EmgBlock
from ..errors import InvalidInput
from ..parameters import EmgParameters
from ..signals import topics
from ..signals.simulation_time import to_seconds
from ..subjects.stream import subject_stream
from . import qos
from .emg_messages import EmgClouds
from .graph_node import GraphNode, run
from .reading import ArrayReader
from .spike_messages import SpikeMessages
from .stamps import header


class EmgNode(GraphNode):
    """Subscribes to /muscle/state; publishes /emg/hd (PointCloud2), /emg/info (latched) and /emg/spikes."""

    def __init__(self, **options: Any) -> None:
        super().__init__("emg", EmgParameters, **options)
        parameters = self.parameters
        block_rate = parameters.sample_rate / parameters.block_length
        self._cloud_publisher = self.publisher(topics.EMG_HD, qos.stream(block_rate))
        self._spike_publisher = self.publisher(topics.EMG_SPIKES, qos.stream(block_rate))
        self._info_publisher = self.publisher(topics.EMG_INFO, qos.LATCHED)
        started = time.monotonic()
        self._stream = subject_stream(parameters, self._show_progress)
        torch.set_num_threads(1)  # a block is too small to be worth several threads
        self._clouds = EmgClouds(self._stream.positions, parameters.block_length, parameters.frame)
        self._muscle_names = list(self._stream.muscles)
        self._spikes = SpikeMessages(self._muscle_names, parameters.sample_rate, parameters.block_length)
        self._states = ArrayReader(MuscleState, "excitation", "relative_fiber_length")
        self._stamp = 0
        self._blocks = 0
        self._info_publisher.publish(self._info())
        units, took = sum(self._stream.units), time.monotonic() - started
        self.get_logger().info(f"{units} motor units of {len(self._stream.muscles)} muscles ready in {took:.1f} s")
        self.subscribe(topics.MUSCLE_STATE, self._on_muscle_state, qos.stream(1000.0), raw=True)

    def simulation_stamp(self) -> int:
        """Stamp of the latest block."""
        return self._stamp

    def health(self) -> dict[str, Any]:
        """Numbers of blocks published and skipped."""
        return {
            "simulation time (s)": to_seconds(self._stamp),
            "blocks": self._blocks,
            "blocks skipped": self._stream.blocks_skipped,
        }

    def _show_progress(self, stage: str, done: float, total: float, note: str = "") -> None:
        if done % max(total // 5, 1) == 0:
            self.get_logger().info(f"computing {stage}: {done} of {total}")

    def _on_muscle_state(self, message: bytes) -> None:
        state = self._states.read(message)
        gap = self._stream.gap_message(state.stamp)
        try:
            blocks = self._stream.push(state.stamp, state.same.name, *state.arrays)
        except InvalidInput as error:
            self.fault(error)
            return
        if gap:
            self.fault(gap)
        for block in blocks:
            self._publish(block)

    def _publish(self, block: EmgBlock) -> None:
        self._cloud_publisher.publish(self._clouds.serialised(block))
        self._spike_publisher.publish(self._spikes.serialised(block))
        self._stamp = block.stamp
        self._blocks += 1

    def _info(self) -> EmgInfo:
        parameters = self.parameters
        return EmgInfo(
            header=header(0, parameters.frame),
            sample_rate=float(parameters.sample_rate),
            unit="mV",
            montage=parameters.montage,
            rows=self._stream.montage.rows,
            columns=self._stream.montage.columns,
            block_length=parameters.block_length,
            muscle_name=self._muscle_names,
            motor_units=list(self._stream.units),
            seed=parameters.seed,
        )


def main() -> int:
    """Entry point of the node."""
    return run(EmgNode)


if __name__ == "__main__":
    raise SystemExit(main())
