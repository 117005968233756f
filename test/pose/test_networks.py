import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.parts.builtin import BUILTIN
from emgsim_ros.pose.networks.kinds import make_network
from emgsim_ros.pose.networks.power import FLOOR, ElectrodeArray, FramePower
from emgsim_ros.pose.networks.streaming import DecoderSize, StreamingDecoder
from emgsim_ros.pose.networks.streaming_live import FrameDecoder

RING = DecoderSize(mixed=24, units=32)
GRID = DecoderSize(rows=3, columns=8, sample_rate=2048, frame=32, mixed=24, units=32)


def noise(channels, samples, seed=0):
    return np.random.default_rng(seed).normal(0, 0.02, (channels, samples)).astype(np.float32)


@pytest.fixture(params=[RING, GRID], ids=["ring", "grid"])
def decoder(request):
    torch.manual_seed(0)
    return StreamingDecoder(request.param, 20).eval()


def frames_of(decoder, emg):
    return torch.from_numpy(decoder.preparation()(emg))[None]


# --- powers


def test_power_of_a_sine_is_known():
    frequency, rate, amplitude = 100.0, 2000, 0.3
    emg = np.zeros((16, 4000), np.float32)
    emg[3] = amplitude * np.sin(2 * np.pi * frequency * np.arange(4000) / rate)
    power = FramePower(ElectrodeArray(1, 16), 40).push(emg).reshape(3, 16, -1)
    for kind, (lag, channel) in enumerate(((8, 3), (2, 3), (4, 3))):
        gain = 2 * np.sin(np.pi * frequency * lag / rate)  # of a difference over that many samples
        assert np.exp(power[kind, channel, 5:]) == pytest.approx(0.5 * (amplitude * gain) ** 2, rel=1e-4)
    assert np.allclose(power[2, 2, 5:], power[2, 3, 5:], atol=1e-4)  # the neighbour's difference is as large
    assert np.allclose(power[:, 10], np.log(FLOOR))


def test_power_does_not_depend_on_an_offset():
    emg = noise(16, 2000)
    power, offset = (FramePower(ElectrodeArray(1, 16), 40).push(e)[:, 1:] for e in (emg, emg + np.float32(1.0)))
    assert np.allclose(power, offset, atol=1e-3)


