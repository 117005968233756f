"""The registry: parts of this package, of installed packages and of the running program."""

import pickle
import subprocess
import sys

import pytest

from emgsim_ros.errors import InvalidInput, PartError, UnknownPart
from emgsim_ros.parts import KINDS, add_part, build_part, find_part, load_part, options_for, part_names, registry


@pytest.fixture
def program_parts(monkeypatch):
    """The parts that a program adds, forgotten after the test."""
    monkeypatch.setattr(registry, "_added", {})


class FakeDistribution:
    name, version = "emg-poisson", "0.3"


class FakeEntry:
    def __init__(self, name, value):
        self.name, self.value, self.dist = name, value, FakeDistribution


@pytest.fixture
def installed(monkeypatch):
    """Sets the entry points of installed packages."""

    def put(**entries):
        made = [FakeEntry(name.replace("__", "."), value) for name, value in entries.items()]
        monkeypatch.setattr(registry.metadata, "entry_points", lambda group: made)
        registry._installed.cache_clear()

    yield put
    registry._installed.cache_clear()


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_this_package_can_be_loaded(kind):
    for name in part_names(kind):
        assert load_part(kind, name) is not None


def test_an_unknown_part_is_refused_with_the_known_ones():
    with pytest.raises(UnknownPart, match=r"unknown pool 'x'; known: fuglevand, integrate_and_fire"):
        find_part("pool", "x")
    with pytest.raises(InvalidInput, match="emg: parameter 'pool': unknown pool 'x'"):
        find_part("pool", "x", "emg: parameter 'pool'")
    with pytest.raises(InvalidInput, match="kind of part is 'pol'"):
        part_names("pol")


def test_an_unknown_part_comes_whole_out_of_another_process():
    error = pickle.loads(pickle.dumps(UnknownPart("pool", "x", ("a", "b"), "emg")))
    assert str(error) == "emg: unknown pool 'x'; known: a, b" and error.known == ("a", "b")


def test_a_program_adds_a_part(program_parts):
    add_part("noise", "hum", lambda site, level=1.0: (site, level))
    assert part_names("noise")[-1] == "hum"
    assert build_part("noise", "hum", "here", options={"level": 2.0}) == ("here", 2.0)


def test_entries_of_a_parameter_file_reach_the_part_that_they_name(program_parts):
    add_part("pool", "steady", lambda rate=1.0, spread=0.0: (rate, spread))
    entries = ("pool.rate=2.5", "pool.steady.spread=0.1", "pool.other.rate=9.0", "noise.rms=1.0")
    assert build_part("pool", "steady", options=entries) == (2.5, 0.1)


def test_installed_packages_bring_parts_that_load_on_use(installed):
    installed(pool__poisson="no_such_module:Trains", pool__path="pathlib:Path")
    assert part_names("pool")[-2:] == ("poisson", "path")
    assert load_part("pool", "path").__name__ == "Path"
    with pytest.raises(PartError, match=r"pool 'poisson' of emg-poisson 0.3 \(no_such_module:Trains\) cannot be load"):
        load_part("pool", "poisson")


def test_entry_points_that_cannot_be_used_are_reported_and_left_out(installed):
    installed(pol__poisson="a:b", pool__fuglevand="a:b")
    with pytest.warns(UserWarning) as warned:
        names = part_names("pool")
    assert names == ("fuglevand", "integrate_and_fire")
    assert "'pol.poisson' of emg-poisson 0.3" in str(warned[0].message)
    assert "'fuglevand' of emg-poisson 0.3 is ignored" in str(warned[1].message)


def test_options_are_read_as_yaml_and_sorted_by_kind():
    entries = ("pool.rate=12.5", "pool.names=[a, b]", "noise.rms=0.1")
    assert options_for("pool", entries) == {"rate": 12.5, "names": ["a", "b"]}


def test_options_of_one_part_among_several_carry_its_name():
    entries = ("noise.hum.level=0.1", "noise.ecg.level=0.3", "noise.seed=4")
    assert options_for("noise", entries, "hum") == {"level": 0.1, "seed": 4}
    assert options_for("noise", entries, "ecg") == {"level": 0.3, "seed": 4}


@pytest.mark.parametrize("entry", ["rate=1", "pol.rate=1", "pool.rate", "pool.=1", "pool.a b=1", "pool.rate=[1"])
def test_broken_options_are_refused_by_name(entry):
    with pytest.raises(InvalidInput, match="options"):
        options_for("pool", (entry,))


def test_an_option_that_a_part_does_not_have_is_refused():
    with pytest.raises(InvalidInput, match="option of the montage 'monopolar' is 'angle'; expected none"):
        build_part("montage", "monopolar", None, options={"angle": 3})


def test_listing_parts_imports_neither_torch_nor_opensim():
    code = (
        "import sys; from emgsim_ros.parts import KINDS, part_names; [part_names(kind) for kind in KINDS]; "
        "print([name for name in ('torch', 'opensim', 'scipy', 'gymnasium') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
