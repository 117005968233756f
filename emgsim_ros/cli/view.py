"""``emgsim view``: display of the running graph or of a recording."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InvalidInput
from .progress import progress_bars

if TYPE_CHECKING:
    from ..viewing.page import Page

BAG_MEMORY = 4000  # MB of data that are kept for the page

Recording = Annotated[
    Path | None,
    typer.Argument(
        help="Bag (folder) or, with --picture, simulation file (HDF5); without it the running graph is shown."
    ),
]


def view(
    recording: Recording = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw a picture of the recording instead (.png, .pdf or .svg).")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write the page to this file (.rrd) instead of serving it.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 9090,
    data_port: Annotated[int, typer.Option(help="Port from which the page reads its data.")] = 9876,
    channels: Annotated[str, typer.Option(help="EMG channels that are shown as curves, such as '0, 40, 80'.")] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser if there is a screen.")] = True,
    duration: Annotated[
        float, typer.Option(help="Time after which the command ends (s); 0 to end with Ctrl-C.", min=0.0)
    ] = 0.0,
) -> None:
    """Show the running graph or a bag on a page in the browser, or draw a picture of a recording."""
    if recording is None:
        _live(duration, port=port, data_port=data_port, open_browser=browser, channels=channels)
    elif picture is not None:
        _draw(recording, picture)
    elif recording.is_file():
        raise InvalidInput("recording", str(recording), "a bag (folder); a simulation file requires --picture")
    elif save is not None:
        _save(recording, channels, save)
    else:
        _serve(recording, channels, port, data_port, browser, duration)


def _draw(recording: Path, picture: Path) -> None:
    from ..figures.emg_figure import emg_figure  # matplotlib: slow to import
    from ..sessions.recording import load_recording

    emg_figure(load_recording(recording)).savefig(picture, dpi=110)
    print(f"wrote {picture}")


def _live(duration: float, **parameters: Any) -> None:
    from ..nodes.viewer import visit  # rclpy: slow to import

    if not visit(duration, **parameters):
        print("no topic of the graph was found; check that the graph is running with the same ROS_DOMAIN_ID")
        raise typer.Exit(1)


def _save(bag: Path, channels: str, path: Path) -> None:
    from ..viewing.bag import eye_of, viewed_topics
    from ..viewing.layout import layout
    from ..viewing.page import Page

    page = Page(layout(viewed_topics(bag), eye_of(bag)))
    page.save(path)
    shown = _fill(page, bag, channels)
    page.close()
    print(f"wrote {path}: {shown} messages; open it with: rerun {path}")


def _serve(bag: Path, channels: str, port: int, data_port: int, browser: bool, duration: float) -> None:
    from ..viewing.bag import eye_of, viewed_topics
    from ..viewing.layout import layout
    from ..viewing.page import Page, open_in_browser

    page = Page(layout(viewed_topics(bag), eye_of(bag)))
    address = page.serve(port, data_port, BAG_MEMORY)
    print(f"{_fill(page, bag, channels)} messages on {address}; press Ctrl-C to end", flush=True)
    if browser:
        open_in_browser(address)
    _wait(duration)


def _fill(page: Page, bag: Path, channels: str) -> int:
    """Show a bag on a page and return the number of messages."""
    from ..viewing.bag import show_bag
    from ..viewing.feed import Feed, FeedSettings, channel_numbers

    feed = Feed(page, FeedSettings(channels=channel_numbers(channels)))
    with progress_bars() as progress:
        shown = show_bag(bag, feed, progress)
        page.flush()
    return shown


def _wait(duration: float) -> None:
    end = time.monotonic() + duration if duration else float("inf")
    try:
        while time.monotonic() < end:
            time.sleep(0.1)
    except KeyboardInterrupt:
        pass
