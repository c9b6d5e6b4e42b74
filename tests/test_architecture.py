"""Rules that no linter checks."""

from __future__ import annotations

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
