import os
import signal
import subprocess
import sys
import time

import psutil

from emgsim_ros.jobs.cores import pool_of_cores

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
