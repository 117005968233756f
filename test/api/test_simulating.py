import dataclasses

import numpy as np
import pytest

import emgsim_ros as es
from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.plan import bank_plan
from emgsim_ros.muap.bank import UNSTRETCHED, load_or_build_bank
from emgsim_ros.offline.simulate import OfflineSimulation
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.scenario import load_scenario

MUSCLES = ("FCU", "ECRB")


@pytest.fixture(scope="module")
def contraction(small_emg, cache):
    return es.simulate_emg({"FCU": 0.4, "ECRB": 0.1}, 100, duration=1.0, cache=cache, **small_emg)


def test_the_emg_is_that_of_the_stream_to_the_bit(small_emg, cache, contraction):
    stream = EmgStream(EmgParameters(**small_emg, muscles=MUSCLES), cache=cache)
    blocks = []
    for number in range(120):
        blocks += stream.push(number * 10_000_000, MUSCLES, [0.4, 0.1])
    assert np.array_equal(contraction.emg, np.concatenate([block.emg for block in blocks])[:2048])
    assert np.array_equal(contraction.positions, stream.positions)
    fired = [
        (sample, muscle, unit)
        for muscle, name in enumerate(contraction.muscles)
        for unit, samples in enumerate(contraction.spikes[name])
        for sample in samples.tolist()
    ]
    wanted = [
        (number * 32 + sample, muscle, unit)
        for number, block in enumerate(blocks)
        for sample, muscle, unit in zip(
            block.spike_sample.tolist(), block.spike_muscle.tolist(), block.spike_unit.tolist(), strict=True
        )
    ]
    assert sorted(fired) == sorted(one for one in wanted if one[0] < 2048)


def test_an_array_a_mapping_and_a_constant_are_the_same(small_emg, cache, contraction):
    array = np.tile([0.4, 0.1], (100, 1))
    settings = {**small_emg, "muscles": MUSCLES, "cache": cache}
    mapped = es.simulate_emg(dict(zip(MUSCLES, array.T, strict=True)), 100, cache=cache, **small_emg)
    settings.pop("muscles")
    parameters = EmgParameters(muscles=MUSCLES)
    given = es.simulate_emg(array, 100, MUSCLES, parameters=parameters, **settings)
    assert np.array_equal(mapped.emg, contraction.emg) and np.array_equal(given.emg, contraction.emg)


def test_sizes_and_times_follow_the_settings(cache):
    ramp = np.linspace(0.0, 0.5, 30)
    made = es.simulate_emg({"FCU": ramp}, 60, cache=cache, rows=3, columns=5, column_spacing=8.0, grid_angle=0.83,
                           units_per_muscle=6, sample_rate=1000, montage="laplacian", noise=())  # fmt: skip
    assert made.emg.shape == (500, 3) and (made.rows, made.columns) == (1, 3)
    assert made.emg.dtype == np.float32 and made.rms().shape == (1, 3)
    assert made.times[-1] == pytest.approx(0.499)
    assert len(made.spikes["FCU"]) == 6 and not made.electrodes.closed
    assert made.spikes["FCU"][0].size > made.spikes["FCU"][5].size  # small units are recruited first


def test_another_trial_has_other_discharges_of_the_same_units(small_emg, cache, contraction):
    again = es.simulate_emg({"FCU": 0.4, "ECRB": 0.1}, 100, duration=1.0, cache=cache, trial=1, **small_emg)
    assert not np.array_equal(again.emg, contraction.emg)
    assert again.rms() == pytest.approx(contraction.rms(), rel=0.5)


