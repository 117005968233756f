"""The hand's forward kinematics against the OpenSim model."""

import itertools

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.musculoskeletal import MusculoskeletalModel
from emgsim_ros.pose import load_hand_kinematics

MODEL = config_file("forearm_hand", ".osim", "models")


@pytest.fixture(scope="module")
def hand():
    return load_hand_kinematics(MODEL.with_suffix(""))


@pytest.fixture(scope="module")
def model():
    return MusculoskeletalModel(MODEL)


def random_angles(model, count, seed=0):
    return np.random.default_rng(seed).uniform(model.low, model.high, (count, len(model.low)))


def test_every_landmark_is_an_end_of_a_bone_in_opensim(hand, model):
    order = [model.coordinates.index(name) for name in hand.coordinates]
    for angles in random_angles(model, 20):
        model.set_pose(angles, np.zeros(len(angles)))
        ends = model.bone_lines().reshape(-1, 3)
        made = hand(torch.from_numpy(angles[order])).numpy()
        apart = np.linalg.norm(made[:, None] - ends, axis=2)
        assert apart.min(axis=1).max() < 2e-6
        places = np.round(made, 5)
        assert len(np.unique(places, axis=0)) == 21  # each at a place of its own


def test_bones_keep_their_lengths(hand, model):
    made = hand(torch.from_numpy(random_angles(model, 50)[:, [model.coordinates.index(n) for n in hand.coordinates]]))
    for finger in ("index", "middle", "ring", "little"):
        chain = [made[:, hand.landmarks.index(f"{finger}_{joint}")] for joint in ("mcp", "pip", "dip", "tip")]
        for first, second in itertools.pairwise(chain):
            length = (second - first).norm(dim=1)
            assert torch.allclose(length, length[0].expand_as(length), atol=1e-9)


def test_batches_of_any_shape_and_precision(hand):
    angles = torch.rand(4, 5, len(hand.coordinates), dtype=torch.float64)
    whole = hand(angles)
    assert whole.shape == (4, 5, 21, 3)
    assert torch.allclose(whole[2, 3], hand(angles[2, 3]))
    assert (hand(angles.float()) - whole).abs().max() < 1e-6


def test_numpy_gives_the_same_places_as_torch(hand):
    angles = np.random.default_rng(0).normal(size=(3, 2, len(hand.coordinates)))
    assert np.allclose(hand.positions(angles), hand(torch.from_numpy(angles)).numpy(), atol=1e-12)
    assert np.allclose(hand.positions(angles[0, 0]), hand.positions(angles)[0, 0], atol=1e-12)


def test_it_is_differentiable_after_use_without_gradients(hand):
    with torch.inference_mode():
        hand(torch.zeros(len(hand.coordinates), dtype=torch.float16))
    angles = torch.zeros(len(hand.coordinates), dtype=torch.float16, requires_grad=True)
    hand(angles).sum().backward()
    assert torch.isfinite(angles.grad).all()


def test_it_is_differentiable(hand):
    angles = torch.zeros(2, len(hand.coordinates), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: hand(a)[..., -1, :], (angles + 0.2,))


def test_a_distal_joint_moves_its_own_tip_only(hand):
    angles = torch.zeros(len(hand.coordinates), dtype=torch.float64)
    bent = angles.clone()
    bent[hand.coordinates.index("index_dip_flexion")] = 0.5
    moved = (hand(bent) - hand(angles)).norm(dim=1) > 1e-9
    assert [name for name, far in zip(hand.landmarks, moved.tolist(), strict=True) if far] == ["index_tip"]


def test_another_number_of_angles_is_refused_by_name(hand):
    with pytest.raises(InvalidInput, match="angles"):
        hand(torch.zeros(20))
    with pytest.raises(InvalidInput, match="angles"):
        hand.positions(np.zeros(20))
