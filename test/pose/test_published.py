import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.checkpoint import load_pose
from emgsim_ros.pose.networks.published import PUBLISHED, load_published

# Outputs of the originals with weights made up from the parameters' names alone (first window, every tenth sample).
CASES = ("tracking_vemg2pose", "regression_vemg2pose", "regression_neuropose")
SIZES = {
    "tracking_vemg2pose": 5_970_068,
    "regression_vemg2pose": 5_980_328,
    "emg2pose_mlp": 2_952_340,
    "regression_neuropose": 6_354_903,
}


def made_up(name, value):
    """The weights of the parity cases."""
    if not value.is_floating_point():
        return value
    draw = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode()))).standard_normal(tuple(value.shape))
    if value.ndim > 1:
        draw = draw / np.sqrt(max(1, np.prod(value.shape[1:])))
    elif name.endswith("weight"):
        draw = 1 + 0.1 * draw
    elif "running_var" in name:
        draw = np.abs(0.05 * draw) + 0.5
    else:
        draw = 0.05 * draw
    return torch.from_numpy(draw.astype(np.float32))


@pytest.fixture(params=CASES)
def case(request, tmp_path):
    """A file as published, with made-up weights, and what the original makes of it."""
    state = {f"model.{name}": value for name, value in PUBLISHED[request.param]().state_dict().items()}
    path = tmp_path / "published.ckpt"
    state = {name: made_up(name, value) for name, value in state.items()}
    torch.save({"epoch": 3, "hyper_parameters": {"lr": 1e-3}, "state_dict": state}, path)
    with np.load(Path(__file__).parent / f"parity_{request.param}.npz") as file:
        return request.param, path, {name: torch.from_numpy(np.atleast_1d(file[name])) for name in file}


def test_a_published_checkpoint_gives_the_published_angles(case):
    name, path, published = case
    network = load_published(path)
    initial = published["initial_joint_angles"] if name.startswith("tracking") else None
    with torch.inference_mode():
        made = network(published["emg"], initial)[..., :: int(published["sample_step"])]
    wanted = published["joint_angles"]
    assert made.shape == wanted.shape
    assert (made - wanted).abs().max() <= 1e-4 * wanted.abs().max()


def test_a_published_checkpoint_is_a_trained_pose_like_any_other(case):
    trained = load_pose(case[1])
    assert trained.network.angles == len(trained.angle_names) == 20 and not trained.network.training


@pytest.mark.parametrize("name", PUBLISHED)
def test_networks_have_the_published_number_of_parameters(name):
    assert sum(weight.numel() for weight in PUBLISHED[name]().parameters()) == SIZES[name]


def test_broken_checkpoints_are_refused_by_name(tmp_path, case):
    _, good, _ = case
    text, other, cut = tmp_path / "text.ckpt", tmp_path / "other.ckpt", tmp_path / "cut.ckpt"
    text.write_text("not a checkpoint")
    torch.save({"state_dict": {"model.head.weight": torch.zeros(3)}}, other)
    cut.write_bytes(good.read_bytes()[:1000])
    for path, named in (
        (text, "text.ckpt"),
        (other, "other names"),
        (cut, "cut.ckpt"),
        (tmp_path / "no.ckpt", "no.ckpt"),
    ):
        with pytest.raises(InvalidInput, match=named):
            load_published(path)
    with pytest.raises(InvalidInput, match="vemg3pose"):
        load_published(good, "vemg3pose")


class Harmful:
    def __reduce__(self):
        return (print, ("code ran",))


def test_a_checkpoint_cannot_run_code(tmp_path, capsys):
    path = tmp_path / "harmful.ckpt"
    torch.save({"state_dict": {}, "callback": Harmful()}, path)
    with pytest.raises(InvalidInput, match="numbers alone"):
        load_published(path)
    assert "code ran" not in capsys.readouterr().out
