"""Hook of MkDocs that makes a page of the API reference for every folder of the package.

The pages contain directives of mkdocstrings, which reads the sources without importing them. A new module appears on
the page of its folder. A new folder gets a page; the strict build fails until `mkdocs.yml` names it in the navigation.
"""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path
from typing import Any

import griffe
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PACKAGE = "emgsim_ros"
SOURCES = Path(__file__).parents[2] / PACKAGE
OVERVIEW = "api/index.md"
SHOWN_ELSEWHERE = {"api", "cli", "msg", "srv"}  # the overview, `emgsim --help`, and generated code


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to the files of the site."""
    for name in _documented():
        files.append(File.generated(config, f"api/{name}.md", content=_page(SOURCES / name, level=1)))
    return files


def on_page_markdown(markdown: str, page: Any, config: MkDocsConfig, files: Files) -> str:
    """Append the public names and their modules to the overview, if the package has any."""
    if page.file.src_uri == OVERVIEW and (SOURCES / "api").is_dir():
        package = _directive(PACKAGE, heading=PACKAGE, heading_level=2, members=False, summary=False)
        markdown += "\n" + "\n".join([package, _public_table(), _page(SOURCES / "api", level=2)])
    return markdown


def _public_table() -> str:
    """A table of the names in the package itself, with the first line of each docstring."""
    package = griffe.load(PACKAGE, search_paths=[SOURCES.parent], allow_inspection=False, resolve_aliases=True)
    rows = ["| Name | Description |", "|---|---|"]
    for name in _public_names(SOURCES / "__init__.py"):
        docstring = package[name].docstring
        summary = docstring.value.partition("\n")[0] if docstring else ""
        rows.append(f"| {_link(f'{PACKAGE}.{name}')} | {summary} |")
    return "\n".join([*rows, ""])


def _documented() -> list[str]:
    """Names of the folders and modules of the package that have a page of their own."""
    folders = {path.parent.name for path in SOURCES.glob("*/__init__.py")}
    modules = {path.stem for path in SOURCES.glob("*.py") if not path.stem.startswith("_")}
    return sorted((folders | modules) - SHOWN_ELSEWHERE)


def _page(place: Path, level: int) -> str:
    """The directives of a folder, or of a module at the top of the package."""
    path = f"{PACKAGE}.{place.name}"
    if not place.is_dir():
        return _directive(path, heading=path, heading_level=level)
    modules = sorted(_dotted(file, place) for file in place.rglob("*.py") if _is_shown(file, place))
    inside = [_directive(f"{path}.{one}", heading=one, heading_level=level + 1 + one.count(".")) for one in modules]
    top = [one for one in modules if "." not in one]
    return "\n".join(
        [_directive(path, heading=path, heading_level=level, members=top), _exported(place, path), *inside]
    )


def _is_shown(file: Path, folder: Path) -> bool:
    return (file.name == "__init__.py" and file.parent != folder) or not file.stem.startswith("_")


def _dotted(file: Path, folder: Path) -> str:
    """Name of a module, or of a folder inside the folder, relative to the folder."""
    place = file.parent if file.name == "__init__.py" else file.with_suffix("")
    return place.relative_to(folder).as_posix().replace("/", ".")


def _directive(path: str, **options: Any) -> str:
    lines = yaml.safe_dump({"options": {**options, "toc_label": options["heading"]}}).splitlines()
    return "\n".join([f"::: {path}", *(f"    {line}" for line in lines), ""])


def _exported(folder: Path, path: str) -> str:
    """A sentence with the names that can be imported from the folder itself."""
    names = _public_names(folder / "__init__.py")
    links = ", ".join(_link(f"{path}.{name}") for name in names)
    return f"`{path}` exports {links}.\n" if names else ""


def _link(path: str) -> str:
    """A link to the reference of a name; plain code if the name has no entry there."""
    return f'<autoref optional identifier="{path}"><code>{path.rpartition(".")[2]}</code></autoref>'


def _public_names(file: Path) -> list[str]:
    """The names in `__all__` of a module or, if that is computed, those that the module imports for type checkers."""
    body = ast.parse(file.read_text()).body
    for node in body:
        if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["__all__"]:
            with contextlib.suppress(ValueError):
                return [name for name in ast.literal_eval(node.value) if not name.startswith("_")]
    checked = [node for node in body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    imports = [one for node in checked for one in node.body if isinstance(one, ast.ImportFrom)]
    return [name.asname or name.name for one in imports for name in one.names]
