"""The registry of parts: everything that is chosen by name, from this package and from installed ones."""

from .contracts import KINDS
from .options import options_for
from .registry import Part, add_part, build_part, find_part, load_part, part_names

__all__ = ["KINDS", "Part", "add_part", "build_part", "find_part", "load_part", "options_for", "part_names"]
