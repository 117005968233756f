"""Every script of the gallery runs and writes its picture; docs/gallery.md shows them all as they are."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples" / "gallery").glob("*.py"))
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "images" / "gallery"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 150_000  # bytes of a picture


def lines_of_code(script):
    """Lines that are neither empty nor comments nor the docstring."""
    body = re.sub(r'\A""".*?"""', "", script.read_text(), flags=re.DOTALL)
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in body.splitlines())


@pytest.fixture(scope="session")
def gallery_cache(tmp_path_factory):
    """A cache of potentials that the scripts share; CI may keep it from run to run."""
    kept = os.environ.get("EMGSIM_GALLERY_CACHE")
    return Path(kept) if kept else tmp_path_factory.mktemp("gallery_cache")


@pytest.mark.timeout(300)  # a minute on an idle core
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_writes_its_picture(script, tmp_path, gallery_cache):
    own = {"XDG_CACHE_HOME": str(gallery_cache), "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env={**os.environ, **own}, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stderr == "", ran.stderr[-2000:]
    picture = tmp_path / f"{script.stem}.png"
    assert picture.read_bytes().startswith(SIGNATURE) and picture.stat().st_size > 10_000


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_page_shows_a_script_and_its_picture(script):
    page = PAGE.read_text()
    kept = PICTURES / f"{script.stem}.png"
    assert kept.read_bytes().startswith(SIGNATURE) and kept.stat().st_size < LARGEST
    assert f'--8<-- "examples/gallery/{script.name}"' in page
    assert f"](images/gallery/{kept.name})" in page
    row = re.search(rf"^\| \[.*\]\(#.*\) \| `{script.name}` \| (\d+) \|", page, re.MULTILINE)
    assert row, f"docs/gallery.md has no row for {script.name}"
    assert int(row.group(1)) == lines_of_code(script)


def test_the_gallery_has_twelve_short_scripts_and_no_other_pictures():
    assert len(SCRIPTS) == 12
    assert max(lines_of_code(script) for script in SCRIPTS) <= 45
    assert {picture.stem for picture in PICTURES.glob("*.png")} == {script.stem for script in SCRIPTS}
