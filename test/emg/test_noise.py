import itertools

import numpy as np
import pytest
from scipy.signal import welch

from emgsim_ros.emg import ElectrodeNoise, RecordingSite
from emgsim_ros.emg.noise import electrode_noise
from emgsim_ros.emg.noise.ecg import Beat
from emgsim_ros.errors import InvalidInput
from emgsim_ros.muap import ElectrodeGrid
from emgsim_ros.parameters import EmgParameters

RATE = 2048
QUIET = {"noise_rms": 0.0, "mains_amplitude": 0.0, "amplifier_rms": 0.0}
LOUD = {
    "noise": ("electrode", "reference", "amplifier", "mains", "baseline", "motion", "ecg"),
    "mains_amplitude": 0.01,
    "baseline_rms": 0.01,
    "motion_rate": 300.0,
    "ecg_amplitude": 0.05,
}


def site(electrodes=16, grid=None, seed=1, **change):
    return RecordingSite(EmgParameters(**{"sample_rate": RATE, **change}), electrodes, seed, grid)


def noise(electrodes=16, grid=None, seed=1, **change) -> ElectrodeNoise:
    return electrode_noise(site(electrodes, grid, seed, **change))


def around(rows=4, columns=8):
    return ElectrodeGrid(rows, columns, spacing=0.008, diameter=0.004, radius=0.04)


def spectrum(samples, rate=RATE):
    """Frequencies (with a resolution of 1 Hz) and density averaged over electrodes, mV2/Hz."""
    frequencies, density = welch(samples, rate, nperseg=rate, axis=0)
    return frequencies, density.mean(axis=1)


def band_rms(samples, low=20.0, high=500.0, rate=RATE):
    frequencies, density = welch(samples, rate, nperseg=rate, axis=0)
    inside = (frequencies >= low) & (frequencies <= high)
    return np.sqrt(density[inside].sum(axis=0))


def test_white_noise_has_its_rms_and_no_correlation():
    samples = noise(noise=("white",)).samples(0, 20000)
    assert samples.std() == pytest.approx(0.003, rel=0.01)
    assert np.abs(np.corrcoef(samples.T) - np.eye(16)).max() < 0.05


@pytest.mark.parametrize("rate", [1000, 2048, 10000])
def test_electrode_noise_has_its_rms_in_the_emg_band_at_every_sample_rate(rate):
    samples = noise(noise=("electrode",), impedance_spread=0.0, sample_rate=rate).samples(0, 20 * rate)
    assert band_rms(samples, rate=rate).mean() == pytest.approx(0.003, rel=0.02)
    assert np.abs(np.corrcoef(np.diff(samples.T)) - np.eye(16)).max() < 0.05


@pytest.mark.parametrize("exponent", [0.8, 1.2, 1.6])
def test_electrode_noise_falls_as_a_power_of_frequency(exponent):
    """Within 1.5 dB of 1/f^a from 2 to 500 Hz (1 dB of the filter, the rest is that of the estimate)."""
    options = (f"noise.exponent={exponent}",)
    samples = noise(64, noise=("electrode",), impedance_spread=0.0, options=options).samples(0, 40 * RATE)
    frequencies, density = welch(samples, RATE, nperseg=4 * RATE, axis=0)
    inside = (frequencies >= 2) & (frequencies <= 500)
    level = 10 * np.log10(density.mean(axis=1)[inside]) + 10 * exponent * np.log10(frequencies[inside])
    assert np.abs(level - np.median(level)).max() < 1.5


def test_electrode_noise_is_white_above_its_corner():
    options = ("noise.corner=100",)
    samples = noise(64, noise=("electrode",), options=options, sample_rate=4096).samples(0, 20 * 4096)
    frequencies, density = spectrum(samples, 4096)
    at = {place: density[np.abs(frequencies - place) <= 5].mean() for place in (10, 400, 1600)}
    assert at[10] > 5 * at[400] and at[400] == pytest.approx(at[1600], rel=0.15)


