"""The file results.md, which has one section per script; --write replaces the section of a script."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"


def machine() -> str:
    """Return the processor, the number of cores and the Python version of this machine."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write_section(script: str, text: str) -> None:
    """Replace the section of ``script`` in results.md, or add it."""
    content = RESULTS.read_text() if RESULTS.exists() else "# Benchmark results\n"
    title, *sections = re.split(r"^## ", content, flags=re.MULTILINE)
    kept = {section.partition("\n")[0]: section.partition("\n")[2].strip() for section in sections}
    kept[script] = text.strip()
    RESULTS.write_text(title.rstrip() + "\n" + "".join(f"\n## {name}\n\n{body}\n" for name, body in kept.items()))