@pytest.mark.parametrize(
    ("arguments", "settings", "named"),
    [
        (({"FCX": 0.1}, 100), {"duration": 0.1}, "muscle"),
        (({"FCU": 1.1}, 100), {"duration": 0.1}, "0 to 1"),
        (({"FCU": 0.1}, 3), {"duration": 1.0}, "rate"),
        (({"FCU": 0.1}, 100), {}, "a duration"),
        ((np.zeros((5, 3)), 100, MUSCLES), {}, "times and muscles"),
        (({"FCU": np.zeros(5), "ECRB": np.zeros(4)}, 100), {}, "excitation of 'ECRB'"),
        (({"FCU": 0.1}, 100), {"duration": 0.1, "colums": 4}, "'columns', perhaps"),
        (({"FCU": 0.1}, 100), {"duration": 0.1, "pool": "poisson"}, "unknown pool"),
        (({"FCU": 0.1}, 100), {"duration": 0.1, "column_spacing": 50.0}, "column_spacing"),
        (({"FCU": 0.1}, 100), {"duration": 0.1, "relative_length": {"ECRB": 1.0}}, "relative_length: muscle"),
    ],
)
def test_bad_input_is_rejected_by_name(arguments, settings, named, small_emg, cache):
    with pytest.raises(es.InvalidInput, match=named):
        es.simulate_emg(*arguments, cache=cache, **{**small_emg, **settings})


def test_a_part_of_the_running_program_is_used_by_name(small_emg, cache, monkeypatch):
    monkeypatch.setattr("emgsim_ros.parts.registry._added", {})  # the part is for this test alone

    class Steady:
        def __init__(self, site):
            self._electrodes = site.electrodes

        def samples(self, first, count):
            return np.full((count, self._electrodes), 0.5, np.float32)

    es.add_part("noise", "steady", Steady)
    assert "steady" in es.part_names("noise")
    plain = {**small_emg, "reference": "distant", "high_pass": 0.0}
    quiet = es.simulate_emg({"FCU": 0.0}, 100, duration=0.1, cache=cache, noise=("steady",), **plain)
    assert (quiet.emg == 0.5).all()


def test_a_movement_is_the_offline_simulation_to_the_bit(small_emg, cache):
    made = es.simulate_movement("hand_tour", 0.6, cache=cache, **small_emg)
    scenario = load_scenario("forearm_sim")
    nodes = tuple(
        dataclasses.replace(node, parameters=dataclasses.replace(node.parameters, **small_emg))
        if node.name == "emg" else node for node in scenario.nodes
    )  # fmt: skip
    simulation = OfflineSimulation(dataclasses.replace(scenario, nodes=nodes), cache=cache)
    states, blocks = [], []
    while not states or states[-1].stamp < 600_000_000:
        state, new = simulation.step()
        states.append(state)
        blocks += new
    assert np.array_equal(made.emg, np.concatenate([block.emg for block in blocks]))
    assert np.array_equal(made.joint_angles, [state.position for state in states])
    assert np.array_equal(made.activation, [state.activation for state in states])
    assert sum(len(one) for units in made.spikes.values() for one in units) == sum(len(b.spike_unit) for b in blocks)
    assert made.state_times[-1] == 0.6 and made.muscles == simulation.stream.muscles


def test_a_list_of_poses_is_a_movement():
    made = es.simulate_movement(["open", {"wrist_flexion": 0.5}], move=0.4, hold=0.1, with_emg=False)
    assert made.emg.size == 0 and made.electrodes is None
    assert made.state_times[-1] == pytest.approx(0.6)
    wrist = made.angle("wrist_flexion")
    assert wrist[0] == 0.0 and wrist[-1] == pytest.approx(0.5, abs=1e-3) and np.all(np.diff(wrist) >= -2e-3)
    assert made.relative_length("FCU")[-1] < made.relative_length("FCU")[0]  # a flexor shortens
    with pytest.raises(es.InvalidInput, match="muscle is 'FCX'"):
        made.relative_length("FCX")


@pytest.mark.parametrize(
    ("movement", "settings", "named"),
    [
        ([], {}, "at least one pose"),
        (["opem"], {}, "pose is 'opem'"),
        ([{"wrist": 1.0}], {}, "coordinate"),
        (["open"], {"move": 0.0, "hold": 0.0}, "not both 0"),
        (["open", "flex"], {"move": -1.0}, "move"),
        ("hand_tuor", {}, "hand_tour"),
        ("hand_tour", {"duration": 0.0}, "duration"),
    ],
)
def test_bad_movements_are_rejected_by_name(movement, settings, named):
    with pytest.raises(es.InvalidInput, match=named):
        es.simulate_movement(movement, with_emg=False, **settings)


