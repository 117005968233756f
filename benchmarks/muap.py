"""Motor-unit action potentials per CPU-second: the trained generator, the volume conductor and BioMime's network.

    python benchmarks/muap.py [--write]

All of them compute potentials of 10 x 32 electrodes and 96 samples on one thread. The generator and BioMime compute new
units under random conditions in batches. Morphing fits the generator to given potentials, which is necessary once per
unit. The volume conductor computes the units of the live graph, including its initialisation. BioMime's network has
random weights, on which its speed does not depend; a batch of 256 requires 8 GiB and is not faster. The ratio refers to
BioMime's best rate in the same run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np
from results import machine, write_section

LEAST_TIME = 10.0  # CPU s, least duration of a row
SAMPLE_RATE = 3072  # Hz, at which the conductor's 31 ms have the 96 samples of BioMime
ROWS = [
    *(("BioMime architecture", batch) for batch in (1, 32, 128)),
    ("volume conductor", 1),
    *(("generator", batch) for batch in (1, 32, 1024)),
    ("generator, fit for a morph", 32),
]


def biomime(batch: int) -> tuple[int, float]:
    """Return the number of potentials computed by BioMime's network and the CPU time (s)."""
    import torch

    from emgsim_ros.muap.biomime import BioMimeGenerator
    from emgsim_ros.muap.conditions import CONDITIONS

    torch.manual_seed(0)
    network, rng, made = BioMimeGenerator().eval(), np.random.default_rng(0), 0
    low, high = (np.array([getattr(c, end) for c in CONDITIONS]) for end in ("low", "high"))
    network.sample(rng.uniform(low, high, (1, 6)), rng)
    started = time.process_time()
    while time.process_time() - started < LEAST_TIME:
        network.sample(rng.uniform(low, high, (batch, 6)), rng)
        made += batch
    return made, time.process_time() - started


def conductor(batch: int) -> tuple[int, float]:
    """Return the number of potentials computed by the volume conductor and the CPU time (s)."""
    from emgsim_ros.files.resources import config_file
    from emgsim_ros.muap import ElectrodeGrid, load_anatomy
    from emgsim_ros.muap.conductor.limb_conductor import ForearmConductor
    from emgsim_ros.muap.limb.motor_unit import draw_motor_units

    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    layout = ElectrodeGrid(10, 32, 0.008, 0.004, anatomy.cylinder.skin_radius).layout
    times = np.arange(96) / SAMPLE_RATE
    units = [
        unit
        for name, territory in anatomy.muscles.items()
        for unit in draw_motor_units(anatomy, name, territory.motor_units, 0)
    ]
    started = time.process_time()
    made = ForearmConductor(anatomy.cylinder, anatomy.fiber, layout, units)
    for unit in units:
        made.potential(unit, times)
    return len(units), time.process_time() - started


def generator(batch: int) -> tuple[int, float]:
    """Return the number of potentials computed by the generator and the CPU time (s)."""
    from emgsim_ros.muap.generate import draw_conditions_for
    from emgsim_ros.muap.network.identity import draw_traits

    maker, rng, made = _maker(), np.random.default_rng(0), 0
    conditions = draw_conditions_for(batch, rng)
    traits = draw_traits(conditions[:, 1], rng)
    maker.make(traits, conditions)
    started = time.process_time()
    while time.process_time() - started < LEAST_TIME:
        maker.make(traits, conditions)
        made += batch
    return made, time.process_time() - started


def fit(batch: int) -> tuple[int, float]:
    """Return the number of potentials to which the generator was fitted and the CPU time (s)."""
    from emgsim_ros.muap.generate import draw_conditions_for

    maker, rng, made = _maker(), np.random.default_rng(0), 0
    source = maker.sample(draw_conditions_for(batch, rng), rng)
    started = time.process_time()
    while time.process_time() - started < LEAST_TIME:
        maker.morph(source.potentials, source.conditions, None, 1)
        made += batch
    return made, time.process_time() - started


def _maker():
    from emgsim_ros.muap.generate import generator_of

    return generator_of("muap_generator", biomime=False)


def measure(name: str, batch: int) -> None:
    """Measure one row on one thread; every row has its own process, because the peak memory is that of the process."""
    import torch

    torch.set_num_threads(1)
    kinds = {
        "BioMime architecture": biomime,
        "volume conductor": conductor,
        "generator": generator,
        "generator, fit for a morph": fit,
    }
    made, seconds = kinds[name](batch)
    print(made / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--row", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    if arguments.row is not None:
        measure(*ROWS[arguments.row])
        return
    results = []
    for number, (name, batch) in enumerate(ROWS):
        output = subprocess.run(
            [sys.executable, __file__, "--row", str(number)], capture_output=True, text=True, check=True
        )
        rate, memory = map(float, output.stdout.split()[-2:])
        results.append((name, batch, rate, memory))
        print(f"{name}, batch {batch}: {rate:.1f} per CPU-second, {memory:.0f} MiB", flush=True)
    best = max(rate for name, _, rate, _ in results if name.startswith("BioMime"))
    rows = [
        f"10 x 32 electrodes, 96 samples, {machine()}. The peak memory is that of the process, including torch.",
        "",
        "| what | batch | MUAPs per CPU-second | of BioMime's best | peak memory, MiB |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {batch} | {rate:.1f} | {rate / best:.1f} | {memory:.0f} |"
            for name, batch, rate, memory in results
        ),
    ]
    print("\n".join(rows))
    if arguments.write:
        write_section("muap.py", "\n".join(rows))


if __name__ == "__main__":
    main()
