import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.errors import InvalidInput
from emgsim_ros.parameters import EmgParameters

STATE = 10_000_000  # ns between muscle states
BLOCK = 15_625_000  # ns in a block


@pytest.fixture
def make(small_emg, cache):
    def stream(**change):
        return EmgStream(EmgParameters(**{**small_emg, **change}), cache=cache)

    return stream


def run(stream, states, excitation=0.5, start=0):
    blocks = []
    for number in range(start, start + states):
        level = excitation(number) if callable(excitation) else excitation
        blocks += stream.push(number * STATE, stream.muscles, np.full(len(stream.muscles), level))
    return blocks


def test_blocks_come_gap_free_as_soon_as_the_drive_covers_them(make):
    stream = make()
    blocks = run(stream, 101)
    assert [block.stamp for block in blocks] == [BLOCK * n for n in range(64)]
    assert all(block.emg.shape == (32, 32) and block.emg.dtype == np.float32 for block in blocks)


def test_block_length_only_cuts_the_stream(make):
    streams = [np.concatenate([b.emg for b in run(make(block_length=n), 101)]) for n in (32, 16, 100)]
    shortest = min(len(s) for s in streams)
    for other in streams[1:]:
        assert np.allclose(streams[0][:shortest], other[:shortest], rtol=0, atol=1e-5)


def test_a_seed_gives_the_same_stream_and_another_seed_another(make):
    first, again, other = (run(make(seed=seed), 40) for seed in (3, 3, 4))
    assert all(
        np.array_equal(a.emg, b.emg) and np.array_equal(a.spike_unit, b.spike_unit)
        for a, b in zip(first, again, strict=True)
    )
    assert not np.array_equal(first[-1].emg, other[-1].emg)


def test_emg_grows_with_excitation(make):
    rms = [
        np.sqrt(np.mean([np.square(b.emg).mean() for b in run(make(), 100, level)[10:]])) for level in (0.05, 0.2, 0.6)
    ]
    assert rms[0] < rms[1] < rms[2]


def test_without_drive_there_is_noise_alone(make):
    blocks = run(make(noise=("white",), reference="distant", high_pass=0.0), 50, 0.0)
    assert sum(len(b.spike_sample) for b in blocks) == 0
    assert np.concatenate([b.emg for b in blocks]).std() == pytest.approx(0.003, rel=0.05)


def test_each_muscle_shows_over_its_own_place(make):
    """A flexor is strongest on the palmar side of the arm, an extensor on the dorsal side."""
    side = {}
    for muscle in ("FCR", "EDCI"):
        stream = make(noise_rms=0.0, mains_amplitude=0.0, columns=16)
        blocks = []
        for number in range(60):
            blocks += stream.push(number * STATE, [muscle], [0.6])
        rms = np.sqrt(np.square(np.concatenate([b.emg for b in blocks])).mean(axis=0))
        side[muscle] = stream.positions[np.argmax(rms), 2]
    assert side["FCR"] < side["EDCI"]


def moving(stream, states, length, start=0):
    blocks = []
    for number in range(start, start + states):
        values = np.full(len(stream.muscles), length(number))
        blocks += stream.push(number * STATE, stream.muscles, np.full(len(stream.muscles), 0.5), values)
    return np.concatenate([block.emg for block in blocks])


def test_the_potentials_follow_the_length_of_the_fibres(make):
    """The same discharges: shortened fibres conduct faster, so the spectrum rises; the way back is the same."""
    signals = {
        length: moving(make(noise_rms=0.0, mains_amplitude=0.0, high_pass=0.0), 101, lambda _, s=length: s)
        for length in (0.8, 1.0, 1.2)
    }
    centre = {}
    for length, signal in signals.items():
        power = np.square(np.abs(np.fft.rfft(signal, axis=0))).sum(axis=1)
        centre[length] = power @ np.arange(len(power)) / power.sum()
    assert centre[0.8] > 1.1 * centre[1.0] > 1.2 * centre[1.2]
    stream = make(noise_rms=0.0, mains_amplitude=0.0, high_pass=0.0)
    moving(stream, 30, lambda _: 1.3)
    later = moving(stream, 71, lambda _: 1.0, start=30)
    assert np.allclose(later[-1024:], signals[1.0][-1024:], atol=1e-5)


def test_the_refresh_does_not_depend_on_the_blocks(make):
    def wave(number):
        return 1 + 0.3 * np.sin(number / 15)

    streams = [moving(make(block_length=length), 101, wave) for length in (32, 16, 100)]
    shortest = min(map(len, streams))
    for other in streams[1:]:
        assert np.allclose(streams[0][:shortest], other[:shortest], rtol=0, atol=1e-5)


