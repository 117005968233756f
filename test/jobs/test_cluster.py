"""The Ray cluster without Ray."""

import sys

import pytest

from emgsim_ros.errors import MissingExtra
from emgsim_ros.jobs.cluster import ray_cluster


def test_a_cluster_without_ray_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(MissingExtra, match=r"a Ray cluster needs the package ray.*'emgsim-ros\[cluster\]'"),
        ray_cluster(""),
    ):
        pass
