"""Programs that are forks of this process."""

import atexit
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from emgsim_ros.jobs.forked import Fork, preload


def output_of(run, name="program", env=None):
    """Run a program to its end; returns its exit code and its output."""
    fork = Fork((name, run), {} if env is None else env)
    with fork.stdout:
        text = fork.stdout.read().decode()
    return fork.wait(), text


def test_exit_code_and_output_are_those_of_the_program():
    def run():
        print("out")
        print("err", file=sys.stderr)
        os.write(1, b"from a library\n")
        return 5

    assert output_of(run) == (5, "out\nerr\nfrom a library\n")


@pytest.mark.parametrize(("end", "expected"), [(3, 3), (None, 0), ("a message", 1), (0, 0)])
def test_an_exit_within_the_program_ends_it(end, expected):
    assert output_of(lambda: sys.exit(end))[0] == expected


def test_an_exception_is_written_and_ends_it_in_failure():
    code, text = output_of(lambda: 1 // 0)
    assert code == 1 and "ZeroDivisionError" in text and "Traceback" in text


def test_it_has_a_session_an_environment_and_a_name_of_its_own():
    def run():
        print(os.getsid(0) == os.getpid(), dict(os.environ), Path("/proc/self/comm").read_text().strip())
        return 0

    code, text = output_of(run, "musculoskeletal_left", {"A": "b"})
    assert (code, text) == (0, "True {'A': 'b'} musculoskeletal\n")
    assert os.environ.get("A") != "b"


def test_signals_are_not_handled_as_in_the_parent():
    received = []
    before = {
        number: signal.signal(number, lambda *_: received.append(1)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        for number in before:
            fork = Fork(("sleeper", lambda: time.sleep(600) or 0), {})
            os.kill(fork.pid, number)
            fork.stdout.close()
            assert fork.wait() == -number
            assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert not received


def test_only_its_own_exit_handlers_run():
    def leave(text):
        print(text)

    atexit.register(leave, "of the parent")
    try:
        code, text = output_of(lambda: atexit.register(leave, "of the program") and 0)
    finally:
        atexit.unregister(leave)
    assert (code, text) == (0, "of the program\n")


def test_modules_are_imported_before_and_a_missing_one_is_left_to_the_program():
    sys.modules.pop("this", None)
    preload(["colorsys", "no_such_module_at_all"])
    assert "colorsys" in sys.modules
    assert output_of(lambda: int("colorsys" not in sys.modules))[0] == 0
