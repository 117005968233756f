import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from emgsim_ros.jobs.cores import THREADS, one_thread, pool_of_cores

ENDLESS = """
import os, time
from emgsim_ros.jobs.cores import pool_of_cores

if __name__ == "__main__":
    pool = pool_of_cores(2)
    print(pool.submit(os.getpid).result(), flush=True)
    list(pool.map(time.sleep, [600.0, 600.0, 600.0]))
"""


def test_jobs_are_done_in_other_processes():
    with pool_of_cores(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        assert list(pool.map(abs, [-1, 2])) == [1, 2]


def test_workers_have_one_thread_each_and_this_process_keeps_its_number(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with pool_of_cores(1) as pool:
        assert [pool.submit(os.getenv, name).result() for name in THREADS] == ["1"] * len(THREADS)
    assert os.environ["OMP_NUM_THREADS"] == "7" and "OPENBLAS_NUM_THREADS" not in os.environ


def test_workers_end_when_the_command_is_killed(tmp_path):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    command = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    worker = psutil.Process(int(command.stdout.readline()))
    command.send_signal(signal.SIGKILL)
    command.wait()
    ended = time.monotonic() + 20
    while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE and time.monotonic() < ended:
        time.sleep(0.1)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_one_thread_is_used_within_and_as_many_as_before_afterwards():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        threads = one_thread()(torch.get_num_threads)
        assert [threads(), torch.get_num_threads()] == [1, 2]
        with pytest.raises(ValueError, match="within"), one_thread():
            raise ValueError("within")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
