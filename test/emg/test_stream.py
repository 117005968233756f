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
        assert np.array_equal(streams[0][:shortest], other[:shortest])


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
        assert np.array_equal(streams[0][:shortest], other[:shortest])


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


def states_of(stream, count, seed=0):
    """Stamps, and [states, muscles] excitations and lengths that vary from state to state."""
    rng = np.random.default_rng(seed)
    excitation = np.clip(np.cumsum(rng.normal(0, 0.03, (count, len(stream.muscles))), axis=0) + 0.3, 0, 1)
    return (
        np.arange(count) * STATE,
        excitation,
        1 + 0.2 * np.sin(np.arange(count) / 20)[:, None] * np.ones_like(excitation),
    )


def fields(blocks):
    return [(b.stamp, b.emg, b.spike_sample, b.spike_muscle, b.spike_unit) for b in blocks]


ANY_NUMBER_AT_ONCE = [
    {},
    {"fatigue": True, "pool": "integrate_and_fire", "units_per_muscle": 4},
    {"fatigue": True, "block_length": 125, "sample_rate": 2000, "adc_bits": 12, "refresh_rate": 7.0},
    {"montage": "laplacian", "low_pass": 500.0, "gain_spread": 0.1, "noise": ("white", "mains", "baseline", "motion")},
]


@pytest.mark.parametrize("change", ANY_NUMBER_AT_ONCE)
def test_states_together_give_the_blocks_of_states_one_by_one(make, change):
    """To the last bit: this is the equality of the offline simulation and the live graph."""
    alone, together = make(**change), make(**change)
    stamps, excitation, lengths = states_of(alone, 330)
    one_by_one = [
        block
        for stamp, driven, length in zip(stamps.tolist(), excitation, lengths, strict=True)
        for block in alone.push(stamp, alone.muscles, driven, length)
    ]
    at_once = []
    for part in np.split(np.arange(330), [1, 2, 250]):
        at_once += together.push_many(stamps[part], together.muscles, excitation[part], lengths[part])
    assert len(one_by_one) == len(at_once) > 25
    assert sum(len(block.spike_unit) for block in at_once) > 100
    for mine, other in zip(fields(one_by_one), fields(at_once), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(mine, other, strict=True))


def test_states_together_may_contain_gaps_and_a_jump_back(make):
    alone, together = make(), make()
    stamps, excitation, lengths = states_of(alone, 120)
    stamps[50:] += 100 * STATE
    stamps[90:] = np.arange(30) * STATE
    one_by_one = []
    for stamp, driven, length in zip(stamps.tolist(), excitation, lengths, strict=True):
        one_by_one += alone.push(stamp, alone.muscles, driven, length)
    at_once = together.push_many(stamps, together.muscles, excitation, lengths)
    assert [block.stamp for block in one_by_one] == [block.stamp for block in at_once]
    assert all(np.array_equal(a.emg, b.emg) for a, b in zip(one_by_one, at_once, strict=True))
    assert alone.blocks_skipped == together.blocks_skipped > 50


def test_one_bad_state_among_many_is_named_and_none_is_taken(make):
    stream, other = make(), make()
    stamps, excitation, lengths = states_of(stream, 40)
    for broken, named in ((np.nan, "0 to 1"), (1.5, "0 to 1")):
        wrong = excitation.copy()
        wrong[20, 3] = broken
        with pytest.raises(InvalidInput, match=named):
            stream.push_many(stamps, stream.muscles, wrong, lengths)
    wrong = lengths.copy()
    wrong[39, 0] = 0.0
    with pytest.raises(InvalidInput, match=stream.muscles[0]):
        stream.push_many(stamps, stream.muscles, excitation, wrong)
    for arguments in (
        (stamps[:-1], stream.muscles, excitation, lengths),
        (stamps, stream.muscles, excitation, lengths[:-1]),
        (stamps, stream.muscles, excitation[:, 1:], lengths),
        (stamps, stream.muscles, excitation, lengths[:, 1:]),
    ):
        with pytest.raises(InvalidInput):
            stream.push_many(*arguments)
    blocks = (one.push_many(stamps, one.muscles, excitation, lengths) for one in (stream, other))
    assert all(np.array_equal(a.emg, b.emg) for a, b in zip(*blocks, strict=True))


def test_no_states_give_no_blocks(make):
    stream = make()
    assert stream.push_many([], stream.muscles, np.zeros((0, len(stream.muscles)))) == []


def test_names_may_change_from_call_to_call(make):
    stream, other = make(), make()
    stamps, excitation, _ = states_of(stream, 60)
    order = np.random.default_rng(1).permutation(len(stream.muscles))
    shuffled = [stream.muscles[number] for number in order]
    blocks = stream.push_many(stamps[:30], stream.muscles, excitation[:30])
    blocks += stream.push_many(stamps[30:], shuffled, excitation[30:][:, order])
    expected = other.push_many(stamps, other.muscles, excitation)
    assert all(np.array_equal(a.emg, b.emg) for a, b in zip(blocks, expected, strict=True))
