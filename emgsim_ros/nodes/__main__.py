"""Run a node from its module: ``python -m emgsim_ros.nodes emgsim_ros.nodes.emg --ros-args ...``.

Both launchers start nodes this way, so that a node whose imports fail ends with one line and the exit code that ends
the graph, instead of being restarted over and over.
"""

from __future__ import annotations

import importlib
import sys

from ..jobs import exit_codes


def run_module(module: str) -> int:
    """Run ``main`` of a node's module; returns the exit code."""
    try:
        main = importlib.import_module(module).main
    except (ImportError, AttributeError) as error:
        print(f"error: the node {module} cannot be started: {error}", file=sys.stderr, flush=True)
        return exit_codes.REFUSED
    return int(main() or exit_codes.FINISHED)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m emgsim_ros.nodes MODULE [--ros-args ...]")
    name = sys.argv.pop(1)
    sys.exit(run_module(name))
