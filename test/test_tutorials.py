"""The tutorials do what they say: every block of commands is run, in order, in an empty folder; the site builds."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHORT = {"RECORD": "32", "MINUTES": "0.1", "STEPS": "2048"}  # what the tutorials leave to the reader

LIVE = [pytest.mark.graph, pytest.mark.xdist_group("live graph")]
PAGES = [
    pytest.param(page, marks=LIVE if "emgsim launch" in page.read_text() else [], id=page.stem) for page in TUTORIALS
]


def script(text: str) -> str:
    """All blocks of a page as one shell script."""
    lines = ["set -euo pipefail"]
    for language, code in BLOCK.findall(text):
        lines.append(code if language == "sh" else f"python - <<'END_OF_BLOCK'\n{code}END_OF_BLOCK\n")
    return "\n".join(lines)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_tutorial_works(page, tmp_path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", script(page.read_text())],
        cwd=tmp_path,
        env={**os.environ, **SHORT, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert "error:" not in ran.stdout and "Traceback" not in ran.stdout, ran.stdout[-4000:]


def test_the_site_builds_and_no_link_is_broken(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "tutorials" / "1_first_run" / "index.html").is_file()
    reference = (tmp_path / "site" / "api" / "emg" / "index.html").read_text()
    assert 'id="emgsim_ros.emg.stream.EmgStream"' in reference


def test_links_of_the_readme_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
            assert target.startswith("http") or (ROOT / target).exists(), f"{page.name}: {target}"
