import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import emgsim_ros as es
from emgsim_ros.api.names import PACKAGE, TARGETS

ROOT = Path(__file__).parents[2]
SLOW_TO_IMPORT = ("torch", "opensim", "scipy", "matplotlib", "numpy", "rclpy", "h5py", "yaml")


def in_new_interpreter(code):
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, emgsim_ros, emgsim_ros.msg; print([m for m in {SLOW_TO_IMPORT[:4]} if m in sys.modules])"
    assert in_new_interpreter(code) == "[]"
    code = f"import sys, emgsim_ros; dir(emgsim_ros); print([m for m in {SLOW_TO_IMPORT} if m in sys.modules])"
    assert in_new_interpreter(code) == "[]"


@pytest.mark.parametrize("name", es.__all__)
def test_every_public_name_can_be_loaded_and_is_documented(name):
    value = getattr(es, name)
    assert name == "__version__" or inspect.getdoc(value)


def test_the_lists_of_names_agree():
    """The names that type checkers read, those that are exported and those that are loaded lazily."""
    tree = ast.parse(Path(inspect.getfile(es)).read_text())
    block = next(one for one in tree.body if isinstance(one, ast.If) and getattr(one.test, "id", "") == "TYPE_CHECKING")
    typed = {
        alias.asname or alias.name: f"{statement.module}:{alias.name}"
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert typed == TARGETS
    assert set(es.__all__) == {*TARGETS, "__version__"}
    assert set(es.__all__) <= set(dir(es))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=f"module '{PACKAGE}' has no attribute 'simulate_egm'"):
        es.simulate_egm  # noqa: B018


def test_messages_are_imported_beside_the_names():
    from emgsim_ros.msg import EmgInfo

    assert EmgInfo.__name__ == "EmgInfo"
    assert in_new_interpreter("from emgsim_ros import msg; print(msg.__name__)") == "emgsim_ros.msg"
