import numpy as np
import pytest
from recorded_situations import recording, white

from emgsim_ros.errors import InvalidInput
from emgsim_ros.validation.people import separate_people


def people(count, first, gains, colour=0.0):
    """People whose channels have gains of their own; ``colour`` mixes neighbouring samples."""
    made = []
    for number in range(count):
        noise = white(6.0, seed=first + number)
        noise = noise + colour * np.roll(noise, 1, axis=0)
        scale = np.exp(gains * np.random.default_rng(first + number).standard_normal(noise.shape[1]))
        made.append([recording(noise * scale)])
    return made


def test_people_of_one_population_cannot_be_separated_although_each_differs():
    pytest.importorskip("sklearn")
    found = separate_people(people(8, 0, 0.5), people(8, 100, 0.5))
    assert set(found) == {"all", "spectrum", "space", "distribution"}
    assert found["all"].low < 0.6 and 0.3 < found["all"].auc < 0.7
    assert found["all"].chance_low < 0.5 < found["all"].chance_high


def test_what_all_virtual_people_have_is_found_in_new_ones():
    pytest.importorskip("sklearn")
    found = separate_people(people(6, 0, 0.5), people(6, 100, 0.5, colour=0.5))
    assert found["spectrum"].low > 0.9 and found["all"].auc > 0.9


def test_too_few_people_and_other_channels_are_refused():
    pytest.importorskip("sklearn")
    with pytest.raises(InvalidInput, match="virtual people is 2; expected at least 4"):
        separate_people(people(4, 0, 0.1), people(2, 9, 0.1))
    other = [[recording(white(6.0, channels=1))] for _ in range(4)]
    with pytest.raises(InvalidInput, match="measures"):
        separate_people(people(4, 0, 0.1), other)
