"""The extensions with which the API reference reads docstrings; test_tutorials.py builds the site itself."""

import importlib.util
from pathlib import Path

import pytest

griffe = pytest.importorskip("griffe")
FOLDER = Path(__file__).parents[1] / "docs" / "api"

SOURCE = '''
class Grid:
    """Electrodes.

    Attributes:
        rows, columns: Numbers along
            and around the limb.
    """

def draw(grid: Grid):
    """Draw a `Grid`, not a `numpy.ndarray`; see `draw`."""
'''
PARAMETERS = '''
class NodeParameters:
    """Parameters of a node."""

    rate: int = parameter(100, "Steps per second.", unit="Hz", low=20, high=1000)
    drive: str = parameter("kinematic", "The drive.", part="drive")
'''


def extension(name):
    specification = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def visited(source, name="package"):
    return griffe.visit(name, filepath=Path(f"{name}.py"), code=source)


def test_joint_entries_become_one_entry_for_each_name():
    package = visited(SOURCE)
    extension("shared_entries").SharedEntries().on_package(pkg=package)
    continued = "        and around the limb."
    assert package["Grid"].docstring.lines[3:] == [
        "    rows: Numbers along",
        continued,
        "    columns: Numbers along",
        continued,
    ]


def test_names_of_the_package_become_links_and_others_stay():
    package = visited(SOURCE)
    extension("links").NamesToLinks().on_package(pkg=package)
    text = package["draw"].docstring.value
    assert 'identifier="package.Grid"><code>Grid</code>' in text
    assert 'identifier="package.draw"' in text
    assert "`numpy.ndarray`" in text


def test_lines_of_code_are_left_as_they_are():
    package = visited('def one():\n    """Return 1.\n\n        `one`\n\n    End.\n    """\n')
    extension("links").NamesToLinks().on_package(pkg=package)
    assert package["one"].docstring.lines[2] == "    `one`"


def test_node_parameters_are_described_with_range_unit_and_default():
    package = visited("")
    package["parameters"] = griffe.Module("parameters", parent=package)
    package["parameters"]["motion"] = visited(PARAMETERS, "motion")
    extension("node_parameters").NodeParameters().on_package(pkg=package)
    found = package["parameters.motion.NodeParameters"]
    assert "    rate: Steps per second. Range: 20 to 1000 Hz." in found.docstring.lines
    assert "    drive: The drive. Value: name of a part of kind `drive`." in found.docstring.lines
    assert str(found["rate"].value) == "100"
