"""The transport of the graph's nodes: variables that both launchers add to their environment."""

from __future__ import annotations

from collections.abc import Mapping

from ..files.resources import share_directory

PROFILE_VARIABLE = "FASTRTPS_DEFAULT_PROFILES_FILE"


def transport_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to add to ``environment`` for a node; the user's own choice of profile is kept."""
    if environment.get(PROFILE_VARIABLE):
        return {}
    return {PROFILE_VARIABLE: str(share_directory() / "config" / "fastdds.xml")}
