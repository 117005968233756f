"""Time and modules of `import emgsim_ros` against a bare interpreter.

    python benchmarks/import_time.py [--runs N] [--write]

Each row is a new process; the time is that of the whole process, from start to end, without compiling modules (they
are compiled by a first run, which does not count). A name of the public API is loaded when it is first used, so the
last rows show what the first use of some names costs.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from results import machine, write_section

PROGRAMS = {
    "bare interpreter": "pass",
    "`import emgsim_ros`": "import emgsim_ros",
    "... and `dir(emgsim_ros)`": "import emgsim_ros; dir(emgsim_ros)",
    "... and `es.part_names('pool')`": "import emgsim_ros as es; es.part_names('pool')",
    "... and `es.limb`": "import emgsim_ros as es; es.limb",
    "... and `es.simulate_emg`": "import emgsim_ros as es; es.simulate_emg",
    "... and `es.simulate_movement`": "import emgsim_ros as es; es.simulate_movement",
}
HEAVY = ("numpy", "scipy", "torch", "opensim", "matplotlib")
LIMIT = 0.2  # s that the import may add


def seconds(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def modules(code: str) -> tuple[int, list[str]]:
    """Number of modules, and the heavy ones among them."""
    report = f"{code}\nimport sys\nprint(len(sys.modules), *(name for name in {HEAVY} if name in sys.modules))"
    count, *heavy = subprocess.run(
        [sys.executable, "-c", report], check=True, capture_output=True, text=True
    ).stdout.split()
    return int(count), heavy


def measure(runs: int) -> list[str]:
    for code in PROGRAMS.values():
        seconds(code)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(runs):  # in turn, so that a slow moment of the machine meets all programs alike
        for name, code in PROGRAMS.items():
            times[name].append(seconds(code))
    bare = statistics.median(times["bare interpreter"])
    rows = ["| program | median, s | more than bare, s | modules | heavy modules |", "|---|---|---|---|---|"]
    for name, code in PROGRAMS.items():
        median, (count, heavy) = statistics.median(times[name]), modules(code)
        rows.append(f"| {name} | {median:.3f} | {median - bare:.3f} | {count} | {', '.join(heavy) or 'none'} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/results.md")
    arguments = parser.parse_args()
    rows = [
        f"Median of {arguments.runs} processes each, {machine()}. Limit of the import: {LIMIT:g} s more than bare.",
        "",
        *measure(arguments.runs),
    ]
    print("\n".join(rows))
    if arguments.write:
        write_section("import_time.py", "\n".join(rows))


if __name__ == "__main__":
    main()
