"""Parts of other packages: used by name on the command line, in simulations and in the live graph."""

import h5py
import numpy as np
import pytest


def test_a_pool_of_another_package_is_listed_and_used_by_name(emgsim, small_config, tmp_path):
    ran = emgsim("simulate", "forearm_sim", "--config", small_config, "--duration", "2", "--output", "a.h5")
    assert ran.returncode == 0, ran.stderr
    with h5py.File(tmp_path / "a.h5") as file:
        assert "poisson" in file.attrs["parameters"]
        sample, muscle, unit = (file[f"spikes/{name}"][:] for name in ("sample", "muscle", "unit"))
        rate = file["emg/samples"].attrs["sample_rate"]
    units = muscle.astype(int) * 1000 + unit
    intervals = np.concatenate([np.diff(sample[units == one]) for one in np.unique(units)]) / rate
    assert len(intervals) > 100 and intervals.min() >= 0.008 - 1 / rate  # the dead time that the option asks for


def test_a_value_that_the_part_rejects_is_named(emgsim, tmp_path):
    for option, message in (
        ("pool.dead_time=0.8", "pool poisson: dead_time is 0.8; expected 0 s to below 0.025 s"),
        ("pool.dead=0.008", "option of the pool 'poisson' is 'dead'; expected one of dead_time"),
    ):
        (tmp_path / "bad.yaml").write_text(f"emg:\n  ros__parameters: {{pool: poisson, options: ['{option}']}}\n")
        ran = emgsim("simulate", "grip_sim", "--config", "bad.yaml", "--duration", "1", "--output", "b.h5")
        assert ran.returncode == 2 and f"error: {message}" in ran.stderr


def test_without_the_package_its_parts_are_unknown(emgsim, small_config):
    ran = emgsim("launch", "grip_sim", installed=False)
    assert ran.returncode == 2
    assert ran.stderr.strip() == "error: unknown scenario 'grip_sim'; known: forearm_sim, arm_sim, leg_sim"
    ran = emgsim("launch", "forearm_sim", "--config", small_config, installed=False)
    assert "emg: parameter 'pool': unknown pool 'poisson'; known: fuglevand, integrate_and_fire" in ran.stderr


def test_help_and_parameter_files_name_the_parts_of_other_packages(emgsim, tmp_path):
    assert "grip_sim" in emgsim("launch", "--help").stdout
    assert emgsim("launch", "grip_sim", "--write-config", "mine.yaml").returncode == 0
    text = (tmp_path / "mine.yaml").read_text()
    assert "grip:\n  ros__parameters:" in text and "fuglevand, integrate_and_fire, poisson" in text


STAGES = """
fingers: {base: open, back: 0.8, poses: [index_bend, little_bend]}
wrist: {base: relaxed, back: 0.2, poses: [relaxed+flex45, relaxed+ext45]}
"""
COHORT = """
stages: stages.yaml
subjects: 3
held_out_subjects: 1
validation_subjects: 1
seconds: 4.0
units_per_muscle: 5
pool: poisson
held_out_stages: 1
"""
PLAN = """
network: tcn
decoder: {width: 8, layers: 3}
seconds: 1.0
stride: 0.5
batch: 8
epochs: 2
tracked: 0.0
"""
RING = "{units_per_muscle: 5, rows: 1, columns: 16, sample_rate: 2000, block_length: 40, pool: poisson}"


@pytest.mark.graph
@pytest.mark.xdist_group("live graph")
@pytest.mark.timeout(400)
def test_a_decoder_of_another_package_is_trained_evaluated_and_run_live(emgsim, tmp_path):
    (tmp_path / "stages.yaml").write_text(STAGES)
    (tmp_path / "cohort.yaml").write_text(COHORT)
    (tmp_path / "tcn.yaml").write_text(PLAN)
    weights = "experiments/pose/tcn/pose.safetensors"
    (tmp_path / "live.yaml").write_text(
        f"emg:\n  ros__parameters: {RING}\npose:\n  ros__parameters: {{checkpoint: {weights}}}\n"
    )
    for command, shown in (
        (["pose", "simulate", "--output", "data", "--plan", "cohort.yaml", "--workers", "1"], "sessions"),
        (["pose", "train", "--data", "data/ring", "--plan", "tcn.yaml"], f"wrote {weights}"),
        (["pose", "evaluate", "--data", "data/ring", "--checkpoint", weights, "--seconds", "1"], "windows of test"),
        (["launch", "forearm_sim", "--config", "live.yaml", "--duration", "4", "--record", "--bag", "bag"], "finished"),
    ):
        ran = emgsim(*command)
        assert ran.returncode == 0 and shown in ran.stdout, ran.stdout[-2000:] + ran.stderr[-2000:]
    (row,) = [line for line in emgsim("sessions", "info", "bag").stdout.splitlines() if "/hand/joint_states" in line]
    assert int(row.split("│")[-2]) > 20  # the decoder starts after its warm-up of 1.3 s and gives an estimate in 40 ms


def test_a_network_of_an_unknown_name_is_refused_with_the_known_ones(emgsim, tmp_path):
    (tmp_path / "tcm.yaml").write_text("network: tcm\n")
    ran = emgsim("pose", "train", "--data", "nowhere", "--plan", "tcm.yaml")
    assert ran.returncode == 2 and "unknown decoder 'tcm'; known: streaming" in ran.stderr and "tcn" in ran.stderr


@pytest.mark.graph
@pytest.mark.xdist_group("live graph")
def test_a_scenario_of_another_package_runs_live_with_its_node(emgsim, small_config):
    launch = ["launch", "grip_sim", "--config", small_config, "--duration", "3", "--record", "--bag", "bag"]
    ran = emgsim(*launch)
    assert ran.returncode == 0, ran.stdout[-3000:]
    listing = emgsim("sessions", "info", "bag").stdout
    (row,) = [line for line in listing.splitlines() if "/grip/strength" in line]
    assert "192" in row  # one for each block of EMG
