"""A decoder of another package: its own network and sizes, from a plan to the live stream."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput, PartError, UnknownPart
from emgsim_ros.files.plans import load_plan
from emgsim_ros.parts import add_part, registry
from emgsim_ros.pose.checkpoint import load_pose
from emgsim_ros.pose.decoding import decode_recording
from emgsim_ros.pose.networks.interface import WAYS, PoseNetwork
from emgsim_ros.pose.networks.kinds import make_network, size_type
from emgsim_ros.pose.networks.streaming import DecoderSize
from emgsim_ros.pose.stream import PoseStream
from emgsim_ros.pose.training import PoseTrainingPlan

PLAN = """
network: rms
decoder: {channels_around: 16, layers: [12, 8]}
seconds: 1.0
stride: 1.0
batch: 4
epochs: 2
"""


@dataclass(frozen=True)
class RmsSize:
    """Sizes with other names than those of the package's decoders."""

    rows: int = 1
    columns: int = 16
    sample_rate: int = 2000
    channels_around: int = 16
    layers: tuple[int, ...] = (16,)


class RmsNetwork(PoseNetwork):
    """Angles from the root mean square of 100 samples, by a multilayer perceptron; it streams frame by frame."""

    Size = RmsSize
    frame, left_context, ways = 100, 0, WAYS

    def __init__(self, size, angles):
        super().__init__()
        self.channels, self.angles, self.sample_rate = size.rows * size.columns, angles, size.sample_rate
        widths = [size.channels_around, *size.layers]
        self.layers = nn.Sequential(
            *(nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in itertools.pairwise(widths)),
            nn.Linear(widths[-1], angles),
        )
        self.register_buffer("scale", torch.ones(1))

    def preparation(self):
        return lambda emg: np.sqrt(np.square(emg.reshape(len(emg), -1, 100)).mean(axis=2)).astype(np.float32)

    def signature(self):
        return "rms_100"

    def fit_inputs(self, series):
        self.scale.fill_(float(np.mean([one.read()["emg"].mean() for one in series])))

    def live(self):
        return LiveRms(self)

    def forward(self, frames, initial=None):
        angles = self.layers((frames / self.scale).swapaxes(1, 2)).swapaxes(1, 2)
        return angles if initial is None else angles + initial[..., None] - angles[..., :1]


class LiveRms:
    """The stream of `RmsNetwork`; it keeps the samples of an unfinished frame."""

    def __init__(self, network):
        self.frame = self.warm_up = network.frame
        self._network = network
        self.reset()

    def reset(self):
        self._left = np.zeros((self._network.channels, 0), np.float32)
        self._pose, self._offset = None, 0.0

    def set_pose(self, angles):
        self._pose = angles

    @torch.inference_mode()
    def push(self, emg, lost):
        emg = np.concatenate([self._left, emg], axis=1)
        used = emg.shape[1] // self.frame * self.frame
        self._left = emg[:, used:]
        frames = torch.from_numpy(self._network.preparation()(emg[:, :used]))[None]
        angles = self._network(frames)[0].numpy().astype(float)
        if self._pose is not None and angles.shape[1]:
            self._offset, self._pose = (self._pose - angles[:, 0])[:, None], None
        return angles + self._offset


@pytest.fixture
def registered(monkeypatch):
    """The outside decoder, registered in this program for one test."""
    monkeypatch.setattr(registry, "_added", {})
    add_part("decoder", "rms", RmsNetwork)


@pytest.fixture
def weights(registered, data_set, tmp_path):
    """What `emgsim pose train` makes of a plan that names the outside decoder."""
    (tmp_path / "mine.yaml").write_text(PLAN)
    command = ["pose", "train", "--data", str(data_set), "--plan", str(tmp_path / "mine.yaml")]
    result = CliRunner().invoke(app, [*command, "--folder", str(tmp_path)])
    assert result.exit_code == 0, result.output
    return tmp_path / "mine" / "pose.safetensors"


