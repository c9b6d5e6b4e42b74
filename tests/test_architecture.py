"""Rules that no linter checks."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "airflow_provider_mediajobs"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = sorted(PACKAGE.rglob("*.py"))
VENDORS = sorted(path.parent for path in (PACKAGE / "vendors").glob("*/signing.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path: Path) -> None:
    """About 300 lines at most: one that outgrows them holds two things."""
    assert len(path.read_text().splitlines()) <= 300


MAKERS = {
    "core/kind.py": "of a record: its state follows from the vendor's word",
    "core/job.py": "of several as a whole",
    "core/remembered.py": "of a memory, which keeps no renditions: JobKind.may_come_to",
    "core/wait.py": "of what was not seen: unknown",
    "cli/jobs.py": "of what was not seen: unknown",
}


def test_only_the_kind_says_what_a_record_comes_to() -> None:
    """A module that made a snapshot itself could say more than the vendor's word, in one mode and not in the others."""
    calls = {
        path: [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)] for path in SOURCES
    }
    makers = {
        str(path.relative_to(PACKAGE))
        for path, found in calls.items()
        if any(isinstance(call.func, ast.Name) and call.func.id == "JobSnapshot" for call in found)
    }
    assert makers == set(MAKERS)


def circle_in(package: str) -> list[str]:
    """Modules of a package that import each other in a circle, each the one before it; none where there is none.

    Imports for types alone and those inside functions count: a circle of them is one of two modules that are one.
    """
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_circle() -> None:
    assert circle_in(PACKAGE.name) == []


def test_a_planted_circle_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also behind TYPE_CHECKING and inside a function."""
    folder = tmp_path / "planted_circle"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "one.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import two\n")
    (folder / "two.py").write_text("def late() -> None:\n    from . import one\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert set(circle_in("planted_circle")) == {"planted_circle.one", "planted_circle.two"}


@pytest.mark.parametrize("folder", VENDORS, ids=lambda path: path.name)
def test_the_rooms_of_a_vendor(folder: Path) -> None:
    """The contracts name these: what lies beside them is in none."""
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {
        "__init__.py",
        "api",
        "auth",
        "emulation",
        "signing.py",
    }


@pytest.mark.parametrize("file", ["constraints.txt", "constraints-floor.txt"])
def test_constraints_are_names_and_versions(file: str) -> None:
    """Sorted, one version a name, no addresses; every direct dependency among them."""
    lines = [line for line in (ROOT / file).read_text().splitlines() if not line.startswith("#")]
    names = [line.partition("==")[0] for line in lines]
    project = PYPROJECT["project"]
    direct = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]

    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line)] == []
    assert names == sorted(set(names))
    assert {re.split(r"[^\w-]", requirement)[0] for requirement in direct} <= set(names)
    assert {"hatchling"} <= set(names)


def test_floor_is_the_oldest_supported_airflow() -> None:
    """What the package's metadata promises is what the second constraints pin."""
    assert "apache-airflow>=3.2.2" in PYPROJECT["project"]["dependencies"]
    assert "apache-airflow==3.2.2" in (ROOT / "constraints-floor.txt").read_text().splitlines()
