"""Independent jobs on the cores of this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def pool_of_cores(workers: int = 0) -> ProcessPoolExecutor:
    """Fresh processes, one thread each; 0 workers: one for each core. They end at once when this process is killed."""
    return ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"), initializer=_begin)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on one thread, as the nodes of the live graph do; the number of before is set again at the end.

    A matrix product that is shared among threads is rounded otherwise. Also a decorator of functions.
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
    """Else a worker would finish its job beside those of the command that goes on with the work."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
