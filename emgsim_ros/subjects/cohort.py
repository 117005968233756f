"""A cohort: sessions of many virtual subjects in all stages, as session files with metadata.

    <folder>/cohort.json             the plan
    <folder>/manifest.csv            every file with its checksum, when the cohort is complete
    <folder>/manifests/              the part of the manifest for each subject that is complete
    <folder>/ring/, <folder>/grid/   a data set for each set of electrodes: metadata.csv and the session files

The content of a session depends only on the plan's seed, the subject and the number of the session, so subjects can be
recorded in any order, by several processes or machines, and after an interruption. A file that exists is complete.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ..errors import InvalidInput
from ..files.claims import claim_folder
from ..files.plans import require_positive
from ..files.resources import config_file
from ..jobs.cluster import ray_cluster
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from ..motion import load_poses
from ..muap import load_anatomy
from ..parameters import EmgParameters, MusculoskeletalParameters
from ..parts import find_part
from ..pose.angles import HAND_NAMES, columns_of
from ..seeds import generator
from ..sessions.compression import check_compression
from ..sessions.pose_metadata import METADATA, SessionRow, write_metadata
from ..sessions.pose_session import ANGLE_NAMES, SessionFacts, write_session
from ..version import __version__
from .manifest import ManifestRow, checksum, has_part, join_parts, write_part
from .recording import Electrodes
from .stages import Stage, draw_movement, load_stages
from .subject import STANDARD, VirtualSubject, draw_subject, subject_name
from .subject_file import read_subject


class Job(Protocol):
    """A job that runs in a pool of processes or on a cluster."""

    def done(self) -> bool:
        """Return whether the job has ended."""

    def result(self) -> Any:
        """Return the result of the job, or raise its error."""


PLAN = "cohort.json"
SETS = {"ring": ANGLE_NAMES, "grid": HAND_NAMES}  # sets of electrodes, and the angles stored with them
POLL_PERIOD = 1.0  # s between two progress reports
SIDE = "right"


@dataclass(frozen=True)
class CohortPlan:
    """The plan that determines a cohort.

    Attributes:
        subjects, held_out_subjects, validation_subjects: Number of subjects; the last are held out for testing, and
            those before them for validation.
        people: Subject files (`subject_file`) of the people who take the place of the drawn subjects; as many as
            ``subjects``, or none.
        sessions: Number of sessions of each subject and stage.
        seconds: Length of a session, s.
        stages: A name in config/pose or the path of such a file.
        held_out_stages: Number of stages, the last ones, that are not used for training.
        ring, grid: The two sets of electrodes.
        units_per_muscle: Motor units of each muscle; 0: as many as the subject has. A small number gives a quick trial.
        pool: Model of the motoneurons: a registered part of the kind ``pool``.
        engine: Library of the musculoskeletal model: a registered part of the kind ``engine``. Angles, excitations and
            fibres of mujoco and opensim agree; mujoco is many times as fast.
        seed: Seed of all random numbers.
        sets: Sets of electrodes that record: ring, grid or both.
        compression: Compression of the session files: none (the fastest to write and to read), lzf or gzip (the
            smallest, about 0.6 of the size).
    """

    subjects: int = 20
    held_out_subjects: int = 4
    validation_subjects: int = 2
    people: tuple[str, ...] = ()
    sessions: int = 1
    seconds: float = 30.0
    stages: str = "stages"
    held_out_stages: int = 2
    ring: Electrodes = field(default_factory=lambda: Electrodes(1, 16, 8.0, 8.0, 2000, 125))
    grid: Electrodes = field(default_factory=Electrodes)
    units_per_muscle: int = 0
    pool: str = EmgParameters.pool
    engine: str = "mujoco"
    seed: int = 1
    sets: tuple[str, ...] = tuple(SETS)
    compression: str = "none"

    def __post_init__(self) -> None:
        check_compression("cohort: compression", self.compression)
        if not self.sets or len(set(self.sets)) < len(self.sets) or not set(self.sets) <= set(SETS):
            raise InvalidInput("cohort: sets", list(self.sets), "some of " + ", ".join(SETS))
        require_positive(
            self,
            "cohort",
            zero_allowed=("seed", "units_per_muscle", "held_out_subjects", "validation_subjects", "held_out_stages"),
        )
        find_part("pool", self.pool, "cohort: pool")
        find_part("engine", self.engine, "cohort: engine")
        if self.people and len(self.people) != self.subjects:
            raise InvalidInput("cohort: people", list(self.people), f"{self.subjects} files, as many as subjects")
        if self.held_out_subjects + self.validation_subjects >= self.subjects:
            raise InvalidInput("cohort: subjects", self.subjects, "more than those held out and for validation")

    def split_of(self, subject: int) -> str:
        """Return the split of a subject: train, val or test."""
        if subject >= self.subjects - self.held_out_subjects:
            return "test"
        return "val" if subject >= self.subjects - self.held_out_subjects - self.validation_subjects else "train"


@dataclass(frozen=True)
class CohortSession:
    """One session of a cohort: its number, its subject and its stage."""

    number: int
    subject: int
    stage: Stage
    stage_held_out: bool

    @property
    def name(self) -> str:
        """File name without its ending."""
        return f"session{self.number:05d}_subject{self.subject:04d}_{self.stage.name}"


def cohort_sessions(plan: CohortPlan) -> list[CohortSession]:
    """Return all sessions of a cohort, ordered by subject.

    Raises:
        InvalidInput: A broken file of stages, or fewer of them than are held out.
    """
    stages = list(load_stages(config_file(plan.stages, folder="pose")).values())
    if plan.held_out_stages >= len(stages):
        raise InvalidInput("cohort: held_out_stages", plan.held_out_stages, f"less than the {len(stages)} stages")
    trained = len(stages) - plan.held_out_stages
    order = [(s, n) for s in range(plan.subjects) for n in range(len(stages)) for _ in range(plan.sessions)]
    return [CohortSession(number, s, stages[n], n >= trained) for number, (s, n) in enumerate(order)]


def simulate_cohort(
    plan: CohortPlan, folder: Path, workers: int = 0, progress: Progress = no_progress, address: str = ""
) -> int:
    """Record a cohort, or the sessions that are missing in it, and return the number of sessions recorded.

    Args:
        plan: The plan of the cohort.
        folder: Folder of the cohort; an incomplete cohort of the same plan is completed. All machines of a cluster must
            have the folder at this path.
        workers: Processes; 0 takes one for each core.
        progress: Receives the number of sessions that are recorded.
        address: Address of a Ray cluster (see `jobs.cluster.ray_cluster`); empty: processes on this machine.

    Raises:
        InvalidInput: The folder holds a cohort of another plan, or the cluster cannot be reached.
    """
    folder = folder.resolve()
    claim_folder(folder, {**asdict(plan), "people": _checksums(plan)}, PLAN)
    sessions = cohort_sessions(plan)
    for name in plan.sets:
        write_metadata(folder / name / METADATA, [_row(plan, session) for session in sessions])
    before = len(_present(plan, folder))
    missing = [subject for subject in range(plan.subjects) if not has_part(folder, subject_name(subject))]
    with ray_cluster(address, workers) if address else pool_of_cores(workers) as engine:
        waiting = [engine.submit(record_subject, plan, folder, subject) for subject in missing]
        while True:
            running = [one for one in waiting if not one.done()]
            _raise_failed(waiting)
            progress("sessions", len(_present(plan, folder)), len(sessions))
            if not running:
                break
            time.sleep(POLL_PERIOD)
    join_parts(folder, [subject_name(subject) for subject in range(plan.subjects)])
    return len(sessions) - before


def _manifest_row(plan: CohortPlan, folder: Path, name: str, session: CohortSession) -> ManifestRow:
    path = _path(folder, name, session)
    return ManifestRow(
        file=str(path.relative_to(folder)),
        subject=subject_name(session.subject),
        stage=session.stage.name,
        seed=plan.seed,
        number=session.number,
        version=__version__,
        bytes=path.stat().st_size,
        sha256=checksum(path),
    )


def record_subject(plan: CohortPlan, folder: Path, subject: int) -> None:
    """Record the missing sessions of one subject, and write its part of the manifest."""
    from ..musculoskeletal import load_model
    from .recording import SubjectStudio

    parameters = MusculoskeletalParameters(engine=plan.engine)
    model = load_model(parameters)
    poses = load_poses(config_file(parameters.poses, folder="movements"))
    person = _person(plan, subject)
    electrodes = {name: getattr(plan, name) for name in plan.sets}
    studio = SubjectStudio(person, electrodes, model, units_per_muscle=plan.units_per_muscle, pool=plan.pool)
    sessions = [session for session in cohort_sessions(plan) if session.subject == subject]
    for session in sessions:
        if _done(plan, folder, session):
            continue
        rng = generator(plan.seed, "session", session.number)
        movement = draw_movement(session.stage, poses, person.pace, plan.seconds, rng)
        recordings = studio.record(movement, plan.seconds, session.number + 1, session.stage.effort)
        for name, recording in recordings.items():
            angles = recording.angles[:, columns_of(SETS[name], model.coordinates)]
            rate = getattr(plan, name).sample_rate
            facts = SessionFacts(session.name, session.stage.name, person.name, SIDE, 0.0, plan.seconds, rate)
            path = _path(folder, name, session)
            part = path.with_suffix(".part")
            write_session(
                part,
                facts,
                recording.emg,
                angles,
                recording.positions,
                SETS[name],
                rows=getattr(plan, name).rows,
                compression=plan.compression,
            )
            part.replace(path)
    write_part(folder, person.name, [_manifest_row(plan, folder, name, one) for name in plan.sets for one in sessions])


def _person(plan: CohortPlan, subject: int) -> VirtualSubject:
    """Return the person of the subject's file, or draw the subject; both have the name of the subject's number."""
    if not plan.people:
        return draw_subject(load_anatomy(config_file(STANDARD, folder="anatomy")), plan.seed, subject)
    person = read_subject(Path(plan.people[subject]).expanduser())
    return replace(person, name=subject_name(subject))


def _checksums(plan: CohortPlan) -> dict[str, str]:
    """Return the checksum of every subject file, so that a cohort is not continued with a person who has changed."""
    paths = [Path(name).expanduser() for name in plan.people]
    for path in paths:
        read_subject(path)
    return {name: checksum(path) for name, path in zip(plan.people, paths, strict=True)}


def _path(folder: Path, name: str, session: CohortSession) -> Path:
    return folder / name / f"{session.name}.hdf5"


def _done(plan: CohortPlan, folder: Path, session: CohortSession) -> bool:
    return all(_path(folder, name, session).exists() for name in plan.sets)


def _present(plan: CohortPlan, folder: Path) -> set[str]:
    """Return the names of the sessions that exist for every set of electrodes of the plan."""
    return set.intersection(*({path.stem for path in (folder / name).glob("*.hdf5")} for name in plan.sets))


def _row(plan: CohortPlan, session: CohortSession) -> SessionRow:
    """Return the metadata of a session: held-out subjects and held-out stages, and both together, are for testing."""
    split = plan.split_of(session.subject)
    user_out, stage_out = split != "train", session.stage_held_out
    if split == "train" and stage_out:
        split = "test"
    generalization = ""
    if split != "train":
        generalization = "user_stage" if user_out and stage_out else "user" if user_out else "stage"
    return SessionRow(
        user=subject_name(session.subject),
        session=session.name,
        stage=session.stage.name,
        side=SIDE,
        moving_hand=SIDE,
        held_out_user=user_out,
        held_out_stage=stage_out,
        split=split,
        generalization=generalization,
        filename=session.name,
    )


def _raise_failed(waiting: Sequence[Job]) -> None:
    for one in waiting:
        if one.done():
            one.result()
