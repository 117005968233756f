import re
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from emgsim_ros.emg import EmgStream
from emgsim_ros.errors import InvalidInput
from emgsim_ros.muap.biomime import BioMimeGenerator, load_biomime
from emgsim_ros.muap.conditions import CONDITIONS, normalise
from emgsim_ros.muap.generate import BioMimeMaker
from emgsim_ros.parameters import EmgParameters

# Outputs of the original with weights made up from the names alone (every fourth sample, third row, fourth column).
PARITY = np.load(Path(__file__).parent / "biomime_parity.npz")
TYPICAL = np.array([[50.0, 0.012, 0.3, 0.5, 4.0, 1.0]])
PUBLISHED = (  # our names: names in the published file
    (r"^encoder\.(\d)\.convolution\.", r"encoder.enc.\1.0."),
    (r"^encoder\.(\d)\.activation\.", r"encoder.enc.\1.1."),
    (r"^encoder\.(\d)\.mix\.", r"encoder.conv11.\1.0."),
    (r"^encoder\.(\d)\.mix_activation\.", r"encoder.conv11.\1.1."),
    (r"^latent_mean\.", "fc_mu."),
    (r"^latent_log_variance\.", "fc_var."),
    (r"^expansion\.", "decode_input."),
    (r"^condition_features\.", "decoder.proj."),
    (r"^core\.", "decoder.pre_conv."),
    (r"^time_scaling\.(\d)\.weights\.", r"decoder.rescales.\1.proj."),
    (r"^refinement\.", "decoder.up_conv."),
    (r"^output\.", "decoder.final_conv."),
)


def made_up(name, shape):
    """The weights of the parity case, which depend on the published names and shapes alone."""
    rng = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))
    draw = rng.standard_normal(shape)
    scale = 1 / np.sqrt(max(1, np.prod(shape[1:]))) if len(shape) > 1 else 0.05
    return torch.from_numpy((scale * draw).astype(np.float32))


