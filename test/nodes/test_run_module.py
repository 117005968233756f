"""How launchers start a node: a module that cannot be imported ends the graph instead of being restarted."""

import subprocess
import sys

from emgsim_ros.jobs import exit_codes


def start(module, folder):
    command = [sys.executable, "-m", "emgsim_ros.nodes", module]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_missing_package_ends_with_one_line_and_the_code_that_ends_the_graph(tmp_path):
    (tmp_path / "lonely.py").write_text("import no_such_package\n")
    ended = start("lonely", tmp_path)
    assert ended.returncode == exit_codes.REFUSED
    assert ended.stderr.splitlines() == [
        "error: the node lonely cannot be started: No module named 'no_such_package'",
    ]


def test_a_module_without_main_is_named(tmp_path):
    (tmp_path / "silent.py").write_text("")
    ended = start("silent", tmp_path)
    assert ended.returncode == exit_codes.REFUSED and "has no attribute 'main'" in ended.stderr


def test_the_exit_code_of_main_is_passed_on(tmp_path):
    (tmp_path / "seven.py").write_text("def main():\n    return 7\n")
    assert start("seven", tmp_path).returncode == 7