def test_power_of_pieces_is_that_of_the_whole():
    emg, array = noise(24, 1000), ElectrodeArray(3, 8)
    whole, piecewise = FramePower(array, 32).push(emg), FramePower(array, 32)
    pieces = [piecewise.push(piece) for piece in np.split(emg, [1, 40, 41, 300, 777], axis=1)]
    assert np.array_equal(np.concatenate(pieces, axis=1), whole) and whole.shape == (4 * 24, 1000 // 32)


def test_power_of_another_number_of_channels_is_refused():
    with pytest.raises(InvalidInput, match=r"\(16, samples\)"):
        FramePower(ElectrodeArray(1, 16), 40).push(noise(15, 100))


# --- the streaming decoder


def test_streaming_equals_offline(decoder):
    frames = frames_of(decoder, noise(decoder.channels, 6000))
    live = FrameDecoder(decoder)
    for _ in range(2):
        pieces = [live.step(piece.numpy()) for piece in frames[0].split([1, 2, 30, frames.shape[2] - 33], dim=1)]
        made = np.concatenate(pieces, axis=1)[:, decoder.left_context :]
        assert np.allclose(made, decoder(frames)[0].detach().numpy(), atol=1e-5)
        live.reset()


def test_streaming_equals_offline_when_the_pose_is_known(decoder):
    frames = frames_of(decoder, noise(decoder.channels, 6000))
    known = torch.linspace(-0.5, 0.5, 20)
    live, context, given = FrameDecoder(decoder), decoder.left_context, frames[0].numpy()
    live.step(given[:, :context])
    made = [live.step(given[:, context : context + 1], known.numpy()), live.step(given[:, context + 1 :])]
    offline = decoder(frames, known[None])[0].detach().numpy()
    assert np.allclose(np.concatenate(made, axis=1), offline, atol=1e-5)


def test_inputs_beyond_the_limit_are_clipped_alike(decoder):
    frames = 50.0 * torch.randn(1, decoder.mean.shape[0], 80, generator=torch.Generator().manual_seed(0))
    made = FrameDecoder(decoder).step(frames[0].numpy())[:, decoder.left_context :]
    assert np.isfinite(made).all() and np.allclose(made, decoder(frames)[0].detach().numpy(), atol=1e-5)


def test_a_known_pose_needs_a_frame(decoder):
    with pytest.raises(InvalidInput, match="known pose"):
        FrameDecoder(decoder).step(np.zeros((len(decoder.mean), 0), np.float32), np.zeros(20, np.float32))


def test_the_decoder_does_not_depend_on_the_future(decoder):
    early = noise(decoder.channels, 4000)
    late = early.copy()
    late[:, 3000:] *= 10
    a, b = (decoder(frames_of(decoder, emg)) for emg in (early, late))
    known = 3000 // decoder.frame - decoder.left_context
    assert torch.equal(a[..., :known], b[..., :known]) and not torch.allclose(a[..., known + 1 :], b[..., known + 1 :])


def test_the_gate_scales_the_offset_of_a_known_pose(decoder):
    frames = frames_of(decoder, noise(decoder.channels, 4000))
    known = torch.full((1, 20), 0.4)
    free, tracked = decoder(frames), decoder(frames, known)
    share = (tracked - free)[..., 0] / (known - free[..., 0])
    assert (share > 0).all() and (share < 1).all()


def test_augmentation_displaces_the_electrodes_by_one_at_most(decoder):
    """Each channel has a level of its own, far above the noise: where a level turns up, its channel went."""
    size, kinds = decoder.size, decoder.array.kinds
    levels = 3.0 * torch.arange(decoder.channels).float().view(1, 1, size.rows, size.columns, 1)
    frames = levels.expand(60, kinds, -1, -1, 5).reshape(60, -1, 5)
    with torch.no_grad():
        decoder.mean.fill_(1e9)
        made = decoder.augmented(frames, np.random.default_rng(0))
        decoder.mean.zero_()
    lost = made > 1e8
    assert 0.0 < lost.float().mean() < 0.1
    came = torch.where(lost, torch.nan, made / 3.0).view(60, kinds, size.rows, size.columns, 5)[:, 0, :, :, 0].round()
    moves = set()
    for window in came[:, min(1, size.rows - 1)]:
        column, source = next(
            (c, int(s)) for c, s in enumerate(window.tolist()) if s == s and 2 <= c < size.columns - 2
        )
        row, place = divmod(source, size.columns)
        moves.add((row - min(1, size.rows - 1), place - column))
    along = (-1, 0, 1) if size.rows > 1 else (0,)
    assert moves == {(r, c) for r in along for c in (-1, 0, 1)}


def test_augmentation_adds_the_noise_of_a_recording_to_silence(decoder):
    frames = torch.full((50, decoder.mean.numel(), 5), float(np.log(FLOOR)))
    made = decoder.augmented(frames, np.random.default_rng(0)).exp()
    kept = made[made != 1.0]  # lost channels are at the mean
    assert kept.min() > 3e-7 and kept.max() < 1.2e-4 and kept.max() / kept.min() > 20


def test_a_lost_channel_changes_its_own_inputs_and_those_of_its_neighbours(decoder):
    emg = noise(decoder.channels, 2000)
    silent = emg.copy()
    silent[5] = 0.0
    a, b = (decoder.preparation()(one) for one in (emg, silent))
    lost = torch.zeros(decoder.channels, dtype=torch.bool)
    lost[5] = True
    assert np.array_equal((a != b).any(axis=1), decoder.touched(lost).numpy())


# --- all kinds


@pytest.mark.parametrize("kind", BUILTIN["decoder"])
def test_every_kind_gives_an_angle_for_each_frame_and_has_gradients(kind):
    torch.manual_seed(0)
    network = make_network(kind, RING, 20)
    samples = network.frame * (network.left_context + 50) if network.frame > 1 else network.left_context + 800
    frames = torch.from_numpy(network.preparation()(noise(16, samples)))[None].repeat(2, 1, 1)
    angles = network(frames, torch.zeros(2, 20))
    assert angles.shape == (2, 20, frames.shape[2] - network.left_context) and angles.isfinite().all()
    angles.square().mean().backward()
    used = [weight for weight in network.parameters() if weight.grad is not None]
    assert sum(weight.numel() for weight in used) > 0.9 * sum(weight.numel() for weight in network.parameters())


def test_an_unknown_kind_is_refused():
    with pytest.raises(InvalidInput, match="transformer"):
        make_network("transformer", RING, 20)