def test_electrode_noise_is_stationary_from_its_first_sample_on():
    parts = [noise(64, noise=("electrode",), seed=seed) for seed in range(12)]
    early, late = (np.concatenate([part.samples(0, 256) for part in parts]).std() for _ in range(2))
    assert early == pytest.approx(late, rel=0.1)


def test_impedance_is_log_normal_and_falls_with_the_area_of_the_electrode():
    small, large = (site(4000, diameter=diameter).impedance for diameter in (4.0, 8.0))
    assert np.median(small) == pytest.approx(80.0, rel=0.05)
    assert np.log(small).std() == pytest.approx(0.5, rel=0.05)
    assert np.allclose(small / large, 4.0)
    again, other_trial = site(4000).impedance, site(4000, seed=9).impedance
    assert np.array_equal(small, again) and np.array_equal(small, other_trial)


def test_noise_grows_with_the_root_of_the_impedance():
    """So it is inversely proportional to the root of the electrode's area."""
    small, large = (noise(noise=("electrode",), diameter=diameter) for diameter in (4.0, 16.0))
    assert np.allclose(small.samples(0, 500), 4 * large.samples(0, 500), rtol=1e-4)
    place = site(200)
    rms = band_rms(noise(200, noise=("electrode",)).samples(0, 10 * RATE))
    assert np.corrcoef(np.log(rms), np.log(place.impedance))[0, 1] > 0.98
    assert np.allclose(rms, 0.003 * np.sqrt(place.impedance / 80.0), rtol=0.15)


def test_the_noise_of_the_reference_is_common_to_all_electrodes():
    samples = noise(noise=("reference",), options=("noise.reference.ratio=2",)).samples(0, 20 * RATE)
    assert (samples == samples[:, :1]).all()
    assert band_rms(samples)[0] == pytest.approx(0.006, rel=0.05)


def test_the_amplifier_has_a_white_floor_that_does_not_depend_on_the_electrode():
    samples = noise(64, noise=("amplifier",), amplifier_rms=0.001, lost_electrodes=8).samples(0, 20 * RATE)
    assert np.allclose(band_rms(samples), 0.001, rtol=0.05)
    density = spectrum(samples)[1]
    assert density[20:100].mean() == pytest.approx(density[800:1000].mean(), rel=0.05)


def test_mains_has_its_fundamental_and_harmonics():
    options = ("noise.drift=0.0", "noise.modulation=0.0", "noise.imbalance=0.0", "noise.harmonics=[0.1, 0.3, 0, 0.2]")
    samples = noise(noise=("mains",), mains_amplitude=0.01, options=options).samples(0, RATE)
    lines = np.abs(np.fft.rfft(samples[:, 0])) * 2 / RATE
    assert lines[50] == pytest.approx(0.01, rel=1e-3)
    assert np.allclose(lines[[100, 150, 200, 250]], [0.001, 0.003, 0.0, 0.002], rtol=1e-3, atol=1e-8)
    lines[50::50] = 0.0
    assert lines.max() < 1e-7
    assert (samples == samples[:, :1]).all()  # in phase, and equal impedances would couple alike


def test_mains_couples_through_the_imbalance_of_the_impedances():
    change = {"noise": ("mains",), "mains_amplitude": 0.01}
    place = site(200)
    rms = noise(200, **change).samples(0, 4 * RATE).std(axis=0)
    assert np.corrcoef(rms, place.impedance)[0, 1] > 0.99
    spread = [
        noise(200, diameter=diameter, **change).samples(0, RATE).std(axis=0).std() for diameter in (2.0, 4.0, 8.0)
    ]
    assert spread[0] > 3 * spread[1] > 9 * spread[2]
    even = noise(200, impedance_spread=0.0, **change).samples(0, RATE)
    assert np.allclose(even, even[:, :1])


def test_the_mains_frequency_drifts_slowly_about_its_value():
    deviations = []
    for seed in range(30):
        wave = noise(1, seed=seed, noise=("mains",), impedance_spread=0.0, options=("noise.harmonics=[]",))
        samples = wave.samples(100 * RATE, 4 * RATE)[:, 0]
        rising = np.flatnonzero((samples[:-1] < 0) & (samples[1:] >= 0))
        exact = rising + samples[rising] / (samples[rising] - samples[rising + 1])
        deviations.append(RATE * (len(exact) - 1) / (exact[-1] - exact[0]) - 50.0)
    assert 0.01 < np.std(deviations) < 0.03 and np.abs(deviations).max() < 0.07


