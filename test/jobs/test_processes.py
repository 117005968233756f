import io
import os
import signal
import sys
import threading
import time

import pytest
from honcho.printer import Printer

from emgsim_ros.jobs.processes import Supervisor


def supervise(scripts, act=None):
    """Run scripts under a supervisor; returns exit code and output."""
    output = io.StringIO()
    supervisor = Supervisor(Printer(output, time_format=""))
    for name, code in scripts.items():
        supervisor.add(name, [sys.executable, "-u", "-c", code], os.environ)
    if act is not None:
        threading.Thread(target=act, args=(supervisor,), daemon=True).start()
    return supervisor.run(), output.getvalue()


FOREVER = "import time\nprint('up')\ntime.sleep(60)"


def test_output_carries_the_name_of_its_process():
    code, text = supervise({"one": "print('hello')"})
    assert code == 0 and any("one" in line and line.endswith("| hello") for line in text.splitlines())


def test_all_end_when_one_has_finished():
    started = time.monotonic()
    code, text = supervise({"long": FOREVER, "short": "import time; time.sleep(0.5)"})
    assert code == 0 and "short has finished" in text and time.monotonic() - started < 9


def test_refused_parameters_end_all_in_failure():
    code, text = supervise({"long": FOREVER, "bad": "raise SystemExit(2)"})
    assert code == 2 and "bad rejected its parameters" in text


def test_the_dead_are_restarted_with_growing_back_off(tmp_path):
    mark = tmp_path / "mark"
    code = (
        f"import os\nwith open({str(mark)!r}, 'a') as f: f.write('x')\n"
        f"raise SystemExit(0 if os.path.getsize({str(mark)!r}) > 2 else 7)"
    )
    result, text = supervise({"fragile": code})
    assert result == 0 and mark.read_text() == "xxx"
    assert "exit code 7; restarting in 0.5 s" in text and "restarting in 1 s" in text


def test_a_killed_process_comes_back():
    def kill(supervisor):
        while supervisor._entries["victim"].pid is None:
            time.sleep(0.05)
        first = supervisor._entries["victim"].pid
        os.kill(first, signal.SIGKILL)
        while supervisor._entries["victim"].pid in (None, first):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    code, text = supervise({"victim": FOREVER}, kill)
    assert code == 0 and "killed by SIGKILL" in text and "victim restarted" in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all(number):
    ending = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('bye'), sys.exit(0)))\nprint('up')\ntime.sleep(60)"
    )

    def interrupt(supervisor):
        while any(e.pid is None for e in supervisor._entries.values()):
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(os.getpid(), number)

    code, text = supervise({"a": ending, "b": ending}, interrupt)
    assert code == 0 and text.count("bye") == 2
