import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.checkpoint import TrainedPose
from emgsim_ros.pose.networks.kinds import make_network
from emgsim_ros.pose.networks.live import LiveWindowDecoder
from emgsim_ros.pose.networks.streaming import DecoderSize, StreamingDecoder
from emgsim_ros.pose.stream import PoseStream, load_electrode_map
from emgsim_ros.sessions.pose_session import ANGLE_NAMES
from emgsim_ros.signals.simulation_time import NANOSECONDS

RATE, BLOCK = 2048, 32
PERIOD = BLOCK * NANOSECONDS // RATE
SIZE = DecoderSize(rows=2, columns=8, sample_rate=RATE, frame=BLOCK, mixed=24, units=32)


@pytest.fixture(scope="module")
def trained():
    torch.manual_seed(0)
    return TrainedPose(StreamingDecoder(SIZE, 20).eval(), "streaming", ANGLE_NAMES, {})


@pytest.fixture(scope="module")
def emg():
    return np.random.default_rng(0).normal(0, 0.02, (200 * BLOCK, 16)).astype(np.float32)


def pushed(stream, emg, first=0, blocks=None, length=BLOCK):
    estimates = []
    count = len(emg) // length if blocks is None else blocks
    for number in range(first, first + count):
        stamp = round(number * length * NANOSECONDS / RATE)
        estimates += stream.push(stamp, emg[number * length : (number + 1) * length])
    return estimates


def offline(trained, emg):
    network = trained.network
    with torch.inference_mode():
        frames = torch.from_numpy(network.preparation()(np.ascontiguousarray(emg.T)))
        return network(frames[None])[0].numpy()


def test_a_stream_of_blocks_equals_the_offline_network(trained, emg):
    estimates = pushed(PoseStream(trained, RATE, 16), emg)
    wanted = offline(trained, emg)
    assert len(estimates) == wanted.shape[1]
    assert np.abs(np.stack([e.angles for e in estimates], axis=1) - wanted).max() < 1e-5


def test_it_does_not_matter_how_the_stream_is_cut_into_blocks(trained, emg):
    by_frame = pushed(PoseStream(trained, RATE, 16), emg)
    by_other = pushed(PoseStream(trained, RATE, 16), emg, length=50)
    assert [e.stamp for e in by_other] == [e.stamp for e in by_frame[: len(by_other)]]
    apart = [np.abs(a.angles - b.angles).max() for a, b in zip(by_other, by_frame, strict=False)]
    assert max(apart) < 1e-5


def test_an_estimate_has_the_time_of_its_last_sample(trained, emg):
    first = pushed(PoseStream(trained, RATE, 16), emg)[0]
    frames = trained.network.left_context + 1
    assert first.stamp == round((frames * BLOCK - 1) * NANOSECONDS / RATE)


def test_after_a_gap_the_decoder_is_reset_and_the_gap_is_reported(trained, emg):
    stream = PoseStream(trained, RATE, 16)
    pushed(stream, emg, 0, 100)
    assert stream.warm and stream.resets == 0
    assert not stream.gap(100 * PERIOD)
    assert "0.078 s is missing before 1.641 s" in stream.gap(105 * PERIOD)
    assert pushed(stream, emg, 105, 1) == [] and not stream.warm and stream.resets == 1
    after = pushed(stream, emg, 106, 94)
    wanted = offline(trained, emg[105 * BLOCK :])
    assert np.abs(np.stack([e.angles for e in after], axis=1) - wanted).max() < 1e-5


def test_time_that_runs_back_is_a_gap_too(trained, emg):
    stream = PoseStream(trained, RATE, 16)
    pushed(stream, emg, 0, 100)
    assert stream.gap(0) and pushed(stream, emg, 0, 1) == [] and stream.resets == 1


def test_a_lost_channel_is_left_out_and_named(trained, emg):
    for broken in (np.nan, 0.0, 0.37):
        bad = emg.copy()
        bad[:, 3] = broken
        stream = PoseStream(trained, RATE, 16)
        angles = np.stack([e.angles for e in pushed(stream, bad)], axis=1)
        assert stream.lost == (3,) and np.isfinite(angles).all()
    assert np.abs(angles - offline(trained, emg)).max() < 0.5


def test_an_electrode_map_feeds_the_decoder_from_other_electrodes(trained, emg, tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("channels: [" + ", ".join(str(19 - n) for n in range(16)) + "]\n")
    wide = np.zeros((len(emg), 20), np.float32)
    wide[:, 4:] = emg[:, ::-1]
    mapped = pushed(PoseStream(trained, RATE, 20, load_electrode_map(path)), wide)
    assert np.allclose(mapped[-1].angles, pushed(PoseStream(trained, RATE, 16), emg)[-1].angles)


@pytest.mark.parametrize(
    ("rate", "channels", "chosen", "named"),
    [
        (2000, 16, (), "sample_rate"),
        (RATE, 64, (), "electrodes is 64"),
        (RATE, 64, tuple(range(8)), "electrode_map"),
        (RATE, 12, tuple(range(16)), "electrode_map"),
    ],
)
def test_electrodes_that_do_not_fit_are_refused(trained, rate, channels, chosen, named):
    with pytest.raises(InvalidInput, match=named):
        PoseStream(trained, rate, channels, chosen)


def test_a_block_of_another_width_is_rejected_and_the_stream_continues(trained, emg):
    stream = PoseStream(trained, RATE, 16)
    before = pushed(stream, emg, 0, 100)
    with pytest.raises(InvalidInput, match="electrodes is 15"):
        stream.push(100 * PERIOD, emg[:BLOCK, :15])
    after = pushed(stream, emg, 100, 100)
    assert np.allclose(np.stack([e.angles for e in before + after], axis=1), offline(trained, emg), atol=1e-5)


@pytest.mark.parametrize("text", ["channels: []", "channels: [0, -1]", "channels: 4", "chanels: [1]", "channels: [a]"])
def test_broken_electrode_maps_are_refused(tmp_path, text):
    path = tmp_path / "map.yaml"
    path.write_text(text + "\n")
    with pytest.raises(InvalidInput, match="channels"):
        load_electrode_map(path)


def test_a_known_pose_is_tracked(trained, emg):
    known = np.full(20, 0.3)
    tracked = pushed(PoseStream(trained, RATE, 16, known=known), emg)
    free = pushed(PoseStream(trained, RATE, 16), emg)
    assert np.array_equal(tracked[0].angles, free[0].angles)  # the pose takes effect after the first estimate
    closer = [
        np.abs(t.angles - known).mean() < np.abs(f.angles - known).mean() for t, f in zip(tracked, free, strict=True)
    ]
    assert all(closer[1:])


@pytest.mark.parametrize("kind", ["tracking_vemg2pose", "regression_neuropose"])
def test_published_networks_decode_the_latest_window(kind):
    torch.manual_seed(0)
    network = make_network(kind, DecoderSize(), 20).eval()
    live = LiveWindowDecoder(network)
    emg = np.random.default_rng(0).normal(0, 0.02, (16, live.warm_up + 200)).astype(np.float32)
    nothing = np.zeros(16, bool)
    made = [live.push(piece, nothing) for piece in np.split(emg, [100, 1130], axis=1)]
    assert sum(one.shape[1] for one in made) == emg.shape[1] // live.frame
    if kind == "regression_neuropose":
        end = emg.shape[1] // live.frame * live.frame
        with torch.inference_mode():
            wanted = network(torch.from_numpy(emg[None, :, end - live.warm_up : end]))[0, :, -1]
        assert np.allclose(made[-1][:, -1], wanted.numpy(), atol=1e-5)