def test_harmonics_that_would_alias_are_left_out():
    samples = noise(noise=("mains",), mains_frequency=400.0, options=("noise.drift=0",)).samples(0, RATE)
    frequencies, density = spectrum(samples)
    assert density[np.abs(frequencies - 400) <= 3].sum() + density[np.abs(frequencies - 800) <= 3].sum() > (
        0.999 * density.sum()
    )


def test_the_baseline_wanders_slowly_about_zero():
    samples = noise(64, noise=("baseline",), baseline_rms=0.02).samples(0, 40 * RATE)
    assert samples.std() == pytest.approx(0.02, rel=0.1) and np.abs(samples.mean()) < 0.004
    power = np.square(np.abs(np.fft.rfft(samples, axis=0))).sum(axis=1)
    below = power[: round(1.0 * 40)].sum()  # 1 Hz
    assert below > 0.85 * power.sum()


def test_motion_artefacts_lie_below_20_hz_and_return_to_zero():
    part = noise(32, around(), noise=("motion",), motion_rate=30.0)
    samples = part.samples(0, 120 * RATE)
    frequencies, density = spectrum(samples)
    assert density[frequencies < 20].sum() > 0.98 * density.sum()
    assert np.abs(samples[0]).max() == 0.0
    assert 0.1 < np.abs(samples).max() < 2.0


def test_motion_artefacts_come_at_their_rate():
    """Few artefacts are separate: the parts of time in which nothing moves are those of a Poisson process."""
    sparse = [noise(4, seed=seed, noise=("motion",), motion_rate=6.0).samples(0, 10 * RATE) for seed in range(60)]
    quiet = np.mean([not samples.any() for samples in sparse])
    assert quiet == pytest.approx(np.exp(-1), abs=0.15)


def test_a_motion_artefact_moves_neighbours_together():
    grid = around(6, 16)
    place = site(96, grid, noise=("motion",))
    samples = noise(96, grid, seed=3, noise=("motion",), motion_rate=6.0).samples(0, 40 * RATE)
    peak = np.abs(samples).max(axis=0)
    centre = int(np.argmax(peak))
    distance = place.distances(centre)
    assert peak[distance < 0.01].mean() > 3 * peak[distance > 0.05].mean()


def test_the_first_and_last_column_around_a_limb_are_neighbours():
    place = site(32, around(4, 8))
    assert place.distances(0)[7] == pytest.approx(place.distances(0)[1])
    assert site(5, spacing=10.0).distances(1)[3] == pytest.approx(0.02)


def test_the_ecg_beats_at_its_rate_with_variation_and_a_small_gradient():
    options = ("noise.heart_rate=60", "noise.gradient=0.1", "noise.variation=0.05")
    change = {"noise": ("ecg",), "ecg_amplitude": 0.1, "options": options}
    samples = noise(32, around(), **change).samples(0, 60 * RATE)
    one = samples.mean(axis=1)
    assert one.max() == pytest.approx(0.1, rel=0.05)
    peaks = [n for n in np.flatnonzero(one > 0.05) if one[n] == one[max(n - 200, 0) : n + 200].max()]
    intervals = np.diff(peaks) / RATE
    assert intervals.mean() == pytest.approx(1.0, abs=0.03) and 0.03 < intervals.std() < 0.07
    assert 0.02 < samples.max(axis=0).std() / samples.max(axis=0).mean() < 0.1
    frequencies, density = spectrum(samples)
    assert density[frequencies < 50].sum() > 0.99 * density.sum()


def test_a_lost_electrode_has_no_ecg():
    samples = noise(8, noise=("ecg",), ecg_amplitude=0.1, lost_electrodes=3).samples(0, 3 * RATE)
    assert (~samples.any(axis=0)).sum() == 3


