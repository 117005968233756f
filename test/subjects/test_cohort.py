import dataclasses
import hashlib
import shutil

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions.pose_metadata import of_split, read_metadata
from emgsim_ros.sessions.pose_session import ANGLE_NAMES, PoseSession
from emgsim_ros.subjects.cohort import CohortPlan, cohort_sessions, record_subject, simulate_cohort
from emgsim_ros.subjects.manifest import broken_files, checksum, read_manifest
from emgsim_ros.subjects.recording import Electrodes
from emgsim_ros.subjects.subject import standard_subject
from emgsim_ros.subjects.subject_file import write_subject

SMALL = CohortPlan(
    subjects=3,
    held_out_subjects=1,
    validation_subjects=1,
    seconds=1.5,
    ring=Electrodes(1, 16, 8.0, 8.0, 2000, 125),
    grid=Electrodes(2, 8, 8.0, 4.0, 2048, 128),
    units_per_muscle=8,
)


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    path = tmp_path_factory.mktemp("stages") / "two.yaml"
    path.write_text("random: {base: relaxed, random: true}\nfist: {base: open, poses: [grasp]}\n")
    return path


@pytest.fixture(scope="module")
def plan(stages):
    return CohortPlan(**{**vars(SMALL), "stages": str(stages), "held_out_stages": 1})


@pytest.fixture(scope="module")
def cohort(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    progress = []
    simulate_cohort(plan, folder, 1, lambda *report: progress.append(report))
    assert progress[-1] == ("sessions", 6, 6)
    return folder


def checksums(folder):
    return {p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.hdf5"))}


def test_every_session_is_recorded_with_both_sets_of_electrodes(cohort, plan):
    for name, channels, angles, rate in (("ring", 16, 20, 2000.0), ("grid", 16, 22, 2048.0)):
        rows = read_metadata(cohort / name / "metadata.csv")
        assert len(rows) == 6
        for row in rows:
            with PoseSession(cohort / name / f"{row.filename}.hdf5") as session:
                assert (session.channels, session.angles, session.facts.sample_rate) == (channels, angles, rate)
                assert session.samples == round(plan.seconds * rate) and session.electrodes.shape == (channels, 3)
                emg = session.read()["emg"]
                assert 0.001 < emg.std() < 1.0 and not session.failed().any()
    assert not list(cohort.glob(".potentials*"))


def test_both_sets_of_electrodes_hear_the_same_hand(cohort):
    for path in (cohort / "ring").glob("*.hdf5"):
        with PoseSession(path) as ring, PoseSession(cohort / "grid" / path.name) as grid:
            moments = np.arange(0.0, 1.4, 0.1)
            a, b = (
                np.stack([np.interp(moments, r["time"], c) for c in r["joint_angles"][:, :20].T])
                for r in (ring.read(), grid.read())
            )
            assert grid.angle_names[:20] == ANGLE_NAMES and np.abs(a - b).max() < 1e-4


def test_who_and_what_is_held_out_is_said_for_each_session(cohort):
    rows = read_metadata(cohort / "ring" / "metadata.csv")
    found = {(row.user, row.stage): (row.split, row.generalization) for row in rows}
    assert found == {
        ("subject0000", "random"): ("train", ""),
        ("subject0000", "fist"): ("test", "stage"),
        ("subject0001", "random"): ("val", "user"),
        ("subject0001", "fist"): ("val", "user_stage"),
        ("subject0002", "random"): ("test", "user"),
        ("subject0002", "fist"): ("test", "user_stage"),
    }
    assert len(of_split(rows, "test", "user_stage")) == 1


def test_an_interrupted_cohort_is_completed_with_the_same_sessions(cohort, plan, tmp_path):
    for name in ("ring", "grid"):
        (tmp_path / name).mkdir()
    record_subject(plan, tmp_path, 1)  # another order
    lost = sorted((tmp_path / "grid").glob("*.hdf5"))[0]
    lost.unlink()
    simulate_cohort(plan, tmp_path, 1)
    assert checksums(tmp_path) == checksums(cohort)


@pytest.mark.xdist_group("graph")  # Ray and what it starts want the machine
def test_a_ray_cluster_records_the_same_sessions(cohort, plan, tmp_path):
    assert simulate_cohort(plan, tmp_path, 2, address="local") == 6
    assert checksums(tmp_path) == checksums(cohort) and not list(broken_files(tmp_path))


def test_a_cluster_that_does_not_answer_is_named(plan, tmp_path):
    with pytest.raises(InvalidInput, match=r"address.*nowhere"):
        simulate_cohort(plan, tmp_path, address="nowhere")


def test_the_manifest_names_every_file_and_finds_broken_ones(cohort, plan, tmp_path):
    rows = read_manifest(cohort)
    assert {row.file for row in rows} == {str(p.relative_to(cohort)) for p in cohort.rglob("*.hdf5")} and len(
        rows
    ) == 12
    assert {row.seed for row in rows} == {plan.seed} and rows[0].sha256 == checksum(cohort / rows[0].file)
    assert not list(broken_files(cohort))
    copy = tmp_path / "copy"
    shutil.copytree(cohort, copy)
    (copy / rows[2].file).unlink()
    with (copy / rows[5].file).open("r+b") as file:
        file.seek(4000)
        file.write(b"x")
    assert sorted(broken_files(copy)) == sorted([rows[2].file, rows[5].file])
    with pytest.raises(InvalidInput, match="manifest"):
        read_manifest(tmp_path)


def test_a_folder_of_another_plan_is_refused(cohort, plan):
    with pytest.raises(InvalidInput, match=r"cohort\.json: plan is \{'seed': 1\}"):
        simulate_cohort(CohortPlan(**{**vars(plan), "seed": 2}), cohort, 1)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"subjects": 2}, "subjects"),
        ({"seconds": 0.0}, "seconds"),
        ({"held_out_stages": 2}, "held_out_stages"),
        ({"stages": "none"}, "none"),
    ],
)
def test_impossible_plans_are_refused(plan, values, named):
    with pytest.raises(InvalidInput, match=named):
        cohort_sessions(CohortPlan(**{**vars(plan), **values}))


