"""Transforms read from memory, against those read number by number."""

import numpy as np

from emgsim_ros.files.resources import share_directory
from emgsim_ros.musculoskeletal.opensim import transforms
from emgsim_ros.musculoskeletal.opensim.runtime import opensim


def test_the_layout_is_that_of_the_library_at_hand():
    assert transforms.layout_is_known()


def test_both_ways_of_reading_give_the_same_numbers(monkeypatch):
    model = opensim.Model(str(share_directory() / "config" / "models" / "forearm_hand.osim"))
    state = model.initSystem()
    coordinates = model.getCoordinateSet()
    for number in range(coordinates.getSize()):
        coordinates.get(number).setValue(state, 0.1 + 0.01 * number, False)
    model.realizePosition(state)
    bodies = model.getBodySet()
    reader = transforms.BodyTransforms([bodies.get(number) for number in range(bodies.getSize())])
    turns, origins = reader.read(state)
    monkeypatch.setattr(transforms, "layout_is_known", lambda: False)
    slow_turns, slow_origins = reader.read(state)
    assert np.array_equal(turns, slow_turns) and np.array_equal(origins, slow_origins)
    assert np.allclose(turns @ turns.swapaxes(1, 2), np.eye(3)) and np.ptp(origins, axis=0).min() > 0
