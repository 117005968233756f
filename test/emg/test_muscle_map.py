import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.emg.muscle_map import load_muscle_map
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.parameters import EmgParameters


def written(tmp_path, text):
    path = tmp_path / "map.yaml"
    path.write_text(text)
    return path


def test_excitation_is_the_weighted_mean_of_the_models_muscles(tmp_path):
    path = written(tmp_path, "muscles: {FCR: [fcr_r], FCU: [a, b], PL: {a: 3, fcr_r: 1}}")
    muscles = load_muscle_map(path, ("FCR", "FCU", "PL", "ECU"))
    assert muscles.muscles == ("FCR", "FCU", "PL")
    assert np.allclose(muscles.values(("a", "other", "b", "fcr_r"), [0.4, 1.0, 0.2, 0.8]), [0.8, 0.3, 0.5])
    assert np.allclose(muscles.values(("fcr_r", "b", "a"), [0.8, 0.2, 0.4]), [0.8, 0.3, 0.5])  # another order


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("muscles: {BICEPS: [x]}", "BICEPS"),
        ("muscles: {FCR: []}", "at least one"),
        ("muscles: {FCR: {x: 0}}", "share of 'x'"),
        ("muscles: {FCR: {x: much}}", "share of 'x'"),
        ("muscles: {FCR: x}", "mapping"),
        ("FCR: [x]", "muscles"),
    ],
)
def test_a_bad_map_is_refused_by_name(tmp_path, text, named):
    with pytest.raises(InvalidInput, match=named):
        load_muscle_map(written(tmp_path, text), ("FCR", "FCU"))


def test_a_model_without_a_muscle_of_the_map_is_refused_by_name(tmp_path):
    muscles = load_muscle_map(written(tmp_path, "muscles: {FCR: [fcr_left]}"), ("FCR",))
    with pytest.raises(InvalidInput, match="fcr_left"):
        muscles.values(("fcr_r",), [0.1])


def test_the_stream_hears_a_model_of_other_names(tmp_path, small_emg, cache):
    plain = EmgStream(EmgParameters(**small_emg), cache=cache)
    rows = "".join(f"  {name}: [{name.lower()}_r]\n" for name in plain.muscles)
    path = written(tmp_path, "muscles:\n" + rows)
    mapped = EmgStream(EmgParameters(**small_emg, muscle_map=str(path)), cache=cache)
    names = ("knee_r", *(f"{name.lower()}_r" for name in plain.muscles))
    for number in range(20):
        level = np.full(len(plain.muscles), 0.4)
        first = plain.push(number * 10_000_000, plain.muscles, level)
        again = mapped.push(number * 10_000_000, names, [1.0, *level])
        assert len(first) == len(again)
        assert all(np.array_equal(a.emg, b.emg) for a, b in zip(first, again, strict=True))
    with pytest.raises(InvalidInput, match="0 to 1"):
        mapped.push(10**9, names, [7.0, *level])


def test_the_shipped_map_fits_the_shipped_anatomy():
    anatomy = load_anatomy(config_file("forearm", folder="anatomy"))
    muscles = load_muscle_map(config_file("myohand", folder="muscle_maps"), tuple(anatomy.muscles))
    assert set(muscles.muscles) == set(anatomy.muscles)
