"""The EMG stream of a person: the parameters of the node ``emg``, with a subject file if they name one."""

from __future__ import annotations

from pathlib import Path

from ..emg import EmgStream
from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..muap import ForearmAnatomy
from ..parameters import EmgParameters
from .subject import VirtualSubject
from .subject_file import read_subject


def subject_stream(
    parameters: EmgParameters,
    progress: Progress = no_progress,
    cache: Path | None = None,
    anatomy: ForearmAnatomy | None = None,
    trial: int = 0,
    subject: VirtualSubject | None = None,
) -> EmgStream:
    """Build an EMG stream, of a person if one is given or the parameters name one.

    The person's motor units follow from the seed in its file. The seed of the parameters chooses discharges and noise,
    so that a scenario can be repeated with the same person and other discharges.

    Args:
        parameters: Electrodes, amplifier, potential model and, for nobody in particular, anatomy, pools and noise.
        progress: Receives the number of motor units whose potentials have been computed.
        cache: Folder of computed potentials; by default the user's cache.
        anatomy: Anatomy of the limb, for nobody in particular; by default the one that the parameters name.
        trial: Number of the trial; another number gives other discharges and noise.
        subject: The person; by default the one of the file that the parameters name.

    Raises:
        InvalidInput: The file is missing or malformed, an anatomy is given with a person, or as for `EmgStream`.
    """
    if subject is None and not parameters.subject:
        return EmgStream(parameters, progress, cache, anatomy, trial)
    if anatomy is not None:
        raise InvalidInput("anatomy", "given together with a subject", "none: the subject has an anatomy of its own")
    person = subject or read_subject(Path(parameters.subject).expanduser())
    chosen = trial or parameters.seed
    own = person.emg_parameters(parameters)
    return EmgStream(own, progress, cache, person.anatomy, chosen, person.strength)
