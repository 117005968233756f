"""results.md: a section per script, replaced when the script runs with --write."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"


def machine() -> str:
    """Processor, cores and Python of this machine."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write_section(script: str, text: str) -> None:
    """Replace the section of ``script`` in results.md, or add it."""
    content = RESULTS.read_text() if RESULTS.exists() else "# Benchmark results\n"
    title, *sections = re.split(r"^## ", content, flags=re.MULTILINE)
    kept = {section.partition("\n")[0]: section.partition("\n")[2].strip() for section in sections}
    kept[script] = text.strip()
    RESULTS.write_text(title.rstrip() + "\n" + "".join(f"\n## {name}\n\n{body}\n" for name, body in kept.items()))
