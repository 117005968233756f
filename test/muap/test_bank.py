import dataclasses
import itertools

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import BankPlan, ElectrodeGrid, build_bank, load_anatomy, load_or_build_bank
from emgsim_ros.muap import bank as bank_module
from emgsim_ros.muap.bank import UNSTRETCHED
from emgsim_ros.muap.conductor.limb_conductor import ForearmConductor
from emgsim_ros.muap.conductor.source import axial_current, rosenfalck_slope
from emgsim_ros.muap.limb.motor_unit import MotorUnit, draw_motor_units
from emgsim_ros.muap.limb.section import section_area

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
RATE = 2048
HEIGHTS = np.arange(-0.256, 0.256, 0.001)


def grid(**change):
    return ElectrodeGrid(**{"rows": 10, "columns": 32, "spacing": 0.008, "diameter": 0.004, "radius": 0.04, **change})


def unit(depth=0.010, velocity=4.0, half=0.06, zone=0.0, fibers=100):
    return MotorUnit(fibers, np.full(12, 0.04 - depth), np.zeros(12), zone, half, half, velocity, 0.0025, 0.005)


def potential(one, electrodes=None, rate=RATE, duration=bank_module.DURATION):
    electrodes = electrodes or grid()
    conductor = ForearmConductor(ANATOMY.cylinder, ANATOMY.fiber, electrodes.layout, [one])
    times = np.arange(round(duration * rate)) / rate
    return conductor.potential(one, times).reshape(len(times), electrodes.rows, electrodes.columns)


def test_source_is_balanced_and_ends_with_the_fibres():
    """No net current leaves a fibre at any time, and none flows after the potential has reached both ends."""
    times = np.arange(80) / RATE
    current = axial_current(unit(), ANATOMY.fiber, HEIGHTS, times)
    assert np.abs(current[[0, -1]]).max() == 0.0  # so the integral of its slope is 0
    assert np.abs(current).max() > 0
    late = times > 0.06 / 4.0 + 0.02 / 4.0 + 0.008
    assert np.abs(current[:, late]).max() < 1e-4 * np.abs(current).max()


def test_source_is_symmetric_about_the_innervation_zone():
    current = axial_current(unit(), ANATOMY.fiber, np.linspace(-0.1, 0.1, 201), np.arange(1, 40) / RATE)
    assert np.allclose(current, -current[::-1], atol=1e-12)


def test_source_is_the_mean_over_the_scatter_of_innervation_zones():
    """Against the sum over many fibres, each with a zone of its own, ends far away."""
    one, times, scatter = unit(half=0.2), np.arange(40) / RATE, 0.0025
    heights = np.linspace(-0.05, 0.05, 101)
    zones = scatter * np.linspace(-5, 5, 2001)
    share = np.exp(-0.5 * (zones / scatter) ** 2)
    distance = heights[:, None] - zones
    behind = one.conduction_velocity * times - np.abs(distance)[:, :, None]
    mean = -np.einsum("n,hn,hnt->ht", share / share.sum(), np.sign(distance), rosenfalck_slope(behind))
    current = axial_current(one, ANATOMY.fiber, heights, times)
    scale = np.abs(mean).max() / np.abs(current).max()
    assert np.abs(scale * current - mean).max() < 0.01 * np.abs(mean).max()
    far = np.abs(heights) > 0.015
    assert np.abs(scale * current - mean)[far].max() < 2e-3 * np.abs(mean).max()


def test_a_unit_far_from_the_electrodes_is_silent():
    assert not potential(unit(zone=0.9)).any()


def test_potential_is_largest_over_the_unit_and_fades_around_the_arm():
    peak = np.ptp(potential(unit()), axis=0).max(axis=0)
    assert np.argmax(peak) == 0
    assert (np.diff(peak[:13]) < 0).all()
    assert np.allclose(peak[1:16], peak[:16:-1], rtol=1e-4)  # left and right of the unit alike


def test_amplitude_falls_with_depth_and_grows_with_fibres():
    peaks = [np.ptp(potential(unit(depth=depth)), axis=0).max() for depth in (0.008, 0.012, 0.018)]
    assert peaks[0] > peaks[1] > peaks[2] > 0
    assert np.allclose(potential(unit(fibers=200)), 2 * potential(unit(fibers=100)), rtol=1e-5, atol=1e-9)


