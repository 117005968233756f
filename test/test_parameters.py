from dataclasses import dataclass

import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.parameters import declarations, from_mapping, parameter


@dataclass(frozen=True)
class Sample:
    gain: float = parameter(1.0, "Gain.", unit="mV", low=0.0, high=2.0)
    count: int = parameter(3, "Count.", low=1, high=9)
    mode: str = parameter("a", "Mode.", choices=("a", "b"))
    flag: bool = parameter(False, "Flag.")
    names: tuple[str, ...] = parameter((), "Names.")


def test_missing_values_keep_their_defaults():
    assert from_mapping(Sample, {"count": 5}, "node") == Sample(count=5)


def test_whole_numbers_serve_as_floats_and_lists_as_tuples():
    filled = from_mapping(Sample, {"gain": 2, "names": ["x", "", "y"]}, "node")
    assert filled.gain == 2.0 and isinstance(filled.gain, float)
    assert filled.names == ("x", "y")


def test_declarations_carry_unit_and_range():
    gain = next(iter(declarations(Sample)))
    assert (gain.name, gain.default, gain.description.accepted()) == ("gain", 1.0, "0 to 2 mV")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"gian": 1.0}, "gian"),
        ({"gain": 2.1}, "gain"),
        ({"gain": float("nan")}, "gain"),
        ({"gain": "loud"}, "gain"),
        ({"gain": True}, "gain"),
        ({"count": 2.5}, "count"),
        ({"count": 0}, "count"),
        ({"mode": "c"}, "mode"),
        ({"flag": 1}, "flag"),
        ({"names": "x"}, "names"),
        ({"names": [1]}, "names"),
    ],
)
def test_bad_values_are_refused_by_name(values, named):
    with pytest.raises(InvalidInput, match=named) as error:
        from_mapping(Sample, values, "node")
    assert "node" in str(error.value) and "expected" in str(error.value)


def test_a_misspelt_name_gets_a_hint():
    with pytest.raises(InvalidInput, match="'gain'"):
        from_mapping(Sample, {"gian": 1.0}, "node")
