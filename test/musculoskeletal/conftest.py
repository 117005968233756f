import pytest

from emgsim_ros.musculoskeletal import MusculoskeletalModel
from emgsim_ros.resources import config_file


@pytest.fixture(scope="module")
def model():
    """The forearm, wrist and hand."""
    return MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))
