import numpy as np
import pytest
import torch

from emgsim_ros.emg import MuapSynthesis
from emgsim_ros.emg.moving_lengths import Move
from emgsim_ros.errors import InvalidInput
from emgsim_ros.muap.bank import RELATIVE_LENGTHS, MuapBank, MusclePotentials

NONE = (np.empty(0, int),) * 3
UNITS, LENGTH, ELECTRODES, SAMPLES = 20, 64, 12, 2000
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(0)
    times = np.arange(LENGTH)
    phases = [np.clip((times - rng.uniform(15, 45)) / 10, -1, 1) for _ in range(UNITS * ELECTRODES)]
    waves = [np.cos(np.pi / 2 * phase) ** 2 for phase in phases]  # exactly 0 before and after
    potentials = np.reshape(waves, (UNITS, ELECTRODES, LENGTH)).transpose(0, 2, 1).astype(np.float32)
    sample = np.sort(rng.integers(0, SAMPLES, 900))
    unit = rng.integers(0, UNITS, 900)
    order = np.lexsort((unit, sample))
    return potentials, sample[order], unit[order]


def bank_of(potentials):
    """A bank of two muscles, units in turn, whose potentials do not depend on the length of the fibres."""
    patterns, waveforms = np.eye(potentials.shape[2], dtype=np.float32), np.eye(potentials.shape[1], dtype=np.float32)
    muscles = {
        name: MusclePotentials(
            patterns, waveforms, np.repeat(potentials[None, first::2], len(RELATIVE_LENGTHS), axis=0)
        )
        for first, name in enumerate(("first", "second"))
    }
    return MuapBank(muscles, 2048)


def stream(scene, lengths, device="cpu"):
    potentials, sample, unit = scene
    synthesis, blocks, start, turn = MuapSynthesis(bank_of(potentials), device), [], 0, 0
    while start < SAMPLES:
        count = min(lengths[turn % len(lengths)], SAMPLES - start)
        mine = (sample >= start) & (sample < start + count)
        blocks.append(synthesis.advance(sample[mine] - start, unit[mine] % 2, unit[mine] // 2, count))
        start, turn = start + count, turn + 1
    return np.concatenate(blocks)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("lengths", [(32,), (1,), (63,), (64,), (65,), (5, 200, 17)])
def test_streaming_equals_offline_convolution(scene, lengths, device):
    """Against the convolution of each unit's spike train with its potential, in double precision."""
    potentials, sample, unit = scene
    offline = np.zeros((SAMPLES + LENGTH, ELECTRODES))
    for number in range(UNITS):
        train = np.bincount(sample[unit == number], minlength=SAMPLES)
        for electrode in range(ELECTRODES):
            convolved = np.convolve(train, potentials[number, :, electrode].astype(float))
            offline[: len(convolved), electrode] += convolved
    scale = np.abs(offline).max()
    assert np.abs(stream(scene, lengths, device) - offline[:SAMPLES]).max() < 1e-6 * scale


@pytest.mark.parametrize("lengths", [(32,), (1,), (5, 200, 17)])
def test_block_length_only_cuts_the_stream(scene, lengths):
    assert np.allclose(stream(scene, lengths), stream(scene, (SAMPLES,)), rtol=0, atol=1e-5)


def test_superposition_is_linear(scene):
    potentials, sample, unit = scene
    half = np.arange(len(sample)) % 2 == 0
    parts = [stream((potentials, sample[part], unit[part]), (32,)) for part in (half, ~half)]
    assert np.allclose(parts[0] + parts[1], stream(scene, (32,)), atol=1e-4)


def test_potentials_reach_into_the_next_block_and_end():
    synthesis = MuapSynthesis(bank_of(np.ones((2, LENGTH, 1), np.float32)))
    blocks = [synthesis.advance(np.array([30]), np.array([0]), np.array([0]), 32)]
    blocks += [synthesis.advance(*NONE, 32) for _ in range(3)]
    signal = np.concatenate(blocks)[:, 0]
    assert signal.sum() == pytest.approx(LENGTH) and np.allclose(signal[30 : 30 + LENGTH], 1)


def test_reset_forgets_the_tail():
    synthesis = MuapSynthesis(bank_of(np.ones((2, LENGTH, 1), np.float32)))
    synthesis.advance(np.array([0]), np.array([0]), np.array([0]), 8)
    synthesis.reset()
    assert (synthesis.advance(*NONE, 8) == 0).all()


def test_a_muscle_that_discharges_again_after_a_pause_is_the_same():
    """Muscles without discharges are left out of the sums; lengths that they had meanwhile must not matter."""
    potentials = np.random.default_rng(0).standard_normal((2, LENGTH, 3)).astype(np.float32)
    synthesis = MuapSynthesis(bank_of(potentials))
    discharge = (np.array([3]), np.array([1]), np.array([0]))
    first = np.concatenate([synthesis.advance(*discharge, 32), *(synthesis.advance(*NONE, 32) for _ in range(3))])
    pause = [synthesis.advance(*NONE, 32, [Move(5, np.full(2, 0.7), np.ones(2))]) for _ in range(20)]
    assert not np.any(pause)
    synthesis.move(np.ones(2), np.ones(2))
    again = np.concatenate([synthesis.advance(*discharge, 32), *(synthesis.advance(*NONE, 32) for _ in range(3))])
    assert np.array_equal(first, again) and np.allclose(first[3 : 3 + LENGTH], potentials[1], atol=1e-5)


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a CUDA device")
def test_a_missing_gpu_is_said_plainly():
    with pytest.raises(InvalidInput, match="cuda"):
        MuapSynthesis(bank_of(np.ones((2, 2, 1), np.float32)), "cuda")
