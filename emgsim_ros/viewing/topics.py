"""The topics that the viewer can show."""

from __future__ import annotations

from ..signals import topics

VIEWED: dict[str, str] = {
    topic.name: topic.type_name
    for topic in (
        topics.EMG_INFO,
        topics.EMG_HD,
        topics.EMG_SPIKES,
        topics.MODEL_MARKERS,
        topics.HAND_MARKERS,
        topics.JOINT_STATES,
        topics.HAND_JOINT_STATES,
        topics.STIMULATION_ELECTRODES,
        topics.DIAGNOSTICS,
    )
}
