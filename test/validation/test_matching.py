import dataclasses

import numpy as np
import pytest
from recorded_situations import RATE, recording, situation, white

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.validation import Electrodes, Segment
from emgsim_ros.validation.excitations import held_muscles
from emgsim_ros.validation.matching import shifted, simulate_segments
from emgsim_ros.validation.recording import layout_of
from emgsim_ros.validation.unit_selection import identifiable, pulse_to_noise

SMALL = {"units_per_muscle": 12}


def test_the_simulation_has_the_form_of_the_recording(cache):
    where = situation(emg=SMALL)
    stages = []
    [made] = simulate_segments(
        where, [recording(white(2.0))], cache=cache, progress=lambda stage, *_: stages.append(stage)
    )
    assert made.emg.shape == (2000, 12) and made.sample_rate == RATE and made.discharges is None
    assert np.isfinite(made.emg).all() and made.emg.std() > 1e-3
    assert "simulation" in stages


def test_channels_are_in_the_order_of_the_recording(cache):
    plain = situation(emg={**SMALL, "noise": [], "sample_rate": 2000})
    turned = dataclasses.replace(plain, electrodes=dataclasses.replace(plain.electrodes, order="column", missing=(0,)))
    [a] = simulate_segments(plain, [recording(white(1.0))], cache=cache)
    other = recording(white(1.0, 11), layout=layout_of(turned))
    [b] = simulate_segments(turned, [other], cache=cache)
    image_a, image_b = (one.layout.image(one.emg.std(axis=0)) for one in (a, b))
    assert np.isnan(image_b[0, 0])
    np.testing.assert_allclose(image_b.ravel()[1:], image_a.ravel()[1:], rtol=1e-5)


def test_stronger_contraction_gives_larger_emg(cache):
    segments = [recording(white(2.0), segment=Segment(excitation={"EDCM": level})) for level in (0.05, 0.6)]
    weak, strong = simulate_segments(situation(emg=SMALL), segments, cache=cache)
    assert strong.emg.std() > 2 * weak.emg.std()


def test_a_shift_of_the_electrodes_moves_the_muscles_the_other_way():
    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    moved = shifted(anatomy, situation(electrodes=Electrodes(4, 3, column_spacing=8.0, shift=10.0)))
    assert moved.muscles["FCR"].belly == pytest.approx(anatomy.muscles["FCR"].belly - 0.010)


def test_muscles_that_the_anatomy_lacks_are_rejected(cache):
    wrong = recording(white(1.0), segment=Segment(excitation={"XYZ": 0.3}))
    with pytest.raises(InvalidInput, match="XYZ"):
        simulate_segments(situation(), [wrong], cache=cache)


def test_muscles_that_hold_a_pose():
    held = held_muscles(Segment(pose="open", load={"wrist_flexion": 4.0}))
    excitation = dict(zip(held.names, held.excitation, strict=True))
    assert excitation["FCR"] > excitation["ECRB"]
    half = held_muscles(Segment(pose="open", load={"wrist_flexion": 4.0}, level=0.5))
    np.testing.assert_allclose(half.excitation, held.excitation / 2)
    with pytest.raises(InvalidInput, match="pose"):
        held_muscles(Segment(pose="somersault"))


def unit_recording(amplitude, seed=0):
    draws = np.random.default_rng(seed)
    emg = 0.02 * draws.standard_normal((20_000, 12))
    train = np.cumsum(draws.integers(80, 120, 180))
    shape = np.hanning(11)[:, None] * draws.standard_normal(12)
    for at in train[train < len(emg) - 20]:
        emg[at : at + 11] += amplitude * shape
    return recording(emg, discharges=(train[train < len(emg) - 20],))


def test_large_potentials_have_a_greater_pulse_to_noise_ratio():
    small, medium, large = (unit_recording(amplitude) for amplitude in (0.002, 0.02, 0.1))
    assert pulse_to_noise(small)[0] < pulse_to_noise(medium)[0] < pulse_to_noise(large)[0]
    assert len(identifiable(large, medium)) == 1
    assert identifiable(small, medium) == ()


def test_simulated_units_are_those_that_could_be_identified(cache):
    known = unit_recording(0.02)
    [made] = simulate_segments(situation(emg=SMALL), [known], cache=cache)
    assert made.discharges is not None
    assert all((np.diff(train) > 0).all() and train.max() < len(made.emg) for train in made.discharges)
