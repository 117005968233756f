"""The reference of monopolar channels: what it takes away from all of them, and what it does not change."""

import dataclasses

import numpy as np
import pytest

import emgsim_ros as es
from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.plan import bank_plan, electrode_grid, reference
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.muap.limb.motor_unit import MotorUnit, draw_motor_units
from emgsim_ros.muap.models import ConductorModel, WithReference
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.parts import add_part, part_names, registry

ANATOMY = load_anatomy(config_file("forearm", folder="anatomy"))
KINDS = ("distant", "electrode", "strap", "average")
QUIET = {"noise": ()}
TIMES = np.arange(256) / 8192


def parameters(small_emg, **change):
    return EmgParameters(**{**small_emg, "muscles": ("FCU", "EDCM"), **change})


def recorded(small_emg, cache, step=10, stream=None, **change):
    """[samples, channels] EMG (mV) of 0.4 s, driven every ``step`` ms."""
    stream = stream or EmgStream(parameters(small_emg, **change), cache=cache)
    blocks = []
    for stamp in range(0, 420, step):
        blocks += stream.push(stamp * 1_000_000, stream.muscles, np.full(len(stream.muscles), 0.4))
    return np.concatenate([block.emg for block in blocks])[: 24 * 32]


def test_the_kinds_of_references():
    assert part_names("reference")[:4] == KINDS


@pytest.mark.parametrize("montage", ["single_differential", "double_differential", "laplacian"])
def test_differences_do_not_depend_on_the_reference(small_emg, cache, montage):
    made = [recorded(small_emg, cache, montage=montage, reference=kind) for kind in KINDS]
    assert all(np.array_equal(made[0], one) for one in made[1:])


@pytest.mark.parametrize("kind", KINDS[1:])
def test_differences_of_referenced_channels_are_those_of_the_electrodes(small_emg, cache, kind):
    """The reference is the same for all channels; the compressed potentials differ by up to half a per cent."""
    made, distant = (recorded(small_emg, cache, reference=one, **QUIET).reshape(-1, 4, 8) for one in (kind, "distant"))
    assert not np.allclose(made, distant, atol=1e-3 * np.ptp(distant))
    assert np.allclose(np.diff(made, axis=1), np.diff(distant, axis=1), atol=0.01 * np.ptp(distant))


def test_the_channels_of_a_common_average_sum_to_zero(small_emg, cache):
    for change in ({}, {"lost_electrodes": 5}):
        made = recorded(small_emg, cache, reference="average", mains_amplitude=0.01, **change)
        assert np.abs(made.sum(axis=1)).max() < 1e-4 * np.abs(made).max()


def test_an_electrode_in_the_place_of_a_channel_leaves_nothing_of_it(small_emg, cache):
    """Row 1 of four 8 mm apart lies 4 mm above the middle, column 3 of eight at 3/8 of the circumference."""
    place = {"reference_position": 4.0, "reference_angle": 3 / 8, "reference_diameter": 4.0}
    made = np.abs(recorded(small_emg, cache, reference="electrode", **place, **QUIET)).max(axis=0).reshape(4, 8)
    assert made[1, 3] < 0.01 * made.max() and made[1, 4] > 0.02 * made.max()


@pytest.mark.parametrize("generator", ["conductor", "network"])
def test_the_reference_electrode_sees_what_a_channel_sees_there(small_emg, generator):
    place = {"reference_position": -12.0, "reference_angle": 0.25, "reference_diameter": 4.0, "reference": "electrode"}
    plan = bank_plan(parameters(small_emg, generator=generator, **place), ANATOMY)
    units = draw_motor_units(ANATOMY, "FCU", 4, 1)
    made = plan.model(units, "cpu").potentials(units, 0, 1.1, np.arange(64) / 2048)
    assert made.shape == (4, 64, 33)
    assert np.allclose(made[..., 32], made[..., 3 * 8 + 2], atol=1e-3 * np.abs(made).max())


@pytest.mark.parametrize("diameter", [4.0, 8.0, 20.0])
def test_a_wide_electrode_is_made_of_discs_that_fill_it(small_emg, diameter):
    wanted = parameters(small_emg, reference="electrode", reference_diameter=diameter, reference_angle=0.1)
    electrode = reference(wanted, electrode_grid(wanted, ANATOMY)).electrode
    layout = electrode.layout
    assert electrode.diameter <= 0.008 and electrode.rows * electrode.diameter == pytest.approx(diameter * 1e-3)
    assert layout.heights.mean() == pytest.approx(-0.15) and layout.angles.mean() == pytest.approx(0.2 * np.pi)


def test_a_strap_does_not_depend_on_the_angle_of_the_unit(small_emg):
    wanted = parameters(small_emg, reference="strap", reference_position=-40.0)
    strap = reference(wanted, electrode_grid(wanted, ANATOMY)).electrode
    units = draw_motor_units(ANATOMY, "FCU", 3, 1)
    turned = [dataclasses.replace(unit, angles=unit.angles + 1.3) for unit in units]
    model = ConductorModel(ANATOMY, strap, units, np.ones(1))
    here, there = (model.potentials(some, 0, 1.0, TIMES).mean(axis=2) for some in (units, turned))
    assert np.allclose(here, there, atol=2e-3 * np.abs(here).max()) and np.abs(here).max() > 0


