"""Independent jobs on the cores of this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread

# BLAS of numpy and scipy, MKL and OpenMP of torch: each reads its variable once, when it is loaded.
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class OneThreadProcess(SpawnProcess):
    """A new process in which the numerical libraries have one thread each."""

    def start(self) -> None:
        """Start the process; the environment of this one is the same afterwards."""
        before = {name: os.environ.get(name) for name in THREADS}
        os.environ.update(dict.fromkeys(THREADS, "1"))
        try:
            super().start()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


class OneThreadContext(SpawnContext):
    """Starts processes of the kind `OneThreadProcess`."""

    Process = OneThreadProcess  # type: ignore[assignment]


def pool_of_cores(workers: int = 0) -> ProcessPoolExecutor:
    """Return a pool of new processes with one thread each, which end at once when this process is killed.

    Args:
        workers: Number of processes; 0: one for each core.
    """
    return ProcessPoolExecutor(workers or os.cpu_count(), OneThreadContext(), initializer=_begin)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Restrict torch to one thread, as in the nodes of the live graph, and restore the former number at the end.

    A matrix product that is divided among threads is rounded differently. The context is also a decorator.
    """
    import torch  # only where it is needed: slow to import

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _begin() -> None:
    import torch  # only where it is needed: slow to import

    Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)


def _end_with_parent() -> None:
    """End this worker when its parent has ended; otherwise it would continue beside a command that resumes the work."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
