"""``emgsim view``: look at a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def view(
    recording: Annotated[Path, typer.Argument(help="A bag (folder) or a simulation file (HDF5).")],
    picture: Annotated[Path, typer.Option(help="Picture to write: .png, .pdf or .svg.")] = Path("emg.png"),
) -> None:
    """Draw a recording: excitation, spikes, EMG traces and the map of the electrodes."""
    from ..figures.emg_figure import emg_figure  # matplotlib: slow to import
    from ..sessions.recording import load_recording

    emg_figure(load_recording(recording)).savefig(picture, dpi=110)
    print(f"wrote {picture}")
