"""Rules that no linter checks."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

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
