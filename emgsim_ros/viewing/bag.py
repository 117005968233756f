"""A bag on a page."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidInput
from ..jobs.progress import Progress, no_progress
from ..sessions.message_types import typestore
from ..sessions.playing import BagPlayer
from ..sessions.reading import bag_contents, read_messages
from ..signals.emg_points import FRAME
from ..signals.simulation_time import to_seconds
from .feed import Feed
from .topics import VIEWED


def viewed_topics(bag: Path) -> tuple[str, ...]:
    """The topics of a bag that can be shown.

    Raises:
        InvalidInput: It is no bag, or it has none of them.
    """
    found = {topic.name: topic.type_name for topic in bag_contents(bag).topics if topic.messages}
    viewed = tuple(topic for topic, kind in VIEWED.items() if found.get(topic) == kind)
    if not viewed:
        raise InvalidInput(f"{bag}: topics", sorted(found), "some of " + ", ".join(VIEWED))
    return viewed


def eye_of(bag: Path) -> str:
    """From where a bag's model is looked at: the forearm graph's frame, or another's, which stands."""
    if "/msk/markers" not in viewed_topics(bag):
        return "forearm"
    first = next(read_messages(bag, "/msk/markers"))
    return "forearm" if first.markers[0].header.frame_id == FRAME else "upright"


def show_bag(bag: Path, feed: Feed, progress: Progress = no_progress) -> int:
    """Take a whole bag to a page; returns the number of messages.

    Args:
        bag: Folder.
        feed: Of the page.
        progress: Receives the time of the bag that is read, s.

    Raises:
        InvalidInput: As :func:`viewed_topics`, or a message that does not fit.
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
