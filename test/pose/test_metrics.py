import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.angles import HAND_NAMES, columns_of, coordinate_of
from emgsim_ros.pose.metrics import Landmarks, pose_errors
from emgsim_ros.sessions.pose_session import ANGLE_NAMES


def test_angles_are_the_models_coordinates():
    coordinates = Landmarks(HAND_NAMES).kinematics.coordinates
    assert coordinate_of("pinky_mcp_aa") == "little_mcp_abduction" and coordinate_of("wrist_fe") == "wrist_flexion"
    columns = columns_of(HAND_NAMES, coordinates)
    assert len(set(columns.tolist())) == 22
    assert set(range(23)) - set(columns.tolist()) == {coordinates.index("forearm_pronation")}
    with pytest.raises(InvalidInput, match="sixth_mcp_fe"):
        columns_of(("sixth_mcp_fe",), coordinates)


def test_a_perfect_estimate_has_no_error():
    truth = np.random.default_rng(0).uniform(0, 1, (2, 20, 30))
    errors = pose_errors(truth, truth, ANGLE_NAMES, 50.0)
    assert errors.angle == errors.landmark == errors.fingertip == 0
    assert set(errors.by_finger) == {"thumb", "index", "middle", "ring", "pinky"}


def test_an_error_counts_where_it_is():
    truth = np.full((1, 20, 10), 0.2)
    estimate = truth.copy()
    estimate[:, ANGLE_NAMES.index("index_pip_fe")] += np.radians(20.0)
    errors = pose_errors(estimate, truth, ANGLE_NAMES, 50.0)
    assert errors.angle == pytest.approx(1.0)
    assert errors.by_finger["index"] == pytest.approx(5.0) and errors.by_finger["ring"] == 0
    assert errors.by_class["mid"] == pytest.approx(5.0) and errors.by_class["proximal"] == 0
    # The tip turns about the joint by 20 degrees: a chord at its distance.
    landmarks = Landmarks(ANGLE_NAMES)
    names, places = landmarks.kinematics.landmarks, landmarks(torch.from_numpy(truth[0, :, :1].T))[0]
    arm = (places[names.index("index_tip")] - places[names.index("index_pip")]).norm() * 1000
    assert errors.fingertip * 5 == pytest.approx(float(2 * arm * np.sin(np.radians(10.0))), rel=0.1)


def test_derivatives_have_physical_units():
    time = np.arange(200) / 50.0
    estimate = np.broadcast_to(0.5 * time**2, (1, 20, 200)).copy()
    errors = pose_errors(estimate, estimate, ANGLE_NAMES, 50.0)
    assert errors.velocity == pytest.approx(time.mean(), rel=0.01)  # rad/s
    assert errors.acceleration == pytest.approx(1.0, rel=1e-6) and errors.jerk == pytest.approx(0.0, abs=1e-6)