def published_weights():
    weights = {}
    for name, value in BioMimeGenerator().state_dict().items():
        for ours, theirs in PUBLISHED:
            name = re.sub(ours, theirs, name)
        weights[name] = made_up(name, value.shape)
    return weights


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A file as published, with made-up weights."""
    path = tmp_path_factory.mktemp("weights") / "model_linear.pth"
    torch.save(published_weights(), path)
    return path


@pytest.fixture(scope="module")
def network(checkpoint):
    return load_biomime(checkpoint)


def close(ours, theirs):
    return np.linalg.norm(ours - theirs) < 1e-4 * np.linalg.norm(theirs)


def thinned(potentials):
    return potentials[:, ::4, ::3, ::4].numpy()


@torch.inference_mode()
def test_a_published_checkpoint_gives_the_originals_numbers(network):
    z, conditions, source = (torch.from_numpy(PARITY[name]) for name in ("z", "conditions", "source"))
    assert close(thinned(network.decode(z, conditions)), PARITY["sample"])
    mean, log_variance = network.encode(source)
    assert close(mean.numpy(), PARITY["latent_mean"]) and close(log_variance.numpy(), PARITY["latent_log_var"])
    assert close(thinned(network.decode(mean, conditions[:1])), PARITY["morph"])


def test_it_has_the_published_number_of_parameters():
    assert sum(p.numel() for p in BioMimeGenerator().parameters()) == 14_382_631


def test_samples_and_morphs_have_the_published_layout_and_follow_the_seed(network):
    conditions = np.repeat(TYPICAL, 2, axis=0)
    first, again, other = (network.sample(conditions, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (2, 10, 32, 96) and np.array_equal(first, again) and not np.array_equal(first, other)
    morphed = network.morph(first, conditions)
    assert morphed.shape == first.shape and np.isfinite(morphed).all()


def test_one_potential_keeps_its_axis(network):
    assert network.sample(TYPICAL, np.random.default_rng(0)).shape == (1, 10, 32, 96)


def test_morphing_one_by_one_equals_morphing_together(network):
    conditions = np.array([[20.0, 0.01, 0.2, 0.45, 3.5, 0.9], [200.0, 0.02, 0.7, 0.6, 4.4, 1.1]])
    potentials = network.sample(conditions, np.random.default_rng(3))
    together = network.morph(potentials, conditions[::-1])
    apart = [network.morph(potentials[i : i + 1], conditions[::-1][i : i + 1])[0] for i in range(2)]
    assert np.allclose(together, apart, atol=1e-5)


def test_weights_within_a_training_checkpoint_are_found(tmp_path):
    torch.save({"epoch": 3, "generator": published_weights()}, tmp_path / "training.pth")
    load_biomime(tmp_path / "training.pth")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda w: w.pop("fc_var.bias"), "latent_log_variance.bias"),
        (lambda w: w.update({"decoder.proj.weight": torch.zeros(64, 5)}), "condition_features.weight"),
        (lambda w: w.clear(), "fc_mu.weight"),
    ],
)
def test_weights_of_something_else_are_refused_by_name(tmp_path, change, named):
    weights = published_weights()
    change(weights)
    torch.save(weights, tmp_path / "other.pth")
    with pytest.raises(InvalidInput, match=named):
        load_biomime(tmp_path / "other.pth")


@pytest.mark.parametrize("content", [None, b"", b"not a checkpoint"])
def test_files_that_are_no_checkpoint_are_refused(tmp_path, content):
    path = tmp_path / "broken.pth"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"broken\.pth"):
        load_biomime(path)


def test_potentials_of_another_shape_or_number_are_refused(network):
    with pytest.raises(InvalidInput, match="shape"):
        network.morph(np.zeros((1, 96, 10, 32), dtype=np.float32), TYPICAL)
    with pytest.raises(InvalidInput, match="as many as potentials"):
        network.morph(np.zeros((2, 10, 32, 96), dtype=np.float32), TYPICAL)


def test_conditions_are_normalised_from_one_half_to_one():
    ends = np.array([[c.low for c in CONDITIONS], [c.high for c in CONDITIONS]])
    assert np.allclose(normalise(ends), [[0.5] * 6, [1.0] * 6])
    middle = normalise(np.array([[np.exp((1.098 + 6.77) / 2), 0.01505, 0.5, 0.5005, 3.75, 1.0]]))
    assert np.allclose(middle, 0.75)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [(0, 1.0, "number of fibres"), (1, 0.05, "depth"), (4, np.nan, "conduction velocity"), (5, 2.0, "fibre length")],
)
def test_conditions_out_of_range_are_refused_by_name(column, value, named):
    conditions = TYPICAL.copy()
    conditions[0, column] = value
    with pytest.raises(InvalidInput, match=named):
        normalise(conditions)


def test_conditions_of_another_shape_are_refused():
    with pytest.raises(InvalidInput, match="shape"):
        normalise(np.zeros(6))


def test_it_drives_the_emg_stream(checkpoint, cache):
    """Every unit keeps its latent along the movement: its potential changes smoothly with the fibres' length."""
    options = {"generator": "biomime", "checkpoint": str(checkpoint), "muscles": ("FCR",), "units_per_muscle": 2}
    options["reference"] = "distant"
    stream = EmgStream(EmgParameters(**options, noise_rms=0.0, mains_amplitude=0.0), cache=cache)
    blocks = []
    for number in range(60):
        blocks += stream.push(number * 10_000_000, ["FCR"], [0.9], [1.1])
    signal = np.concatenate([block.emg for block in blocks])
    assert signal.shape[1] == 320 and np.isfinite(signal).all() and np.abs(signal).max() > 0
    with pytest.raises(InvalidInput, match="rows and columns"):
        EmgStream(EmgParameters(**options, rows=4), cache=cache)
    with pytest.raises(InvalidInput, match=r"reference.*'strap'.*distant or average"):
        EmgStream(EmgParameters(**options | {"reference": "strap"}), cache=cache)
    EmgStream(EmgParameters(**options | {"reference": "strap", "montage": "laplacian"}), cache=cache)


def test_it_morphs_in_steps_from_known_conditions(network):
    maker, target = BioMimeMaker(network), TYPICAL * [1, 1.1, 1, 1, 1, 1]
    source = maker.sample(TYPICAL, np.random.default_rng(0))
    path = maker.morph(source.potentials, target, TYPICAL, 3)
    assert path.potentials.shape == (1, 3, 10, 32, 96) and np.allclose(path.conditions[0, -1], target)
    with pytest.raises(InvalidInput, match="source conditions"):
        maker.morph(source.potentials, target, None, 3)
