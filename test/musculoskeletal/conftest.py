import pytest

from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import MusculoskeletalModel


@pytest.fixture(scope="module")
def model():
    """The forearm, wrist and hand."""
    return MusculoskeletalModel(config_file("forearm_hand", ".osim", "models"))
