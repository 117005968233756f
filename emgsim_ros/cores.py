"""Independent jobs on the cores of this machine."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def pool_of_cores(workers: int = 0) -> ProcessPoolExecutor:
    """Fresh processes, one thread each; 0 workers: one for each core."""
    return ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    import torch  # only where it is needed: slow to import

    torch.set_num_threads(1)
