"""Recording of the whole graph: lost messages, size, CPU time of the recorder, and loss after a SIGKILL.

    python benchmarks/recording.py [--duration 300] [--write]

Every publisher of the graph stamps its messages on a fixed grid of times (states every 10 ms, blocks every 1/64 s and
so on). The messages that were sent are therefore known: those on the grid from the first stamp to the end of the run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np
import psutil
from graph import OTHER_CPU_LIMIT, node_of, watch
from results import machine, write_section

from emgsim_ros.sessions.reading import bag_contents, open_bag, read_messages

# Period of the stamps of each topic, s.
PERIODS = {
    "/motion/target": 0.01,
    "/joint_states": 0.01,
    "/muscle/state": 0.01,
    "/clock": 0.01,
    "/emg/hd": 1 / 64,
    "/emg/spikes": 1 / 64,
    "/hand/joint_states": 1 / 64,
    "/msk/markers": 0.05,
}
KILL_AT = 20.0  # s after the start of the clock
LOSS_LIMIT = 1.0  # s, longest part of the recording that a kill may cost


def start(folder: Path, duration: float) -> subprocess.Popen:
    """Start the graph with a recorder that writes to ``folder``."""
    command = [sys.executable, "-P", "-m", "emgsim_ros.cli", "launch", "forearm_sim", "--record"]
    command += ["--bag", str(folder / "bag"), "--duration", str(duration)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def follow(process: subprocess.Popen, began: threading.Event, finished: threading.Event) -> None:
    """Print the output of the graph, and set the events when the simulation starts and when it has finished."""
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if "simulation starts" in line:
            began.set()
        if "finished" in line:
            finished.set()
    process.wait()


def stamps(bag: Path, topic: str) -> np.ndarray:
    """Return the stamps (s) of all messages of a topic in a bag."""
    found = []
    for message in read_messages(bag, topic):
        holder = message.markers[0] if hasattr(message, "markers") else message
        stamp = holder.clock if hasattr(holder, "clock") else holder.header.stamp
        found.append(stamp.sec + 1e-9 * stamp.nanosec)
    return np.array(found)


def lost(bag: Path, topic: str, duration: float) -> tuple[int, int]:
    """Return the number of messages that were sent up to ``duration`` (s), and how many of them the bag lacks."""
    period = PERIODS[topic]
    found = np.unique(np.round(stamps(bag, topic) / period).astype(int))
    first = int(found[0]) if topic.startswith("/hand") else 0  # the decoder has a warm-up
    whole = topic in ("/emg/hd", "/emg/spikes", "/hand/joint_states")  # a block that begins at the end is not sent
    last = int(np.floor(duration / period + 1e-6)) - int(whole)
    sent = np.arange(first, last + 1)
    return len(sent), int(np.isin(sent, found, invert=True).sum())


def record(duration: float) -> str:
    """Record a run of this duration (s) and return the results as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        process = start(Path(folder), duration)
        began, finished = threading.Event(), threading.Event()
        reader = threading.Thread(target=follow, args=(process, began, finished))
        reader.start()
        began.wait()
        usage: dict[str, dict[str, float]] = {}
        watch(psutil.Process(process.pid), usage, finished)
        reader.join()
        entry = usage["recorder"]
        cpu = 100 * (entry["cpu"] - entry["start_cpu"]) / (entry["end"] - entry["start"])
        bag = Path(folder) / "bag"
        size = sum(path.stat().st_size for path in bag.iterdir()) / 1e6
        rows = [
            f"{duration:g} s of the whole graph, {date.today()}, {machine()}.",
            "",
            f"Recorder: {cpu:.1f} % of a core ({cpu / OTHER_CPU_LIMIT:.2f} of its limit), {entry['memory']:.0f} MiB; "
            f"bag {size / duration * 60:.0f} MB per minute.",
            "",
            "| topic | sent | missing in the bag |",
            "|---|---|---|",
        ]
        for topic in PERIODS:
            sent, missing = lost(bag, topic, duration)
            rows.append(f"| {topic} | {sent} | {missing} |")
        rest = {topic.name: topic.messages for topic in bag_contents(bag).topics if topic.name not in PERIODS}
        rows += ["", "Other topics: " + ", ".join(f"{name} {count}" for name, count in rest.items() if count) + "."]
        return "\n".join(rows)


def kill() -> str:
    """Kill the recorder while it records; the launcher starts another one, which writes a second bag."""
    with tempfile.TemporaryDirectory() as folder:
        process = start(Path(folder), KILL_AT + 10)
        began = threading.Event()
        reader = threading.Thread(target=follow, args=(process, began, threading.Event()))
        reader.start()
        began.wait()
        time.sleep(KILL_AT)
        (recorder,) = [p for p in psutil.Process(process.pid).children(recursive=True) if node_of(p) == "recorder"]
        killed = time.time()
        recorder.kill()
        reader.join()
        bags = sorted(Path(folder).iterdir())
        with open_bag(Path(folder) / "bag") as bag:
            end, messages = bag.end_time / 1e9, bag.message_count
        return (
            f"SIGKILL after {KILL_AT:g} s: the bag opens with {messages} messages and ends {killed - end:.2f} s before "
            f"the kill (limit {LOSS_LIMIT:g} s); the restarted recorder continued in a second bag ({len(bags)} bags)."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--duration", type=float, default=300.0, help="simulated time, s")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    text = record(arguments.duration) + "\n\n" + kill()
    print("\n" + text)
    if arguments.write:
        write_section("recording.py", text)


if __name__ == "__main__":
    main()
