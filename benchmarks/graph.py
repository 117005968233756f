"""The whole forearm graph in real time: real-time factor, losses, latency, and CPU and memory of every node.

    python benchmarks/graph.py [--duration 120] [--drive tracking] [--single-process] [--write]

The values are compared with the limits of the design (docs/architecture.md) in the same run. ``--write`` writes the
table to benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import psutil
from results import machine, write_section

CPU_LIMITS = {"musculoskeletal": 20, "emg": 12, "pose": 30, "monitor": 5, "together": 70}  # % of one core
NODES = ("emg", "monitor", "motion", "musculoskeletal", "pose", "recorder", "stimulation")
OTHER_CPU_LIMIT, TOTAL_CPU_LIMIT = 10, 70  # % of one core: every other node, all nodes
MEMORY_LIMIT = 3 * 1024  # MiB, all nodes
POSE_LATENCY_LIMIT = 60.0  # ms
START_LIMIT = 5.0  # s to the start of the clock


def node_of(process: psutil.Process) -> str | None:
    """Return the name of the node that a process runs; None for other processes."""
    try:
        name = process.name()
        shared = "emgsim_ros.nodes.together" in process.cmdline()
    except psutil.Error:
        return None
    return "together" if shared else name if name in NODES else None


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU time of a process so far, s."""
    return sum(process.cpu_times()[:2])


def watch(launcher: psutil.Process, usage: dict[str, dict[str, float]], done: threading.Event) -> None:
    """Record the latest CPU time (s) and the greatest memory (MiB) of every node until ``done`` is set."""
    while not done.wait(0.5):
        for process in launcher.children(recursive=True):
            name = node_of(process)
            if name is None:
                continue
            try:
                cpu, memory = cpu_seconds(process), process.memory_full_info().uss / 2**20
            except psutil.Error:
                continue
            entry = usage.setdefault(name, {"cpu": cpu, "memory": 0.0, "start_cpu": cpu, "start": time.monotonic()})
            entry.update(cpu=cpu, memory=max(entry["memory"], memory), end=time.monotonic())


def run(
    duration: float, record: bool, drive: str, single_process: bool
) -> tuple[str, dict[str, dict[str, float]], tuple[float, float]]:
    """Run the graph; return its output, the usage of every node, and wall and CPU time to its start (s)."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "drive.yaml"
        config.write_text(f"musculoskeletal:\n  ros__parameters:\n    drive: {drive}\n")
        command = [sys.executable, "-P", "-m", "emgsim_ros.cli", "launch", "forearm_sim", "--config", str(config)]
        command += ["--duration", str(duration)]
        if single_process:
            command.append("--single-process")
        if record:
            command += ["--record", "--bag", f"{folder}/bag"]
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        usage: dict[str, dict[str, float]] = {}
        done, lines, start = threading.Event(), list[str](), (float("nan"), float("nan"))
        watcher = None
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
            if "simulation starts" in line:
                launcher = psutil.Process(process.pid)
                start = (
                    time.monotonic() - started,
                    sum(map(cpu_seconds, (launcher, *launcher.children(recursive=True)))),
                )
                watcher = threading.Thread(target=watch, args=(launcher, usage, done), daemon=True)
                watcher.start()
            if "finished" in line:
                done.set()
        process.wait()
        if watcher is not None:
            watcher.join()
        return "".join(lines), usage, start


def report(
    output: str, usage: dict[str, dict[str, float]], start: tuple[float, float], duration: float, drive: str
) -> str:
    """Return the results of a run as Markdown tables."""
    summary = re.search(
        r"real-time factor ([\d.]+) \| EMG blocks (\d+), lost (\d+) \| muscle states (\d+), lost (\d+) \| "
        r"latency muscle state to EMG p50 ([\d.]+) ms, p99 ([\d.]+) ms \| "
        r"pose estimates (\d+), error ([\d.]+) degrees, latency p50 ([\d.]+) ms, p99 ([\d.]+) ms",
        output,
    )
    if summary is None:
        raise SystemExit("the output of the graph contains no summary")
    factor, blocks, blocks_lost, states, states_lost, p50, p99, estimates, error, pose_p50, pose_p99 = summary.groups()
    rows = [
        f"{duration:g} s with the recorder, drive {drive}, {date.today()}, {machine()}.",
        "",
        "| what | measured | limit |",
        "|---|---|---|",
        f"| real-time factor | {factor} | 1.0 |",
        f"| EMG blocks sent / lost | {blocks} / {blocks_lost} | lost 0 |",
        f"| muscle states sent / lost | {states} / {states_lost} | lost 0 |",
        f"| latency muscle state to EMG block, p50 / p99 | {p50} / {p99} ms | |",
        f"| latency muscle state to pose estimate, p50 / p99 | {pose_p50} / {pose_p99} ms "
        f"| p99 {POSE_LATENCY_LIMIT:g} ms |",
        f"| pose estimates, mean absolute error of 22 angles | {estimates}, {error} degrees | |",
        f"| start to running clock | {start[0]:.1f} s | {START_LIMIT:g} s |",
        f"| CPU time of all processes until then | {start[1]:.1f} s | |",
        "",
        "| node | CPU, % of a core | of its limit | memory (USS), MiB |",
        "|---|---|---|---|",
    ]
    total_cpu = total_memory = 0.0
    for name, entry in sorted(usage.items()):
        cpu = 100 * (entry["cpu"] - entry["start_cpu"]) / (entry["end"] - entry["start"])
        limit = CPU_LIMITS.get(name, OTHER_CPU_LIMIT)
        total_cpu, total_memory = total_cpu + cpu, total_memory + entry["memory"]
        rows.append(f"| {name} | {cpu:.1f} | {cpu / limit:.2f} | {entry['memory']:.0f} |")
    rows.append(
        f"| all | {total_cpu:.1f} | {total_cpu / TOTAL_CPU_LIMIT:.2f} | {total_memory:.0f} "
        f"({total_memory / MEMORY_LIMIT:.2f} of the limit) |"
    )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--duration", type=float, default=120.0, help="simulated time, s")
    parser.add_argument("--no-record", action="store_true", help="run without the recorder")
    parser.add_argument("--drive", default="kinematic", choices=["kinematic", "tracking"])
    parser.add_argument("--single-process", action="store_true", help="run all nodes in one process")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    output, usage, start = run(arguments.duration, not arguments.no_record, arguments.drive, arguments.single_process)
    text = report(output, usage, start, arguments.duration, arguments.drive)
    print("\n" + text)
    if arguments.write:
        process = " --single-process" if arguments.single_process else ""
        write_section(f"graph.py --drive {arguments.drive}{process}", text)


if __name__ == "__main__":
    main()
