"""Properties of pools: limits, and the section of an anatomy that holds them."""

import re

import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motor_units import PoolProperties, PoolTable
from emgsim_ros.motor_units.properties import read_pool_table

MUSCLES = ("FCR", "ECU", "ECRL")


def read(content):
    return read_pool_table(content, MUSCLES, "arm.yaml: pools")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"last_recruited": 0.0}, "last_recruited"),
        ({"last_recruited": 1.2}, "last_recruited"),
        ({"recruitment_range": 1.0}, "recruitment_range"),
        ({"peak_rate": (30.0,)}, "peak_rate"),
        ({"peak_rate": 30.0}, "peak_rate"),
        ({"peak_rate": (5.0, 5.0)}, "at least recruitment_rate"),
        ({"rate_slope": (0.0, 10.0)}, "rate_slope"),
        ({"recruitment_rate": (float("nan"), 10.0)}, "recruitment_rate"),
    ],
)
def test_impossible_properties_are_rejected(values, message):
    with pytest.raises(InvalidInput, match=message):
        PoolProperties(**values)


def test_a_section_sets_defaults_muscles_and_groups():
    table = read(
        {
            "default": {"peak_rate": [32, 24]},
            "muscles": {"FCR": {"last_recruited": 0.6}},
            "groups": {"wrist_extensors": ["ECU", "ECRL"]},
            "shared": 0.4,
        }
    )
    of = table.of(MUSCLES)
    assert of["FCR"] == PoolProperties(last_recruited=0.6, peak_rate=(32.0, 24.0))
    assert of["ECU"] == PoolProperties(peak_rate=(32.0, 24.0))
    assert table.group("ECU") == table.group("ECRL") == "wrist_extensors" and table.group("FCR") is None
    assert table.shared == 0.4
    assert read({}) == PoolTable()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (["FCR"], "pools is .*a mapping"),
        ({"muscle": {}}, "pools: key is 'muscle'"),
        ({"muscles": {"PL": {}}}, "muscles: muscle is 'PL'"),
        ({"muscles": {"FCR": {"peak": 3}}}, "FCR: key is 'peak'"),
        ({"muscles": {"FCR": {"peak_rate": "fast"}}}, "FCR: peak_rate is 'fast'"),
        ({"default": {"last_recruited": [0.1, 0.2]}}, "default: last_recruited"),
        ({"default": {"last_recruited": 2}}, "default: last_recruited is 2"),
        ({"groups": {"wrist": "ECU"}}, "groups: wrist is 'ECU'"),
        ({"groups": {"wrist": ["PL"]}}, "groups: wrist: muscle is 'PL'"),
        ({"groups": {"a": ["ECU"], "b": ["ECU"]}}, "pools: groups is 'ECU'"),
        ({"shared": 1.5}, "pools: shared is 1.5"),
        ({"shared": "half"}, "pools: shared is 'half'"),
    ],
)
def test_a_malformed_section_is_rejected_by_name(content, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        read(content)
    assert re.match("arm.yaml: pools", str(caught.value))
