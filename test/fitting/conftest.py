import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.files.resources import config_file
from emgsim_ros.fitting.expected_features import Contraction
from emgsim_ros.fitting.second_order import compared_frequencies
from emgsim_ros.muap import load_anatomy
from emgsim_ros.parameters import EmgParameters

RATE = 2048
FLEXION = {"FCR": 0.8, "FCU": 0.8}
EXTENSION = {"ECRB": 0.6, "ECU": 0.6}


@pytest.fixture(scope="session")
def standard():
    return load_anatomy(config_file("forearm", folder="anatomy"))


@pytest.fixture(scope="session")
def parameters():
    return EmgParameters(
        rows=2,
        columns=6,
        spacing=20.0,
        high_pass=20.0,
        low_pass=450.0,
        block_length=256,
        noise=("white",),
        reference="distant",
        muscles=(*FLEXION, *EXTENSION),
    )


@pytest.fixture(scope="session")
def frequencies():
    return compared_frequencies(RATE, (20.0, 450.0), 50.0)


@pytest.fixture(scope="session")
def contractions():
    return [Contraction("flexion", FLEXION), Contraction("extension", EXTENSION)]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    cache = tmp_path_factory.mktemp("potentials")

    def simulate(subject, parameters, contraction, seconds, trial=1):
        own = subject.emg_parameters(parameters)
        stream = EmgStream(own, cache=cache, anatomy=subject.anatomy, trial=trial)
        names = tuple(contraction.excitation)
        excitation = np.array([contraction.of_subject(name, subject.strength) for name in names])
        blocks, number = [], 0
        while len(blocks) * own.block_length < (seconds + 1) * RATE:
            blocks += stream.push(number * 100_000_000, names, excitation)
            number += 1
        return np.concatenate([block.emg for block in blocks])[RATE : round((seconds + 1) * RATE)]

    return simulate
