import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import checkpoint_file, config_file
from emgsim_ros.stimulation.analysis import orbit
from emgsim_ros.stimulation.checkpoint import load_patient, save_patient
from emgsim_ros.stimulation.command import Configuration
from emgsim_ros.stimulation.metrics import fidelity, recruitment, selectivity
from emgsim_ros.stimulation.network import TIME_CONSTANTS, NetworkSize, StimulationNetwork
from emgsim_ros.stimulation.training import StimulationTraining, StimulationTrainingPlan, compare, stimulation_card

VARIANTS = {
    "ei": NetworkSize("ei", 20),
    "ei, all switches": NetworkSize("ei", 20, adaptation=True, synapses=True, feedback=True),
    "leaky": NetworkSize("leaky", 20, electrode_units=0),
    "gru": NetworkSize("gru", 20),
    "lstm": NetworkSize("lstm", 20, layers=2),
}
ALL = pytest.mark.parametrize("size", VARIANTS.values(), ids=VARIANTS.keys())


def network(size, seed=0):
    torch.manual_seed(seed)
    return StimulationNetwork(size, 17, 14).eval()


def pulses(samples=150, seed=0):
    signal = torch.zeros(2, samples, 17)
    signal[:, ::25] = 2.0 * torch.randn(2, 1, 17, generator=torch.Generator().manual_seed(seed))
    return signal


@ALL
@torch.inference_mode()
def test_step_by_step_is_all_at_once(size):
    one, signal = network(size), pulses()
    whole, _ = one(signal)
    pieces, state = [], None
    for start in range(0, signal.shape[1], 10):
        made, state = one(signal[:, start : start + 10], state)
        pieces.append(made)
    assert (torch.cat(pieces, dim=1) - whole).abs().max() < 1e-5


@ALL
@torch.inference_mode()
def test_it_is_stable_at_any_length(size):
    made, _ = network(size)(5 * pulses(3000))
    assert torch.isfinite(made).all() and made[:, -500:].abs().max() < 10 * made[:, :500].abs().max() + 1


@torch.inference_mode()
def test_dales_law_holds():
    """Rates are never negative, every column of the weights has one sign, muscles are read from excitatory units."""
    one = network(VARIANTS["ei"])
    _, rates, _ = one.run(pulses())
    assert rates.min() >= 0 and rates.max() < 1
    weights, excitatory = one.cell.weights(), one.cell.excitatory_units
    assert excitatory == 16 and one.readout.in_features == excitatory
    assert (weights[:, :excitatory] >= 0).all() and (weights[:, excitatory:] <= 0).all()
    assert (weights.diagonal() == 0).all()


def test_time_constants_stay_within_their_bounds():
    one = network(VARIANTS["ei"])
    with torch.no_grad():
        one.cell.time.copy_(torch.linspace(-50, 50, 20))
    times = one.cell.time_constants()
    assert times.min() >= TIME_CONSTANTS[0] and times.max() <= TIME_CONSTANTS[1]


def test_an_unknown_cell_is_refused_by_name():
    with pytest.raises(InvalidInput, match="transformer"):
        network(NetworkSize("transformer"))


def test_metrics_of_known_responses():
    envelopes = np.zeros((3, 5, 3), np.float32)
    envelopes[:, 2] = [[0.9, 0.3, 0.0], [0.0, 0.6, 0.0], [0.1, 0.1, 0.7]]
    assert np.allclose(recruitment(envelopes)[0], [0.9, 0.3, 0.0])
    assert selectivity(recruitment(envelopes))[0, 0] == pytest.approx(0.9 - 0.15)
    perfect = fidelity(envelopes, envelopes)
    assert (perfect.recruitment, perfect.peaks) == (1.0, 1.0) and perfect.selectivity == pytest.approx(1.0)
    weak = fidelity(envelopes, 0.5 * envelopes)
    assert weak.peaks == pytest.approx(0.5) and weak.recruitment < 0.8 and weak.selectivity == pytest.approx(1.0)


def test_peaks_that_chance_chose_are_smaller_when_measured_again():
    rng = np.random.default_rng(0)
    true = rng.uniform(0.2, 1.0, (2000, 1, 6))
    measured, again = (true * np.exp(0.1 * rng.standard_normal(true.shape)) for _ in range(2))
    assert fidelity(measured, true).peaks < 0.93
    assert fidelity(measured, true, again).peaks == pytest.approx(1.0, abs=0.06)


PLAN = StimulationTrainingPlan(NetworkSize("gru", 24), epochs=3, batch=8, learning_rate=1e-2)


def test_training_improves_and_is_continued_after_an_interruption(recordings, tmp_path):
    whole = StimulationTraining(PLAN, recordings, tmp_path / "whole")
    assert not set(_names(recordings, whole.train)) & set(_names(recordings, whole.held_out))
    notes = []
    whole.run(lambda stage, done, total, note: notes.append(note))
    errors = [float(note.split()[-1]) for note in notes]
    assert errors[-1] < errors[0] and errors[-1] == pytest.approx(whole.held_out_error, abs=1e-4)

    class Stop(Exception):
        pass

    def stop(stage, done, total, note):
        raise Stop

    with pytest.raises(Stop):
        StimulationTraining(PLAN, recordings, tmp_path / "broken").run(stop)
    resumed = StimulationTraining(PLAN, recordings, tmp_path / "broken")
    resumed.run()
    for name, value in whole.network.state_dict().items():
        assert torch.allclose(resumed.network.state_dict()[name], value, rtol=1e-3, atol=1e-5), name


def _names(recordings, rows):
    return [recordings.trials[row].configuration.name for row in rows]


def test_weights_and_card_come_back_and_compare(recordings, tmp_path):
    training = StimulationTraining(PLAN, recordings, tmp_path)
    path = tmp_path / "network.safetensors"
    card = stimulation_card(training, recordings, ["emgsim", "stim", "train"], vars(training.fidelity()))
    save_patient(path, training.network, 17, recordings.muscles, "lumbar", card)
    trained = load_patient(path)
    assert trained.muscles == recordings.muscles and trained.lead == "lumbar"
    (name, count, result), _ = compare(trained, recordings)
    assert name == "held out" and count == len(training.held_out)
    assert result.recruitment == pytest.approx(training.fidelity().recruitment, abs=1e-5)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InvalidInput, match="safetensors"):
        load_patient(path)


@torch.inference_mode()
def test_an_orbit_has_the_stimulus_period():
    one = network(VARIANTS["ei"])
    for frequency in (20.0, 40.0):
        found = orbit(one, Configuration((3,), (16,)), 3.0, frequency, 17)
        assert found.period == pytest.approx(1 / frequency, abs=1e-3) and found.closure < 0.05


@pytest.mark.parametrize(("name", "muscles"), [("stimulation_lumbar", 14), ("stimulation_cervical", 43)])
def test_the_cards_that_ship_say_how_and_how_well(name, muscles):
    trained = load_patient(checkpoint_file(name))
    assert len(trained.muscles) == muscles and trained.network.size.cell == "ei"
    shipped = load_plan(StimulationTrainingPlan, config_file("network", folder="stimulation"))
    assert trained.card["training"]["plan"] == json.loads(json.dumps(asdict(shipped)))
    assert "emgsim stim train" in trained.card["training"]["command"]
    assert trained.card["held_out"]["recruitment"] >= 0.95 and trained.card["held_out"]["selectivity"] >= 0.95
