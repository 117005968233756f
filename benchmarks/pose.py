"""Computing time of live pose decoding: the streaming decoder compared with vemg2pose on a sliding window.

    python benchmarks/pose.py [--blocks N] [--write]

Both alternately decode 40 ms of new signal on one core. The streaming decoder continues from its state; vemg2pose
processes the 5 s that it was trained on and their left context to obtain the last angles. The signal has 16 channels at
2 kHz. The decoder of the graph (10 x 32 channels at 2048 Hz, 46.9 ms: three blocks of the emg node) is measured too.
The computing time of a network does not depend on its weights.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from results import machine, write_section

from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.pose.networks.streaming import DecoderSize, LiveStreamingDecoder, StreamingDecoder
from emgsim_ros.pose.networks.vemg2pose import Vemg2Pose
from emgsim_ros.pose.training import PoseTrainingPlan

HOP = 0.04  # s of new signal per step
WINDOW = 5.0  # s, window of vemg2pose
RATIO, LONGEST = 20.0, 2.0  # least ratio of computing times; limit of p99, ms
VEMG2POSE_EVERY = 20  # steps of the streaming decoder per step of vemg2pose, which takes much longer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=2000, help="number of steps of the streaming decoder")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    ways = {
        "streaming decoder, 16 channels": streaming("decoder_ring"),
        "streaming decoder, 10 x 32": streaming("decoder_grid"),
        "vemg2pose": vemg2pose(),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(arguments.blocks + 50):
        for name, step in ways.items():
            if name == "vemg2pose" and number % VEMG2POSE_EVERY:
                continue
            started = time.perf_counter()
            step()
            if number >= 50:  # the first steps are a warm-up
                taken[name].append(1e3 * (time.perf_counter() - started))
    rows = [
        f"40 ms of signal (10 x 32: 47 ms), one core, {machine()}.",
        "",
        "| decoder | p50 (ms) | p99 (ms) | mean (ms) | vemg2pose takes, times | limit of p99 |",
        "|---|---|---|---|---|---|",
    ]
    slow = np.mean(taken["vemg2pose"])
    for name, times in taken.items():
        p50, p99, mean = (*np.percentile(times, [50, 99]), np.mean(times))
        limit = "" if name == "vemg2pose" else f"{LONGEST:g} ({p99 / LONGEST:.2f})"
        ratio = "" if name == "vemg2pose" else f"{slow / mean:.0f} (at least {RATIO:g})"
        rows.append(f"| {name} | {p50:.2f} | {p99:.2f} | {mean:.2f} | {ratio} | {limit} |")
    print("\n".join(rows))
    if arguments.write:
        write_section("pose.py", "\n".join(rows))


def size_of(plan: str) -> DecoderSize:
    """Return the decoder size of a training plan in config/pose."""
    return load_plan(PoseTrainingPlan, config_file(plan, folder="pose")).decoder


def streaming(plan: str) -> Callable[[], object]:
    """Return a function that runs one step of the streaming decoder."""
    network = StreamingDecoder(size_of(plan)).eval()
    decoder = LiveStreamingDecoder(network)
    samples = -(-round(HOP * network.sample_rate) // network.frame) * network.frame
    emg = np.random.default_rng(0).normal(0.0, 0.02, (network.channels, samples)).astype(np.float32)
    nothing = np.zeros(network.channels, dtype=bool)
    return lambda: decoder.push(emg, nothing)


def vemg2pose() -> Callable[[], object]:
    """Return a function that runs vemg2pose on one window."""
    network = Vemg2Pose("tracking").eval()
    window = torch.randn(1, network.channels, network.left_context + round(WINDOW * network.sample_rate)) * 0.02
    initial = torch.zeros(1, network.angles)

    def step() -> object:
        with torch.inference_mode(), torch.backends.mkldnn.flags(enabled=False):  # without oneDNN it is faster here
            return network(window, initial)[..., -1]

    return step


if __name__ == "__main__":
    main()
