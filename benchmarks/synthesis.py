"""CPU time of live EMG: pools and synthesis, separately and together, and of the same EMG from many states at once.

    python benchmarks/synthesis.py [--write]

8 x 100 and 20 x 100 motor units are simulated on one core, with 320 channels at 2048 Hz. The excitation of all muscles
is a ramp from 0 to 1, the fibres lengthen and shorten by 20 % every 2 s, and the potentials follow them at 10 Hz. The
reference in the same run is plain overlap-add of whole potentials at a fixed fibre length, the method of offline
simulators.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from results import machine, write_section

from emgsim_ros.emg import EmgStream, MuapSynthesis
from emgsim_ros.emg.plan import bank_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.motor_units import RateCodedTrains, Spikes
from emgsim_ros.muap import MuapBank, load_anatomy, load_or_build_bank
from emgsim_ros.parameters import EmgParameters

SECONDS, RATE, BLOCK, REFRESH = 20, 2048, 32, 10.0
LIMIT = 0.03  # core-seconds per second, 8 x 100 units
NEUROMOTION = 0.76  # offline, 8 x 100 units, fixed potentials (10 s in 7.6 CPU-s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = [
        f"{SECONDS} s, ramp of excitation 0 to 1, potentials refreshed at {REFRESH:g} Hz, {machine()}. NeuroMotion: "
        f"{NEUROMOTION} core-s/s offline and without refresh, measured once on another machine of two cores.",
        "",
        f"| units | what | core-seconds per second | of the limit of {LIMIT:g} | real-time factor |",
        "|---|---|---|---|---|",
    ]
    for muscles in (8, 20):
        for name, cost in measured(muscles).items():
            ratio = f"{cost / LIMIT:.2f}" if muscles == 8 and name in (TOGETHER, AT_ONCE) else ""
            rows.append(f"| {muscles} x 100 | {name} | {cost:.4f} | {ratio} | {1 / cost:.0f} |")
            print(rows[-1], flush=True)
    if arguments.write:
        write_section("synthesis.py", "\n".join(rows))


TOGETHER = "together, with noise, as in the emg node"
AT_ONCE = "the same, 1 s of states at once, as offline"


def measured(muscles: int) -> dict[str, float]:
    """Return the core-seconds per second of signal of each part."""
    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    names = tuple(anatomy.muscles)[:muscles]
    parameters = EmgParameters(muscles=names, units_per_muscle=100, refresh_rate=REFRESH)
    bank = load_or_build_bank(bank_plan(parameters, anatomy))
    spikes: list[Spikes] = []

    def pools() -> None:
        trains = RateCodedTrains(bank.units, RATE, 1)
        rested = np.ones(muscles)
        for first in range(0, SECONDS * RATE, BLOCK):
            level = (first + np.arange(BLOCK)) / (SECONDS * RATE)
            spikes.append(trains.advance(np.repeat(level[:, None], muscles, axis=1), rested))

    def synthesis() -> None:
        made = MuapSynthesis(bank)
        for number, block in enumerate(spikes):
            if number % round(RATE / BLOCK / REFRESH) == 0:
                made.move(np.full(muscles, length(number * BLOCK / RATE)), np.ones(muscles))
            made.advance(block.sample, block.muscle, block.unit, BLOCK)

    stream = EmgStream(parameters)

    def together() -> None:
        for number in range(SECONDS * 100 + 2):
            level, fibres = min(number / (SECONDS * 100), 1.0), length(number / 100)
            stream.push(number * 10_000_000, names, np.full(muscles, level), np.full(muscles, fibres))

    whole = EmgStream(parameters)

    def at_once() -> None:
        for first in range(0, SECONDS * 100 + 2, 100):
            number = np.arange(first, min(first + 100, SECONDS * 100 + 2))[:, None] * np.ones(muscles)
            level, fibres = np.minimum(number / (SECONDS * 100), 1.0), length(number / 100)
            whole.push_many(number[:, 0].astype(int) * 10_000_000, names, level, fibres)

    warm = EmgStream(parameters)  # loads the machine code, which takes a fifth of a second once
    warm.push_many(np.arange(100) * 10_000_000, names, np.ones((100, muscles)), np.ones((100, muscles)))

    costs = {"pools": cpu(pools), "synthesis, with refresh": cpu(synthesis)}
    costs[TOGETHER] = cpu(together)
    costs[AT_ONCE] = cpu(at_once)
    costs["reference: plain overlap-add of given spikes, no refresh"] = cpu(plain_overlap_add(bank, spikes))
    return costs


def length(seconds: Any) -> Any:
    """Return the relative fibre length of all muscles at a time (s), or at several."""
    return 1 + 0.2 * np.sin(np.pi * seconds)


def plain_overlap_add(bank: MuapBank, spikes: list[Spikes]) -> Callable[[], None]:
    """Return a function that sums whole potentials at a fixed fibre length, without their compression."""
    potentials = [bank.potentials(name) for name in bank.muscles]
    samples = max(one.shape[1] for one in potentials)

    def run() -> None:
        tail = np.zeros((samples, potentials[0].shape[2]), np.float32)
        for block in spikes:
            buffer = np.concatenate([tail, np.zeros((BLOCK, tail.shape[1]), np.float32)])
            for start, muscle, unit in zip(
                block.sample.tolist(), block.muscle.tolist(), block.unit.tolist(), strict=True
            ):
                one = potentials[muscle][unit]
                buffer[start : start + len(one)] += one
            tail = buffer[BLOCK:]

    return run


def cpu(run: Callable[[], None]) -> float:
    """Return the CPU time of a function per second of signal."""
    started = time.process_time()
    run()
    return (time.process_time() - started) / SECONDS


if __name__ == "__main__":
    main()
