"""The project's own files agree with each other, and the examples of docs/extending.md run."""

import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from importlib import metadata
from pathlib import Path

import pytest
import yaml

import emgsim_ros
from emgsim_ros.parts import KINDS

ROOT = Path(__file__).parents[1]
EXTENDING = (ROOT / "docs" / "extending.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RELEASE = re.compile(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [code for found, code in BLOCK.findall(EXTENDING) if found == language]


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_version_is_the_same_everywhere():
    package = ET.parse(ROOT / "package.xml").getroot().findtext("version")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    assert {metadata.version("emgsim-ros"), package, citation} == {emgsim_ros.__version__}


def test_changelog_has_an_unreleased_section_and_the_present_version():
    releases = RELEASE.findall((ROOT / "CHANGELOG.md").read_text())
    assert releases[0] == ("Unreleased", "")
    assert emgsim_ros.__version__ in [version for version, _ in releases]


def test_changelog_uses_the_headings_of_keepachangelog():
    headings = re.findall(r"^### (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_workflow_runs_the_script_that_is_there():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    commands = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(command.strip() == ".ci/run" for command in commands)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_dockerfile_copies_only_what_exists():
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line


def test_every_package_folder_has_a_page_in_the_reference():
    elsewhere = {"api", "cli", "msg", "srv"}
    folders = {path.parent.name for path in (ROOT / "emgsim_ros").glob("*/__init__.py")} - elsewhere
    pages = set(re.findall(r"api/(\w+)\.md", (ROOT / "mkdocs.yml").read_text()))
    assert folders <= pages


@pytest.mark.parametrize("kind", KINDS)
def test_extending_describes_every_kind_of_part(kind):
    assert f"\n### {kind}\n" in EXTENDING and f"[`{kind}`](#{kind})" in EXTENDING


@pytest.mark.timeout(300)
def test_examples_of_extending_run(tmp_path):
    ran = run_python("\n".join(blocks("python")), tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_package_of_extending_registers_its_pool(tmp_path):
    project = tomllib.loads(blocks("toml")[0])["project"]
    (tmp_path / "emg_poisson.py").write_text(blocks("python")[0])
    installed = tmp_path / f"emg_poisson-{project['version']}.dist-info"  # what pip leaves of the package
    installed.mkdir()
    (installed / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    entries = project["entry-points"]["emgsim_ros.parts"].items()
    lines = ["[emgsim_ros.parts]", *(f"{name} = {target}" for name, target in entries)]
    (installed / "entry_points.txt").write_text("\n".join(lines))
    ran = run_python(
        "from emgsim_ros.parts import find_part, load_part\n"
        "print(find_part('pool', 'poisson').origin, load_part('pool', 'poisson').__name__)",
        tmp_path,
    )
    assert ran.stdout.split() == ["emg-poisson", "0.1.0", "PoissonTrains"], ran.stderr


def test_options_of_extending_are_accepted(tmp_path):
    values = yaml.safe_load(blocks("yaml")[0])["emg"]["ros__parameters"]
    code = (
        f"from emgsim_ros.parameters import EmgParameters, from_mapping\nfrom_mapping(EmgParameters, {values!r}, 'emg')"
    )
    ran = run_python(f"{blocks('python')[0]}\n{blocks('python')[1]}\n{code}", tmp_path)
    assert ran.returncode == 0, ran.stderr
