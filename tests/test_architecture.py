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
CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path: Path) -> None:
    """About 300 lines at most: one that outgrows them holds two things."""
    assert len(path.read_text().splitlines()) <= 300


def test_contracts_know_every_module_of_a_vendor() -> None:
    """A module of a vendor signs, emulates or speaks to the API; the contracts list the latter two."""
    modules = {
        name_of(path) for path in (PACKAGE / "vendors").glob("*/*.py") if path.stem not in {"__init__", "signing"}
    }
    emulations = {name for name in modules if name.rpartition(".")[2].startswith("emulation")}
    pages = CONTRACTS["pages"]
    named = {re.sub(r"vendors\.\w+\.", "vendors.*.", name) for name in emulations}

    assert {name for name in pages["forbidden_modules"] if ".vendors." in name} == modules - emulations
    assert set(pages["source_modules"]) == named
    assert {name for name in CONTRACTS["emulation"]["protected_modules"] if ".vendors." in name} == named
    assert {name for name in CONTRACTS["emulation"]["allowed_importers"] if ".vendors." in name} == named


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