def test_an_unknown_pool_is_refused_with_the_known_ones():
    with pytest.raises(InvalidInput, match="cohort: pool: unknown pool 'x'; known: fuglevand, integrate_and_fire"):
        CohortPlan(pool="x")


@pytest.fixture
def person(tmp_path):
    path = tmp_path / "me.yaml"
    write_subject(dataclasses.replace(standard_subject(seed=5), noise_rms=0.05), path)
    return path


def test_people_take_the_place_of_drawn_subjects(plan, person, tmp_path):
    small = dataclasses.replace(
        plan, people=(str(person),), subjects=1, held_out_subjects=0, validation_subjects=0, seconds=0.6
    )
    assert simulate_cohort(small, tmp_path / "mine", 1) == 2
    rows = read_metadata(tmp_path / "mine" / "grid" / "metadata.csv")
    with PoseSession(tmp_path / "mine" / "grid" / f"{rows[0].filename}.hdf5") as session:
        assert session.read()["emg"].std() > 0.04  # the noise of the person
    write_subject(dataclasses.replace(standard_subject(seed=6), noise_rms=0.05), person)
    with pytest.raises(InvalidInput, match="people"):
        simulate_cohort(small, tmp_path / "mine", 1)  # the person has changed


def test_a_cohort_needs_a_file_for_each_of_its_people(plan, person, tmp_path):
    with pytest.raises(InvalidInput, match="cohort: people"):
        dataclasses.replace(plan, people=(str(person),))
    few = dataclasses.replace(plan, people=("none.yaml",), subjects=1, held_out_subjects=0, validation_subjects=0)
    with pytest.raises(InvalidInput, match=r"none\.yaml"):
        simulate_cohort(few, tmp_path / "none", 1)


@pytest.mark.parametrize("compression", ["lzf", "gzip"])
def test_one_set_of_electrodes_and_compression_do_not_change_the_sessions(cohort, plan, tmp_path, compression):
    alone = dataclasses.replace(plan, sets=("grid",), compression=compression)
    record_subject(alone, tmp_path, 0)
    assert not (tmp_path / "ring").exists()
    for path in (tmp_path / "grid").glob("*.hdf5"):
        with PoseSession(path) as session, PoseSession(cohort / "grid" / path.name) as both:
            assert np.array_equal(session.read(), both.read())


@pytest.mark.parametrize(
    "change", [{"sets": ()}, {"sets": ("band",)}, {"sets": ("ring", "ring")}, {"compression": "zip"}]
)
def test_unknown_sets_and_compressions_are_refused(change):
    with pytest.raises(InvalidInput, match=next(iter(change))):
        CohortPlan(**change)
