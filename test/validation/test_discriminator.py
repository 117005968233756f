import sys

import numpy as np
import pytest
from recorded_situations import recording, white

from emgsim_ros.errors import InvalidInput, MissingExtra
from emgsim_ros.validation.discriminator import discriminate


def sides(first, second):
    pytest.importorskip("sklearn")
    return discriminate([recording(first)], [recording(second)])


def test_windows_of_the_same_distribution_cannot_be_separated():
    found = sides(white(60.0), white(60.0, seed=1))
    assert found.overall.auc == pytest.approx(0.5, abs=0.15)
    assert found.overall.low < 0.5 < found.overall.high
    assert set(found.groups) == {"spectrum", "space", "distribution"}
    assert found.windows[0] == found.windows[1]


def test_the_amplitude_does_not_count():
    assert sides(white(60.0), 5 * white(60.0, seed=1)).overall.auc == pytest.approx(0.5, abs=0.15)


def test_a_common_part_is_found_in_space_alone():
    common = 0.1 * np.random.default_rng(5).standard_normal((40_000, 1))
    found = sides(white(40.0), white(40.0, seed=1) + common)
    assert found.overall.auc > 0.99 and found.groups["space"].auc > 0.99
    assert found.groups["spectrum"].auc < 0.8
    name, coefficient = found.ranking[0]
    assert name.startswith("space") and np.isfinite(coefficient)
    assert dict(found.ranking)["space: common mode"] > 0  # larger in the simulation


def test_another_spectrum_is_found():
    smooth = np.cumsum(white(40.0, seed=1), axis=0)
    found = sides(white(40.0), smooth)
    assert found.groups["spectrum"].auc > 0.99
    assert dict(found.ranking)["spectrum: mean frequency"] < 0


def test_segments_that_are_too_short_or_differ_in_channels():
    with pytest.raises(InvalidInput, match="at least 3 s"):
        sides(white(1.5), white(1.5))
    with pytest.raises(InvalidInput, match="channels"):
        sides(white(8.0), white(8.0, channels=11))


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtra, match=r"emgsim-ros\[validate\]"):
        discriminate([recording(white())], [recording(white())])
