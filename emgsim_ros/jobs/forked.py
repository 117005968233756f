"""Python programs that are forks of this process, and so begin with the modules that it has imported.

Importing rclpy takes a fifth of a second of a core, and torch a whole one. A graph whose nodes are forks imports each
of them once. The forks share the memory of these modules as well.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

HANDLED = (signal.SIGINT, signal.SIGTERM)  # signals that this process handles, and a fork does not
LONGEST_NAME = 15  # bytes of the name of a process that Linux stores


def preload(modules: Iterable[str]) -> None:
    """Import modules for later forks; one that cannot be imported is left to the program that needs it."""
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # collections in the forks leave these objects alone, so that their memory stays shared


class Fork:
    """A program that runs in a fork of this process; as much of `subprocess.Popen` as honcho needs.

    This process must have no other threads that may hold a lock at that moment.

    Args:
        program: Name of the process and its function, which returns the exit code.
        env: Its environment.
        cwd: Its working directory; None for that of this process.

    Attributes:
        pid: Number of the process, which leads a session of its own.
        stdout: What it writes to standard output and standard error.
        returncode: Exit code, or the negative number of the signal that ended it; None before `wait`.
    """

    def __init__(self, program: tuple[str, Callable[[], int]], env: Mapping[str, str], cwd: str | None = None) -> None:
        self.returncode: int | None = None
        reading, writing = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)  # none may meet the handlers of this process there
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            _become(*program, env, cwd, writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)
        self.stdout = os.fdopen(reading, "rb")

    def wait(self) -> int:
        """Wait for the end of the process and return its exit code."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


def _become(name: str, run: Callable[[], int], env: Mapping[str, str], cwd: str | None, output: int) -> NoReturn:
    """Run a program in this process, which was forked for it, as if it had been started."""
    code = 1
    try:
        os.setsid()
        for number in HANDLED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        atexit._clear()  # what the parent has registered is for its own end
        multiprocessing.current_process().daemon = False  # it is no worker of the parent, and may have workers
        os.environ.clear()
        os.environ.update(env)
        if cwd is not None:
            os.chdir(cwd)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(output)
        sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
        _set_name(name)
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _set_name(name: str) -> None:
    """Set the name of this process that ``top`` and ``pgrep`` show; the command line remains that of the parent."""
    with contextlib.suppress(OSError), open("/proc/self/comm", "wb", buffering=0) as file:
        file.write(name.encode()[:LONGEST_NAME])