def test_amplitude_is_of_physiological_size():
    """Surface potentials of superficial units of some hundred fibres: tens to hundreds of microvolt."""
    assert 0.01 < np.ptp(potential(unit(depth=0.008, fibers=300)), axis=0).max() < 1.0


def test_larger_electrodes_see_less():
    small, large = (np.ptp(potential(unit(), grid(diameter=d)), axis=0).max() for d in (0.001, 0.015))
    assert large < small


@pytest.mark.parametrize("velocity", [3.0, 4.0, 4.5])
def test_conduction_velocity_reads_back_from_electrode_pairs(velocity):
    """Delay between double differential signals along a long fibre, by the phase of their cross spectrum."""
    rate = 8192
    row = grid(rows=16, spacing=0.005, columns=4)
    signal = potential(unit(velocity=velocity, half=0.11, zone=0.07), row, rate, duration=0.05)[:, :, 0]
    double = np.diff(signal, n=2, axis=1)
    first, second = double[:, 9], double[:, 10]  # distal to the innervation zone, far from the ends
    size = 4096
    spectrum = np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size)
    frequency = np.fft.rfftfreq(size, 1 / rate)
    use = (frequency > 40) & (frequency < 250)
    slope = np.polyfit(frequency[use], np.unwrap(np.angle(spectrum[use])), 1, w=np.abs(spectrum[use]))[0]
    assert 0.005 / (-slope / (2 * np.pi)) == pytest.approx(velocity, rel=0.02)


def test_end_of_fibre_effects_do_not_travel():
    """When the potential reaches the fibre end, all electrodes far beyond it see it at the same time."""
    row = grid(rows=20, spacing=0.008, columns=4)
    signal = potential(unit(half=0.04), row, rate=8192)[:, :, 0]
    beyond = row.heights < -0.045
    peaks = np.argmax(np.abs(signal[:, beyond]), axis=0) / 8192
    assert np.ptp(peaks) < 0.0006


def test_units_grow_with_recruitment_and_lie_in_their_territory():
    territory, fiber = ANATOMY.muscles["FCU"], ANATOMY.fiber
    units = draw_motor_units(ANATOMY, "FCU", 205, seed=1)
    fibers = np.array([u.fibers for u in units])
    assert fibers[-20:].mean() / fibers[:20].mean() > 0.5 * fiber.size_range
    assert fibers.sum() == pytest.approx(territory.area * fiber.density, rel=0.02)
    depths = 0.04 - np.concatenate([u.radii for u in units])
    assert depths.min() >= territory.depth[0] - 1e-12 and depths.max() <= territory.depth[1] + 1e-12
    zones = np.array([u.innervation_zone for u in units])
    assert np.abs(zones - territory.belly).max() <= np.sqrt(3) * territory.belly_spread + 1e-12


def test_sizes_and_velocities_follow_recruitment_as_recorded():
    """Amplitude and threshold correlate by .68 to .79 (Calancie & Bawa 1985), velocity and size by .5 to .9."""
    sizes, velocities = [], []
    for seed in range(20):
        units = draw_motor_units(ANATOMY, "FCR", 190, seed)
        made = np.argsort(np.argsort([u.fibers for u in units]))
        sizes.append(np.corrcoef(np.arange(190), made)[0, 1])
        velocities.append(np.corrcoef(made, [u.conduction_velocity for u in units])[0, 1])
    assert 0.9 < np.mean(sizes) < 0.99
    assert 0.6 < np.mean(velocities) < 0.8


def test_a_cold_muscle_conducts_slowly():
    """3.4 % per degree: the same units at 30 and at 36 degrees C."""
    warm = draw_motor_units(ANATOMY, "FCR", 20, 1)
    cold_fiber = dataclasses.replace(ANATOMY.fiber, temperature=30.0)
    cold = draw_motor_units(dataclasses.replace(ANATOMY, fiber=cold_fiber), "FCR", 20, 1)
    ratio = [a.conduction_velocity / b.conduction_velocity for a, b in zip(cold, warm, strict=True)]
    assert np.allclose(ratio, 1 - 6 * 0.034)


@pytest.mark.parametrize("name", ["forearm", "upper_arm", "thigh"])
def test_the_fibres_fit_into_the_limb(name):
    """The area of the fibres that pass through a section, everywhere along the limb."""
    anatomy = load_anatomy(config_file(name, folder="anatomy"))
    heights, layers = np.linspace(-0.1, 0.1, 21), anatomy.cylinder
    filled = {muscle: section_area(anatomy, muscle, heights) for muscle in anatomy.muscles}
    assert sum(filled.values()).max() < np.pi * (layers.muscle_radius**2 - layers.bone_radius**2)


