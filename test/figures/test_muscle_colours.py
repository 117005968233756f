import numpy as np

from emgsim_ros.figures.muscle_colours import muscle_colours


def test_muscles_go_from_blue_to_red_and_no_further():
    rest, weak, full, beyond = muscle_colours([0.0, 0.04, 1.0, 2.0])
    assert rest[2] == 1.0 and rest[0] == 0.0 and full[0] == 1.0 and full[2] == 0.0
    assert np.allclose(weak, [0.2, 0.1, 0.8]) and np.array_equal(full, beyond)