def test_a_scenario_is_changed_and_simulated(small_emg, cache):
    scenario = es.open_scenario("forearm_sim", emg={**small_emg, "noise": ()}, motion={"movement": "still"})
    made = es.simulate(scenario, 0.2, cache=cache)
    assert made.emg.shape == (384, 32) and np.ptp(made.joint_angles, axis=0).max() < 1e-9
    for changes, named in (({"eng": {}}, "eng"), ({"emg": {"rows": 0}}, "rows"), ({"emg": {"row": 1}}, "'rows'")):
        with pytest.raises(es.InvalidInput, match=named):
            es.open_scenario("forearm_sim", **changes)
    with pytest.raises(es.InvalidInput, match="duration"):
        es.simulate(scenario, 0.0)


def test_single_potentials_are_those_of_the_bank(small_emg, cache):
    distant = {**small_emg, "reference": "distant"}  # the bank has the reference electrode beside the others
    made = es.motor_unit_potentials("FCU", **distant)
    parameters = EmgParameters(**distant, muscles=("FCU",))
    bank = load_or_build_bank(bank_plan(parameters, es.load_anatomy("forearm")), folder=cache)
    kept = bank.potentials("FCU", UNSTRETCHED)
    assert made.shape == (12, 64, 32)
    assert np.allclose(made[:, : kept.shape[1]], kept, atol=0.02 * np.abs(made).max())
    some = es.motor_unit_potentials("FCU", [0.8, 1.0], units=[3, 7], **distant)
    assert some.shape == (2, 2, 64, 32) and np.allclose(some[1], made[[3, 7]], atol=1e-5)
    assert np.argmax(np.abs(some[0]).sum(axis=(0, 2))) <= np.argmax(np.abs(some[1]).sum(axis=(0, 2)))


@pytest.mark.parametrize(
    ("muscle", "settings", "named"),
    [
        ("FCX", {}, "muscle"),
        ("FCU", {"units": [12]}, "units"),
        ("FCU", {"relative_length": 0.2}, "relative_length"),
        ("FCU", {"relative_length": [[1.0]]}, "relative_length"),
    ],
)
def test_bad_units_are_rejected_by_name(muscle, settings, named, small_emg):
    with pytest.raises(es.InvalidInput, match=named):
        es.motor_unit_potentials(muscle, **{**small_emg, **settings})


def test_a_limb_of_ones_own_records_its_muscle(cache):
    front = es.Muscle(motor_units=5, area=4e-4, depth=(0.009, 0.02), angle=(-0.05, 0.05), fiber_length=0.1)
    anatomy = es.limb({"front": front}, radius=0.05, fat=0.006)
    settings = {"generator": "conductor", "rows": 3, "columns": 8, "noise": (), "cache": cache}
    made = es.simulate_emg({"front": 0.5}, 100, duration=0.3, anatomy=anatomy, **settings)
    rms = made.rms().mean(axis=0)
    assert rms.argmax() == 0 and rms[0] > 3 * rms[4] > 0
    assert np.allclose(np.linalg.norm(made.positions[:, :2], axis=1), 0.05)
    with pytest.raises(es.InvalidInput, match="conductor"):
        thigh = es.limb({"front": front}, radius=0.085, fat=0.006)
        es.simulate_emg({"front": 0.5}, 100, duration=0.1, anatomy=thigh, cache=cache)
    for changes, named in (({"fat": 0.0}, "fat"), ({"radius": 0.01}, "radii"), ({"fat": 0.01}, "depth")):
        with pytest.raises(es.InvalidInput, match=named):
            es.limb({"front": front}, **changes)
