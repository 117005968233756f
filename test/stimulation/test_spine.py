"""The virtual patient behaves as the literature describes patients."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.stimulation.command import Configuration, Stimulation, electrode_signal
from emgsim_ros.stimulation.innervation import load_innervation
from emgsim_ros.stimulation.lead import load_lead
from emgsim_ros.stimulation.spine import VirtualPatient

LEFT_L5 = Configuration((14,), (16,))


def answer(patient, configuration, amplitude, frequency=40.0, seconds=0.3, width=300.0):
    """[samples, muscles] activation and response to a train from 20 ms on."""
    one = Stimulation(configuration.current(amplitude, 17), frequency, width, 1, seconds)
    signal = electrode_signal(one, round(seconds * 1000), 1000.0, 20)
    activation, response = patient.run(signal[None])
    return activation[0], response[0]


def test_the_muscles_have_the_models_names(patient):
    rows = config_file("leg", ".osim", "models").parent / "leg" / "muscles.csv"
    model = [line.split(",")[0] for line in rows.read_text().splitlines()[1:]]
    assert sorted(patient.muscles) == sorted(model)
    arm = load_innervation(config_file("arm", folder="innervation"))
    rows = config_file("forearm_hand", ".osim", "models").parent / "forearm_hand" / "muscles.csv"
    assert sorted(arm.full_names(("right",))) == sorted(
        line.split(",")[0] for line in rows.read_text().splitlines()[1:]
    )


def test_recruitment_is_a_sigmoid_with_a_threshold_near_one_milliampere(patient):
    amplitudes = np.arange(0.0, 5.1, 0.25)
    peaks = np.array([answer(patient, LEFT_L5, amplitude)[0].max(axis=0).max() for amplitude in amplitudes])
    assert peaks[0] == 0 and (np.diff(peaks) > -1e-9).all()
    threshold = amplitudes[np.argmax(peaks > 0.05 * peaks[-1])]
    assert 0.4 <= threshold <= 1.6


def test_no_current_no_response_and_cathodes_excite(patient):
    assert not answer(patient, LEFT_L5, 0.0)[0].any()
    cathodic = answer(patient, LEFT_L5, 2.0)[0].max()
    anodic = answer(patient, Configuration((16,), (14,)), 2.0)[0].max()
    assert anodic == 0 < cathodic


def test_the_near_side_and_the_near_segments_answer(patient):
    side = np.array([name.endswith("left") for name in patient.muscles])
    peaks = answer(patient, LEFT_L5, 2.0)[0].max(axis=0)
    assert peaks[side].sum() > 2 * peaks[~side].sum()
    rostral, caudal = (answer(patient, Configuration((c,), (16,)), 2.0)[0].max(axis=0) for c in (11, 15))
    iliopsoas, soleus = patient.muscles.index("Il_left"), patient.muscles.index("Sol_left")
    assert rostral[iliopsoas] > rostral[soleus] and caudal[soleus] > caudal[iliopsoas]


def test_the_response_comes_after_its_latency(patient):
    _, response = answer(patient, LEFT_L5, 2.5)
    strongest = np.abs(response).max(axis=0).argmax()
    first = int(np.argmax(np.abs(response[:, strongest]) > 0.01))
    assert 5 <= first - 20 <= 20  # ms


def test_fast_trains_depress_the_responses(patient):
    sizes = {}
    for frequency in (5.0, 80.0):
        _, response = answer(patient, LEFT_L5, 2.0, frequency, 0.6)
        strongest = np.abs(response).max(axis=0).argmax()
        envelope = np.abs(response[:, strongest])
        sizes[frequency] = envelope[-100:].max() / envelope[:120].max()
    assert sizes[80.0] < 0.6 and sizes[80.0] < 0.7 * max(sizes[5.0], 0.5)


def test_wider_pulses_need_less_current(patient):
    narrow, wide = (answer(patient, LEFT_L5, 1.2, width=width)[0].max() for width in (100.0, 500.0))
    assert wide > 1.5 * narrow


def test_activation_stays_between_rest_and_full(patient):
    activation, _ = answer(patient, LEFT_L5, 6.0, 80.0, 1.0)
    assert activation.min() >= 0 and activation.max() < 1


def test_patients_differ_and_are_themselves(lead, innervation, patient):
    again, other = (VirtualPatient(lead, innervation, seed) for seed in (1, 2))
    mine = answer(patient, LEFT_L5, 2.0)[0]
    assert np.array_equal(mine, answer(again, LEFT_L5, 2.0)[0])
    assert not np.allclose(mine, answer(other, LEFT_L5, 2.0)[0], rtol=0.05)


def test_stepping_is_running(patient):
    signal = electrode_signal(Stimulation(LEFT_L5.current(2.0, 17), 40.0, 300.0, 1, 0.1), 120, 1000.0)
    state = patient.rest(1)
    steps = np.concatenate([patient.step(state, row[None])[0] for row in signal])
    assert np.array_equal(steps, patient.run(signal[None])[0][0])


def test_a_lead_without_the_muscles_segments_is_refused_by_name(innervation):
    with pytest.raises(InvalidInput, match=r"L1|L2|L4|L5"):
        VirtualPatient(load_lead(config_file("cervical", folder="leads")), innervation, 1)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [("{L1: 0.15", "{L1: 0.0", "Il"), ("[TA, MG]", "[TA, XX]", "XX"), ("latency: 0.012", "latency: soon", "latency")],
)
def test_broken_tables_are_refused_by_name(tmp_path, old, new, named):
    path = tmp_path / "leg.yaml"
    text = config_file("leg", folder="innervation").read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(InvalidInput, match=named):
        load_innervation(path)
