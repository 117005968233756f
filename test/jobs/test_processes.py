import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from honcho.printer import Printer

from emgsim_ros.jobs.processes import Supervisor


def until(condition: Callable[[], bool]) -> None:
    """Wait for an event; the test's own timeout ends a wait in vain."""
    while not condition():
        time.sleep(0.05)


def run_script(code):
    exec(compile(code, "script", "exec"), {"__name__": "__main__"})
    return 0


@pytest.fixture(params=["program", "fork"])
def supervise(request):
    """Run scripts under a supervisor while ``act(supervisor, output)`` runs beside it; returns exit code and output."""

    def run(scripts, act=None, output=None):
        output = io.StringIO() if output is None else output
        supervisor = Supervisor(Printer(output, time_format=""))
        for name, code in scripts.items():
            if request.param == "program":
                supervisor.add(name, [sys.executable, "-u", "-c", code], os.environ)
            else:
                supervisor.add_python(name, partial(run_script, code), os.environ)
        if act is not None:
            threading.Thread(target=act, args=(supervisor, output), daemon=True).start()
        return supervisor.run(), output.getvalue()

    return run


FOREVER = "import time\nprint('up')\ntime.sleep(600)"  # longer than a test may take


def test_output_carries_the_name_of_its_process(supervise):
    code, text = supervise({"one": "print('hello')"})
    assert code == 0 and any("one" in line and line.endswith("| hello") for line in text.splitlines())


def test_all_end_when_one_has_finished(supervise):
    code, text = supervise({"long": FOREVER, "short": "import time; time.sleep(0.5)"})
    assert code == 0 and "short has finished" in text and "killing it" not in text


def test_refused_parameters_end_all_in_failure(supervise):
    code, text = supervise({"long": FOREVER, "bad": "raise SystemExit(2)"})
    assert code == 2 and "bad rejected its parameters" in text


def test_the_dead_are_restarted_with_growing_back_off(supervise, tmp_path):
    mark = tmp_path / "mark"
    code = (
        f"import os\nwith open({str(mark)!r}, 'a') as f: f.write('x')\n"
        f"raise SystemExit(0 if os.path.getsize({str(mark)!r}) > 2 else 7)"
    )
    result, text = supervise({"fragile": code})
    assert result == 0 and mark.read_text() == "xxx"
    assert "exit code 7; restarting in 0.5 s" in text and "restarting in 1 s" in text


def test_a_killed_process_comes_back(supervise):
    def kill(supervisor, output):
        victim = supervisor._entries["victim"]
        until(lambda: victim.pid is not None)
        first = victim.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: victim.pid not in (None, first))
        os.kill(os.getpid(), signal.SIGINT)

    code, text = supervise({"victim": FOREVER}, kill)
    assert code == 0 and "killed by SIGKILL" in text and "victim restarted" in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all(supervise, number):
    ending = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('bye'), sys.exit(0)))\nprint('up')\ntime.sleep(600)"
    )

    def interrupt(supervisor, output):
        until(lambda: output.getvalue().count("| up") == 2)
        os.kill(os.getpid(), number)

    code, text = supervise({"a": ending, "b": ending}, interrupt)
    assert code == 0 and text.count("bye") == 2


def test_no_process_outlives_a_supervisor_whose_output_is_closed(supervise):
    class Closed(io.StringIO):
        def write(self, text):
            if "up" in text:
                raise BrokenPipeError
            return super().write(text)

    started = []

    def watch(supervisor, output):
        until(lambda: all(entry.pid is not None for entry in supervisor._entries.values()))
        started.extend(entry.pid for entry in supervisor._entries.values())

    with pytest.raises(BrokenPipeError):
        supervise(
            {"a": FOREVER.replace("print", "time.sleep(1); print"), "b": "import time; time.sleep(600)"},
            watch,
            Closed(),
        )
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