def test_without_lengths_the_fibres_keep_the_anatomys(make):
    given = moving(make(), 50, lambda _: 1.0)
    assert np.array_equal(given, np.concatenate([block.emg for block in run(make(), 50)]))


def test_fatigue_lowers_the_spectrum(make):
    """Conduction velocity falls, and the median frequency with it (Merletti, Knaflitz & De Luca 1990)."""
    stream = make(fatigue=True, noise_rms=0.0, mains_amplitude=0.0)
    centre = []
    for start in (0, 6000):
        signal = np.concatenate([block.emg for block in run(stream, 200, 0.8, start=start)])
        power = np.square(np.abs(np.fft.rfft(signal, axis=0))).sum(axis=1)
        centre.append(power @ np.arange(len(power)) / len(signal) / power.sum())
        for number in range(start + 200, start + 6000) if start == 0 else ():
            stream.push(number * STATE, stream.muscles, np.full(len(stream.muscles), 0.8))
    assert 0.7 < centre[1] / centre[0] < 0.92


@pytest.mark.parametrize("pool", ["fuglevand", "integrate_and_fire"])
def test_both_pools_drive_the_stream(make, pool):
    blocks = run(make(pool=pool), 100, 0.4)
    rates = len(np.concatenate([block.spike_sample for block in blocks])) / 1.0 / sum(make().units)
    assert 2 < rates < 30


@pytest.mark.parametrize(("lengths", "named"), [([1.0], "length"), ("zero", "FCR"), ("nan", "FCR")])
def test_bad_lengths_are_refused_by_name(make, lengths, named):
    stream = make(muscles=("FCR", "EIP"))
    values = {"zero": [0.0, 1.0], "nan": [np.nan, 1.0]}.get(lengths, lengths) if isinstance(lengths, str) else lengths
    with pytest.raises(InvalidInput, match=named):
        stream.push(0, stream.muscles, [0.1, 0.1], values)


def test_the_conductor_and_the_network_give_the_same_emg(make):
    """The generator that ships against the reference, through the whole stream.

    Most of the difference is in units cut off at the border of their muscle, close under the skin: the generator has
    the mean and the spread of a unit's fibres only.
    """
    network, conductor = (
        np.concatenate(
            [b.emg for b in run(make(generator=kind, noise_rms=0.0, mains_amplitude=0.0, units_per_muscle=6), 60)]
        )
        for kind in ("network", "conductor")
    )
    assert np.sqrt(np.square(network - conductor).mean()) < 0.06 * conductor.std()


def test_missing_weights_are_named(make):
    with pytest.raises(InvalidInput, match="nowhere"):
        make(checkpoint="nowhere")


def test_muscles_out_of_reach_are_known_and_silent(make):
    stream = make()
    for number in range(20):
        blocks = stream.push(number * STATE, ["RI2", "LU2"], [1.0, 1.0])
    assert all(len(block.spike_sample) == 0 for block in blocks)


@pytest.mark.parametrize(
    ("names", "values", "named"),
    [
        (["BICEPS"], [0.1], "BICEPS"),
        (["FCR"], [np.nan], "FCR"),
        (["FCR"], [-0.1], "0 to 1"),
        (["FCR"], [0.1, 0.2], "length"),
    ],
)
def test_bad_states_are_refused_and_the_stream_goes_on(make, names, values, named):
    stream = make()
    run(stream, 5)
    with pytest.raises(InvalidInput, match=named):
        stream.push(5 * STATE, names, values)
    blocks = run(stream, 20, start=6)
    assert np.diff([b.stamp for b in blocks]).tolist() == [BLOCK] * (len(blocks) - 1)
    assert stream.blocks_skipped == 0


def test_short_gaps_are_bridged_and_long_ones_start_anew_on_the_block_grid(make):
    stream = make()
    run(stream, 10)
    bridged = run(stream, 5, start=25)  # 0.15 s missing
    assert stream.blocks_skipped == 0 and len(bridged) > 10
    assert stream.gap_message(200 * STATE) is not None
    after = run(stream, 5, start=200)
    assert stream.blocks_skipped > 50
    assert after[0].stamp % BLOCK == 0 and after[0].stamp >= 200 * STATE


def test_a_clock_that_jumps_back_starts_anew(make):
    stream = make()
    run(stream, 100)
    assert run(stream, 10)[0].stamp == 0


def test_joining_late_begins_at_the_next_block(make):
    first = run(make(), 10, start=123)[0].stamp
    assert first % BLOCK == 0 and 0 <= first - 123 * STATE < BLOCK


def test_unknown_muscle_in_the_parameters_is_named(make):
    with pytest.raises(InvalidInput, match="FXX"):
        make(muscles=("FXX",))