def test_bank_is_zero_at_both_ends_of_time(cache):
    bank = load_or_build_bank(BankPlan(ANATOMY, grid(rows=4, columns=8), {"FCR": 12, "EIP": 12}, RATE, 1), folder=cache)
    for muscle, length in itertools.product(("FCR", "EIP"), (0, UNSTRETCHED, 17)):
        potentials = np.abs(bank.potentials(muscle, length))
        peak = potentials.max(axis=(1, 2))
        assert (potentials[:, 0].max(axis=1) <= 1e-6 * peak).all()
        assert (potentials[:, -1].max(axis=1) <= 0.02 * peak).all()
    assert bank.units == {"FCR": 12, "EIP": 12}


def test_cache_returns_the_same_numbers_and_mends_itself(tmp_path):
    plan = BankPlan(ANATOMY, grid(rows=2, columns=4), {"FCR": 3}, RATE, 1)
    calls = []
    first = load_or_build_bank(plan, folder=tmp_path, progress=lambda *c: calls.append(c))
    again = load_or_build_bank(plan, folder=tmp_path, progress=lambda *c: calls.append(c))
    assert calls == [("motor-unit potentials", 3, 3)] and np.array_equal(
        first.potentials("FCR"), again.potentials("FCR")
    )
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(file.read_bytes()[:500])
    mended = load_or_build_bank(plan, folder=tmp_path)
    assert np.array_equal(first.potentials("FCR"), mended.potentials("FCR"))
    assert [p.suffix for p in tmp_path.iterdir()] == [".npz"]


def test_cache_tells_other_arms_and_seeds_apart(tmp_path):
    base = (grid(rows=2, columns=4), {"FCR": 3}, RATE)
    thin = dataclasses.replace(ANATOMY, cylinder=dataclasses.replace(ANATOMY.cylinder, fat=0.04))
    banks = [
        load_or_build_bank(BankPlan(anatomy, *base, seed), folder=tmp_path).potentials("FCR")
        for anatomy, seed in ((ANATOMY, 1), (ANATOMY, 2), (thin, 1))
    ]
    assert not np.array_equal(banks[0], banks[1]) and not np.array_equal(banks[0], banks[2])


def test_electrodes_lie_on_the_skin_around_the_limb():
    positions = grid().positions(ANATOMY.placement).reshape(10, 32, 3)
    axis = np.array(ANATOMY.placement.axis) / np.linalg.norm(ANATOMY.placement.axis)
    offset = positions - np.array(ANATOMY.placement.origin)
    assert np.allclose(np.linalg.norm(offset - (offset @ axis)[..., None] * axis, axis=-1), 0.04)
    assert np.allclose(np.linalg.norm(np.diff(positions, axis=0), axis=-1), 0.008)
    assert positions[0, :, 1].mean() > positions[-1, :, 1].mean()  # row 0 is proximal
    assert positions[5, 2, 2] < positions[5, 18, 2]  # column 2 palmar, column 18 dorsal
    assert positions[5, 10, 0] > positions[5, 26, 0]  # column 10 on the thumb's side


def test_unknown_muscle_is_named():
    with pytest.raises(InvalidInput, match="FXX"):
        build_bank(BankPlan(ANATOMY, grid(), {"FXX": 3}, RATE, 1))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("depth: [0.0050, 0.0170]", "depth: [0.0010, 0.0170]", "ECRB"),
        ("area: 348.0e-6", "aera: 348.0e-6", "area"),
        ("diameter: 65.0e-6", "diameter: thick", "diameter"),
        ("velocity_size_correlation: 0.7", "velocity_size_correlation: 1.7", "velocity_size_correlation"),
        ("fat: {radius: 0.0388", "fat: {radius: 0.0488", "layer radii"),
        ("muscles:", "muscels:", "muscles"),
    ],
)
def test_broken_anatomy_is_refused_by_name(tmp_path, old, new, named):
    path = tmp_path / "arm.yaml"
    path.write_text(config_file("forearm", folder="anatomy").read_text().replace(old, new))
    with pytest.raises(InvalidInput, match=named):
        load_anatomy(path)
