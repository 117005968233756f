"""Epidural stimulation: time of a live step, delay of the first response, search for selective configurations.

    python benchmarks/stimulation.py [--write]

The shipped lumbar network runs on one core. A step is the computation of the node at each tick of the clock (10 ms, ten
samples). The delay is the simulation time from a command to the first tick with a changed excitation: the patient's
latency plus up to one tick. The search with 100 evaluations is compared with an exhaustive search.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch
from results import machine, write_section

from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.stimulation.checkpoint import load_patient
from emgsim_ros.stimulation.command import Configuration, Stimulation
from emgsim_ros.stimulation.lead import load_lead
from emgsim_ros.stimulation.models import NetworkResponse
from emgsim_ros.stimulation.optimise import SelectivitySearch
from emgsim_ros.stimulation.stream import StimulationStream

STEP_LIMIT, DELAY_LIMIT, SHARE_LIMIT = 2.0, 20.0, 0.95  # ms; ms; share of the exhaustive best
TARGETS = ("TA_left", "MG_left", "VLat_left", "Il_right", "ST_right")
TICKS = 6000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    trained, lead = (
        load_patient(checkpoint_file("stimulation_lumbar")),
        load_lead(config_file("lumbar", folder="leads")),
    )
    stream = StimulationStream(NetworkResponse(trained), lead)
    command = Stimulation(Configuration((14,), (16,)).current(4.0, lead.electrodes), 40.0, 300.0, 1, 3600.0)
    stream.advance(0)
    stream.command(0, command)
    steps, delay = [], 0.0
    for number in range(1, TICKS):
        started = time.perf_counter()
        state = stream.advance(number * 10_000_000)
        steps.append(time.perf_counter() - started)
        if not delay and state is not None and state.excitation.max() > 0.005:
            delay = number * 10.0
    p50, p99, largest = 1e3 * np.quantile(steps, [0.5, 0.99, 1.0])
    rows = [
        f"{TICKS} ticks, {machine()}.",
        "",
        "| what | measured | limit | of the limit |",
        "|---|---|---|---|",
        f"| step, p50 / p99 / largest, ms | {p50:.2f} / {p99:.2f} / {largest:.2f} | "
        f"{STEP_LIMIT:g} | {p99 / STEP_LIMIT:.2f} |",
        f"| command to first changed excitation, ms | {delay:g} | {DELAY_LIMIT:g} | {delay / DELAY_LIMIT:.2f} |",
        "",
        "| target | found in 100 evaluations | exhaustive best | share | of the limit of 0.95 |",
        "|---|---|---|---|---|",
    ]
    for target in TARGETS:
        search = SelectivitySearch(trained.network, lead, trained.muscles, target)
        found, best = search.optimise(100), search.exhaustive()
        share = found.selectivity / best.selectivity
        text = f"{found.configuration.name} {found.amplitude:.1f} mA: {found.selectivity:.3f}"
        other = f"{best.configuration.name} {best.amplitude:.1f} mA: {best.selectivity:.3f}"
        rows.append(f"| {target} | {text} | {other} | {share:.3f} | {share / SHARE_LIMIT:.2f} |")
        print(rows[-1], flush=True)
    print("\n".join(rows))
    if arguments.write:
        write_section("stimulation.py", "\n".join(rows))


if __name__ == "__main__":
    main()
