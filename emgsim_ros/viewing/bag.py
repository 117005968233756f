"""Display of a bag on a page."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..sessions.message_types import typestore
from ..sessions.playing import BagPlayer
from ..sessions.reading import bag_contents, read_messages
from ..signals.emg_points import FRAME
from ..signals.simulation_time import to_seconds
from ..signals.topics import MODEL_MARKERS
from .feed import Feed
from .topics import VIEWED


def viewed_topics(bag: Path) -> tuple[str, ...]:
    """Return the topics of a bag that can be shown.

    Raises:
        InvalidInput: The folder is not a readable bag, or the bag contains none of these topics.
    """
    found = {topic.name: topic.type_name for topic in bag_contents(bag).topics if topic.messages}
    viewed = tuple(topic for topic, kind in VIEWED.items() if found.get(topic) == kind)
    if not viewed:
        raise InvalidInput(f"{bag}: topics", sorted(found), "some of " + ", ".join(VIEWED))
    return viewed


def eye_of(bag: Path) -> str:
    """Return the viewpoint for the model of a bag, a key of `layout.EYES`.

    Models in the frame ``forearm`` have a viewpoint of their own; the others stand upright.
    """
    if MODEL_MARKERS.name not in viewed_topics(bag):
        return "forearm"
    first = next(read_messages(bag, MODEL_MARKERS.name))
    return "forearm" if first.markers[0].header.frame_id == FRAME else "upright"


def show_bag(bag: Path, feed: Feed, progress: Progress = no_progress) -> int:
    """Show all messages of a bag on a page; return their number.

    Args:
        bag: Folder of the bag.
        feed: Feed of the page.
        progress: Receives the time of the bag that has been read, s.

    Raises:
        InvalidInput: As in `viewed_topics`, or a message is inconsistent with an earlier one.
    """
    player = BagPlayer(bag, viewed_topics(bag))
    types = typestore()
    shown = 0
    for message in player.messages():
        feed.take(message.topic, types.deserialize_cdr(message.data, VIEWED[message.topic]))
        shown += 1
        if shown % 100 == 0:
            progress("reading", to_seconds(message.time), to_seconds(player.duration))
    return shown