def test_a_beat_has_its_waves_in_their_order():
    times = np.linspace(-0.4, 0.9, 2000)
    beat = Beat(0.0, 1.0).at(times)
    assert times[np.argmax(beat)] == pytest.approx(0.0, abs=0.01)
    before, after = beat[times < -0.1], beat[times > 0.15]
    assert 0.15 < before.max() < 0.35 and 0.25 < after.max() < 0.55  # P and T
    assert beat[(times > -0.1) & (times < 0.1)].min() < -0.1  # Q and S


def test_electrodes_without_contact_have_tenfold_noise_and_mains():
    for name in ("electrode", "white", "mains"):
        one, other = (noise(16, noise=(name,), lost_electrodes=lost) for lost in (0, 4))
        ratio = other.samples(0, 2000).std(axis=0) / one.samples(0, 2000).std(axis=0)
        assert np.allclose(np.sort(ratio), [1.0] * 12 + [10.0] * 4, rtol=1e-3)


def test_noise_does_not_depend_on_the_blocks():
    whole, pieces = (noise(32, around(), **LOUD) for _ in range(2))
    cut = [0, 1, 33, 40, 200, 3000, 9000]
    parts = np.concatenate([pieces.samples(a, b - a) for a, b in itertools.pairwise(cut)])
    assert np.array_equal(whole.samples(0, 9000), parts)


def test_a_noise_part_that_is_left_out_does_not_change_the_others():
    both = noise(noise=("electrode", "mains")).samples(0, 300)
    one, other = (noise(noise=(name,)).samples(0, 300) for name in ("electrode", "mains"))
    assert np.array_equal(both, one + other)


def test_without_noise_parts_there_is_silence():
    assert not noise(noise=()).samples(0, 50).any()
    assert not noise(**QUIET).samples(0, 50).any()
    assert not noise(**QUIET, noise=(*EmgParameters().noise, "amplifier", "white")).samples(0, 50).any()


def test_the_default_noise_is_that_of_a_good_recording():
    """Broadband noise of a few uV in the band, mains below 10 uV from peak to peak, nothing else."""
    samples = noise(320).samples(0, 10 * RATE)
    frequencies, density = welch(samples, RATE, nperseg=RATE, axis=0)
    line = np.abs((frequencies + 25) % 50 - 25) <= 2
    inside = (frequencies >= 20) & (frequencies <= 450)
    broadband = np.sqrt(density[inside & ~line].sum(axis=0) * inside.sum() / (inside & ~line).sum())
    assert 0.003 < np.median(broadband) < 0.007
    mains = np.sqrt(density[np.abs(frequencies - 50) <= 2].sum(axis=0))
    assert 0.0005 < np.median(mains) < 0.01 / (2 * np.sqrt(2))


@pytest.mark.parametrize(
    ("part", "option", "named"),
    [
        ("electrode", "exponent=3", "exponent"),
        ("electrode", "exponent=.nan", "exponent"),
        ("electrode", "corner=0.5", "corner"),
        ("reference", "ratio=-1", "ratio"),
        ("mains", "harmonics=0.5", "harmonics"),
        ("mains", "harmonics=[0.1, -0.2]", "harmonics"),
        ("mains", "harmonics=[a]", "harmonics"),
        ("mains", "harmonics=abc", "harmonics"),
        ("mains", "drift=-0.1", "drift"),
        ("mains", "drift=fast", "drift"),
        ("mains", "modulation=.inf", "modulation"),
        ("motion", "extent=0", "extent"),
        ("ecg", "heart_rate=5", "heart_rate"),
        ("ecg", "variation=0.9", "variation"),
        ("ecg", "gradient=-0.1", "gradient"),
    ],
)
def test_options_that_are_not_possible_are_refused_by_name(part, option, named):
    change = {"motion_rate": 6.0, "ecg_amplitude": 0.1, "noise": (part,)}
    with pytest.raises(InvalidInput, match=named):
        noise(**change, options=(f"noise.{part}.{option}",))


def test_a_grid_of_another_number_of_electrodes_is_refused():
    with pytest.raises(InvalidInput, match="grid"):
        site(16, around(4, 8))
