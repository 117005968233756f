"""The examples in the docstrings of the public names are run."""

import doctest
import importlib

import pytest

import emgsim_ros
from emgsim_ros.api.names import TARGETS

CALLED = [name for name, target in TARGETS.items() if target.startswith("api.") and name[0].islower()]


@pytest.mark.parametrize("name", CALLED)
def test_the_example_of_a_public_function_runs(name, tmp_path, monkeypatch, cache):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    module = importlib.import_module(f"emgsim_ros.{TARGETS[name].partition(':')[0]}")
    found = doctest.DocTestFinder(recurse=False).find(getattr(emgsim_ros, name), name, module=module)
    assert found and found[0].examples, f"{name} has no example"
    runner = doctest.DocTestRunner()
    for example in found:
        runner.run(example)
    assert runner.failures == 0
