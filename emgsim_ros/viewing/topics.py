"""The topics that the viewer can show, with their ROS types."""

from __future__ import annotations

from ..signals import topics

VIEWED: dict[str, str] = {topic.name: topic.type_name for topic in topics.VIEWED}
