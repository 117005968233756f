"""A cohort: many virtual subjects, recorded in all stages, as session files and their metadata.

    <folder>/cohort.json             the plan
    <folder>/manifest.csv            every file with its checksum, once all are there
    <folder>/manifests/              the same, subject by subject, as they are finished
    <folder>/ring/, <folder>/grid/   a data set for each set of electrodes: metadata.csv and the session files

A session's numbers depend on the plan's seed, its subject and its number alone, so subjects can be recorded in any
order, by several processes or machines, and after an interruption; a file that is there is whole.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .. import __version__
from ..errors import InvalidInput
from ..files.claims import claim_folder
from ..files.plans import require_positive
from ..files.resources import config_file
from ..jobs.cluster import ray_cluster
from ..jobs.cores import pool_of_cores
from ..jobs.progress import Progress, no_progress
from ..motion import load_poses
from ..muap import load_anatomy
from ..parameters import MusculoskeletalParameters
from ..pose.angles import HAND_NAMES, columns_of
from ..seeds import generator
from ..sessions.pose_metadata import METADATA, SessionRow, write_metadata
from ..sessions.pose_session import ANGLE_NAMES, SessionFacts, write_session
from .manifest import ManifestRow, checksum, has_part, join_parts, write_part
from .recording import Electrodes
from .stages import Stage, draw_movement, load_stages
from .subject import draw_subject, subject_name


class Job(Protocol):
    """A job that was given to a pool of processes or a cluster."""

    def done(self) -> bool:
        """Whether it has ended."""

    def result(self) -> Any:
        """What it returned; raises what it raised."""


PLAN = "cohort.json"
SETS = {"ring": ANGLE_NAMES, "grid": HAND_NAMES}  # sets of electrodes and the angles kept with them
LOOK = 1.0  # s between looks at how far the workers are
SIDE = "right"


@dataclass(frozen=True)
class CohortPlan:
    """All that determines a cohort.

    Attributes:
        subjects, held_out_subjects, validation_subjects: People in all; of them the last are held out for testing, and
            those before them for validation.
        sessions: Of each subject and stage.
        seconds: Length of a session.
        stages: A name in config/pose or the path of such a file.
        held_out_stages: The last of the stages, seen by no training.
        ring, grid: The electrodes.
        units_per_muscle: Motor units of each muscle; 0: as many as the subject has. Few make a quick trial.
        seed: Of everything drawn.
    """

    subjects: int = 20
    held_out_subjects: int = 4
    validation_subjects: int = 2
    sessions: int = 1
    seconds: float = 30.0
    stages: str = "stages"
    held_out_stages: int = 2
    ring: Electrodes = field(default_factory=lambda: Electrodes(1, 16, 8.0, 8.0, 2000, 125))
    grid: Electrodes = field(default_factory=Electrodes)
    units_per_muscle: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        require_positive(
            self,
            "cohort",
            zero_allowed=("seed", "units_per_muscle", "held_out_subjects", "validation_subjects", "held_out_stages"),
        )
        if self.held_out_subjects + self.validation_subjects >= self.subjects:
            raise InvalidInput("cohort: subjects", self.subjects, "more than those held out and for validation")

    def split_of(self, subject: int) -> str:
        """train, val or test."""
        if subject >= self.subjects - self.held_out_subjects:
            return "test"
        return "val" if subject >= self.subjects - self.held_out_subjects - self.validation_subjects else "train"


@dataclass(frozen=True)
class CohortSession:
    """One session of a cohort: its number, who and what."""

    number: int
    subject: int
    stage: Stage
    stage_held_out: bool

    @property
    def name(self) -> str:
        """File name without ending."""
        return f"session{self.number:05d}_subject{self.subject:04d}_{self.stage.name}"


def cohort_sessions(plan: CohortPlan) -> list[CohortSession]:
    """All sessions, subject by subject.

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
    """Record a cohort, or what is missing of it; returns how many sessions that was.

    Args:
        plan: Who and what.
        folder: Where; one of the same plan is completed. Of a cluster, all machines must have it at this path.
        workers: Processes; 0 takes one for each core.
        progress: Receives the number of sessions that are recorded.
        address: Of a Ray cluster (:func:`emgsim_ros.jobs.cluster.ray_cluster`); empty: processes on this machine.

    Raises:
        InvalidInput: The folder holds a cohort of another plan, or the cluster is not to be reached.
    """
    folder = folder.resolve()
    claim_folder(folder, asdict(plan), PLAN)
    sessions = cohort_sessions(plan)
    for name in SETS:
        write_metadata(folder / name / METADATA, [_row(plan, session) for session in sessions])
    before = len(_present(folder))
    missing = [subject for subject in range(plan.subjects) if not has_part(folder, subject_name(subject))]
    with ray_cluster(address, workers) if address else pool_of_cores(workers) as engine:
        waiting = [engine.submit(record_subject, plan, folder, subject) for subject in missing]
        while True:
            running = [one for one in waiting if not one.done()]
            _raise_failed(waiting)
            progress("sessions", len(_present(folder)), len(sessions))
            if not running:
                break
            time.sleep(LOOK)
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
    """Record what is missing of one subject, and its part of the manifest."""
    from ..musculoskeletal import load_model
    from .recording import SubjectStudio

    parameters = MusculoskeletalParameters()
    model = load_model(parameters)
    poses = load_poses(config_file(parameters.poses, folder="movements"))
    person = draw_subject(load_anatomy(config_file("forearm", folder="anatomy")), plan.seed, subject)
    cache = folder / f".potentials_{person.name}"
    studio = SubjectStudio(person, {name: getattr(plan, name) for name in SETS}, model, cache, plan.units_per_muscle)
    sessions = [session for session in cohort_sessions(plan) if session.subject == subject]
    for session in sessions:
        if _done(folder, session):
            continue
        rng = generator(plan.seed, "session", session.number)
        movement = draw_movement(session.stage, poses, person.pace, plan.seconds, rng)
        recordings = studio.record(movement, plan.seconds, session.number + 1)
        for name, recording in recordings.items():
            angles = recording.angles[:, columns_of(SETS[name], model.coordinates)]
            rate = getattr(plan, name).sample_rate
            facts = SessionFacts(session.name, session.stage.name, person.name, SIDE, 0.0, plan.seconds, rate)
            path = _path(folder, name, session)
            part = path.with_suffix(".part")
            write_session(
                part, facts, recording.emg, angles, recording.positions, SETS[name], rows=getattr(plan, name).rows
            )
            part.replace(path)
    write_part(folder, person.name, [_manifest_row(plan, folder, name, one) for name in SETS for one in sessions])
    shutil.rmtree(cache, ignore_errors=True)


def _path(folder: Path, name: str, session: CohortSession) -> Path:
    return folder / name / f"{session.name}.hdf5"


def _done(folder: Path, session: CohortSession) -> bool:
    return all(_path(folder, name, session).exists() for name in SETS)


def _present(folder: Path) -> set[str]:
    """Names of the sessions that are there with every set of electrodes; two listings, however many there are."""
    return set.intersection(*({path.stem for path in (folder / name).glob("*.hdf5")} for name in SETS))


def _row(plan: CohortPlan, session: CohortSession) -> SessionRow:
    """How a session may be used: held-out subjects and stages test, each alone and both together."""
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