def test_the_end_of_the_fibres_shows_on_all_channels_at_once():
    """Against a strap at the wrist, channels that the travelling potential does not reach record the fibre end."""
    unit = MotorUnit(
        fibers=500,
        radii=np.full(1, 0.030),
        angles=np.zeros(1),
        innervation_zone=0.01,
        proximal=0.03,
        distal=0.06,
        conduction_velocity=4.0,
        innervation_scatter=0.0025,
        end_scatter=0.005,
    )
    grid = ElectrodeGrid(6, 16, 0.008, 0.004, 0.04)
    band = strap_at(-0.15)
    models = [ConductorModel(ANATOMY, one, [unit], np.ones(1)) for one in (grid, band)]
    made = WithReference(*models, band.count).potentials([unit], 0, 1.0, TIMES)[0]
    electrodes, strap = made[:, :-1], made[:, -1]
    channels = (electrodes - strap[:, None]).reshape(-1, 6, 16)
    opposite = channels[:, :, 5:12]
    for length in (unit.proximal, unit.distal):
        arrival = length / unit.conduction_velocity
        late = (arrival - 0.001 < TIMES) & (arrival + 0.003 > TIMES)
        peaks = TIMES[late][np.abs(opposite[late]).argmax(axis=0)]
        assert np.ptp(peaks) < 0.0005 and arrival < peaks.mean() < arrival + 0.002
    before = unit.proximal / unit.conduction_velocity - 0.004 > TIMES
    assert np.abs(strap[before]).max() < 0.05 * np.abs(strap).max()  # nothing while both action potentials travel
    common = opposite.mean(axis=(1, 2))
    assert opposite.std(axis=(1, 2)).max() < 0.3 * np.abs(common).max()
    distant = electrodes.reshape(-1, 6, 16)[:, :, 5:12].mean(axis=(1, 2))
    assert np.ptp(common) > 1.3 * np.ptp(distant)  # the two ends of the limb have opposite signs


def strap_at(height):
    return ElectrodeGrid(1, 64, 0.008, 0.008, 0.04, height=height)


def test_the_noise_of_the_reference_is_common_to_all_channels(small_emg, cache):
    """Two equal, independent noises: a correlation of 1/2 against an electrode, of -1/(N - 1) against the average."""
    expected = {"distant": 0.0, "electrode": 0.5, "strap": 0.5, "average": -1 / 31}
    for kind, correlation in expected.items():
        stream = EmgStream(parameters(small_emg, reference=kind, noise=("white",)), cache=cache)
        blocks = [block for stamp in range(0, 2000, 10) for block in stream.push(stamp * 1_000_000, ("FCU",), [0.0])]
        noise = np.concatenate([block.emg for block in blocks])
        pairs = np.corrcoef(noise.T)[np.triu_indices(32, 1)]
        assert pairs.mean() == pytest.approx(correlation, abs=0.02), kind
        power = {"distant": 1.0, "average": 31 / 32}.get(kind, 2.0)
        assert noise.var() == pytest.approx(power * 0.003**2, rel=0.05), kind


def test_a_lost_electrode_still_records_the_reference(small_emg, cache):
    """Its own input has no EMG, the second input of its amplifier has."""
    change = {"lost_electrodes": 32, **QUIET}
    distant, strap = (recorded(small_emg, cache, reference=kind, **change) for kind in ("distant", "strap"))
    assert not distant.any() and strap.any() and np.allclose(strap, strap[:, :1], atol=1e-7)
    with pytest.raises(InvalidInput, match=r"lost_electrodes.*up to 32"):
        EmgStream(parameters(small_emg, reference="strap", lost_electrodes=33), cache=cache)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_the_stream_does_not_depend_on_how_it_is_driven(small_emg, cache, kind):
    change = {"reference": kind, "baseline_rms": 0.01}
    assert np.array_equal(recorded(small_emg, cache, 10, **change), recorded(small_emg, cache, 30, **change))


@pytest.mark.parametrize("kind", KINDS)
def test_the_potentials_of_single_units_have_the_same_reference(small_emg, cache, kind):
    made = es.motor_unit_potentials("FCU", units_per_muscle=4, rows=4, columns=8, reference=kind)
    assert made.shape == (4, 64, 32)
    if kind == "average":
        assert np.abs(made.sum(axis=2)).max() < 1e-4 * np.abs(made).max()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"reference": "strap", "reference_position": 10.0}, "reference_position.*at least 24 mm"),
        ({"reference": "strap", "reference_position": -20.0}, "reference_position.*at least 24 mm"),
        ({"reference": "ear"}, "distant, electrode, strap, average"),
    ],
)
def test_impossible_references_are_rejected_by_name(small_emg, cache, change, named):
    with pytest.raises(InvalidInput, match=named):
        EmgStream(parameters(small_emg, **change), cache=cache)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reference_position", -250.0),
        ("reference_position", float("nan")),
        ("reference_diameter", 0.0),
        ("reference_angle", 2.0),
    ],
)
def test_parameters_out_of_range_are_rejected_by_name(name, value):
    with pytest.raises(InvalidInput, match=name):
        es.simulate_emg({"FCU": 0.1}, 100, duration=0.1, **{name: value})


def test_a_montage_that_does_not_declare_its_dependence_is_referenced(small_emg, cache):
    class Every:
        def __init__(self, grid):
            self.rows, self.columns = grid.rows, grid.columns

        def apply(self, emg):
            return emg

        def positions(self, electrodes):
            return electrodes

    add_part("montage", "every", Every)
    try:
        made = recorded(small_emg, cache, montage="every", reference="average")
    finally:
        del registry._added["montage", "every"]
    assert np.array_equal(made, recorded(small_emg, cache, reference="average"))
