import pytest

from emgsim_ros.signals.simulation_time import first_sample_at_or_after, from_seconds, sample_stamp


@pytest.mark.parametrize("rate", [2048, 2000, 1000, 100, 4096, 1111])
def test_stamps_and_samples_are_inverse(rate):
    for index in (0, 1, 17, 12345, 3600 * rate * 24 + 1):
        assert first_sample_at_or_after(sample_stamp(index, rate), rate) == index
        assert first_sample_at_or_after(sample_stamp(index, rate) + 1, rate) == index + 1


def test_blocks_of_32_samples_at_2048_hz_lie_on_whole_nanoseconds():
    assert [sample_stamp(32 * block, 2048) for block in range(4)] == [0, 15_625_000, 31_250_000, 46_875_000]


def test_seconds_are_rounded_not_cut():
    assert from_seconds(0.01) == 10_000_000
    assert from_seconds(0.015625) == 15_625_000