def test_the_plan_is_read_into_the_decoders_own_sizes(registered, tmp_path):
    (tmp_path / "mine.yaml").write_text(PLAN)
    plan = load_plan(PoseTrainingPlan, tmp_path / "mine.yaml")
    assert plan.decoder == RmsSize(layers=(12, 8)) and all(isinstance(one, int) for one in plan.decoder.layers)
    (tmp_path / "mine.yaml").write_text("network: rms\n")
    assert load_plan(PoseTrainingPlan, tmp_path / "mine.yaml").decoder == RmsSize()
    (tmp_path / "mine.yaml").write_text("network: rms\ndecoder: {units: 3}\n")
    with pytest.raises(InvalidInput, match="channels_around"):
        load_plan(PoseTrainingPlan, tmp_path / "mine.yaml")


def test_a_trained_outside_decoder_comes_back_from_its_card(weights):
    trained = load_pose(weights)
    assert trained.kind == "rms" and trained.size == RmsSize(layers=(12, 8)) and not trained.network.training
    assert trained.card["size"]["layers"] == [12, 8] and trained.card["training"]["epochs"] == 2
    assert 0.0 < float(trained.network.scale) < 1.0  # fitted to the training sessions


def test_an_outside_decoder_decodes_a_stream_as_it_does_offline(weights):
    trained = load_pose(weights)
    emg = np.random.default_rng(0).normal(0, 0.02, (2000, 16)).astype(np.float32)
    stream = PoseStream(trained, 2000, 16)
    estimates = [one for number in range(40) for one in stream.push(number * 25_000_000, emg[50 * number :][:50])]
    with torch.inference_mode():
        offline = trained.network(torch.from_numpy(trained.network.preparation()(emg.T))[None])[0]
    assert np.allclose(np.stack([one.angles for one in estimates], axis=1), offline.numpy(), atol=1e-6)


def test_an_outside_decoder_is_evaluated_decoded_and_adapted_by_the_commands(weights, data_set, tmp_path):
    for command in (
        ["evaluate", "--data", str(data_set), "--way", "tracking", "--seconds", "2"],
        ["analyse", "--data", str(data_set), "--output", str(tmp_path / "analysis")],
        ["decode", str(data_set / "session5.hdf5"), "--output", str(tmp_path / "decoded")],
        ["adapt", "--session", str(data_set / "session5.hdf5"), "--output", str(tmp_path / "adapted")],
    ):
        if command[0] == "adapt":
            plan = tmp_path / "adapt.yaml"
            plan.write_text("training: {network: rms, seconds: 0.5, stride: 0.5, batch: 4, epochs: 1}\n")
            command += ["--plan", str(plan)]
        result = CliRunner().invoke(app, ["pose", *command, "--checkpoint", str(weights)])
        assert result.exit_code == 0, result.output
    assert "| mine | tracking |" in (tmp_path / "analysis" / "errors.md").read_text()
    assert load_pose(tmp_path / "adapted" / "pose.safetensors").kind == "rms"
    assert decode_recording(load_pose(weights), data_set / "session5.hdf5", tmp_path).error > 0


def test_weights_of_a_decoder_that_is_not_installed_are_refused_by_name(weights, monkeypatch):
    monkeypatch.setattr(registry, "_added", {})
    with pytest.raises(UnknownPart, match=r"pose\.json: unknown decoder 'rms'; known: streaming"):
        load_pose(weights)


def test_a_part_that_is_no_pose_network_is_refused(registered):
    add_part("decoder", "wrong", lambda size, angles: nn.Linear(size.columns, angles))
    with pytest.raises(PartError, match="Linear instead of a PoseNetwork"):
        make_network("wrong", DecoderSize(), 20)
    wrong = type("Wrong", (), {"Size": dataclass(frozen=True)(type("Size", (), {}))})
    add_part("decoder", "wrong", wrong)
    with pytest.raises(PartError, match="lacks columns, rows, sample_rate"):
        size_type("wrong")


def test_sizes_of_another_decoder_are_refused(registered):
    with pytest.raises(InvalidInput, match="a RmsSize"):
        PoseTrainingPlan(network="rms", decoder=DecoderSize())


def test_a_network_on_frames_has_to_bring_its_own_stream(registered):
    network = make_network("rms", RmsSize(), 20)
    with pytest.raises(InvalidInput, match=r"has to implement live\(\)"):
        PoseNetwork.live(network)
