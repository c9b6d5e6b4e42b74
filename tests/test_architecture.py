# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests rules of the architecture that no linter checks, such as the length of modules.

Covers every module.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "airflow_provider_mediajobs"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TESTS = ROOT / "tests"
SOURCES = sorted(PACKAGE.rglob("*.py"))
VENDORS = sorted(path.parent for path in (PACKAGE / "vendors").glob("*/signing.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path: Path) -> None:
    """About 300 lines at most, without the licence header: one that outgrows them holds two things."""
    header = re.match(r"(# .*\n|#\n)*", path.read_text())
    assert header is not None
    assert len(path.read_text()[header.end() :].splitlines()) <= 300


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


# --- which test is of which module ------------------------------------------------------------------------------

TEST_FILES = sorted(path for path in TESTS.rglob("test_*.py") if not path.is_relative_to(TESTS / "system"))
"""Those of ``system`` are of the whole in a real Airflow."""


def module_of(path: Path) -> str:
    """The module's name within the package: ``core.job``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def mirrored(test: Path) -> str:
    """The module that a test file is of by its place and name, if there is such a one."""
    folder, name = test.relative_to(TESTS).parent.parts, test.stem.removeprefix("test_")
    return ".".join([*folder, name])


@cache
def covered(test: Path) -> list[str]:
    """The modules that a test file names: ``Covers ``a.b``, ``c``.`` in its docstring; or that it is of all."""
    docstring = ast.get_docstring(ast.parse(test.read_text())) or ""
    told = re.search(r"^Covers (.*?)\.$", docstring, re.MULTILINE | re.DOTALL)
    return [] if told is None else re.findall(r"``(.*?)``", told[1]) or [told[1]]


def does_something(path: Path) -> bool:
    """Whether a module has a function with a body: a test of it can fail."""
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    return any(not isinstance(line, ast.Expr) for function in functions for line in function.body)


@pytest.mark.parametrize("path", [path for path in SOURCES if does_something(path)], ids=module_of)
def test_every_module_has_a_test_file(path: Path) -> None:
    """One in the same place, or one whose docstring names the module."""
    module = module_of(path)
    assert any(module == mirrored(test) or module in covered(test) for test in TEST_FILES), (
        f"write a test file for {module}, or name it in the docstring of the one that tests it: Covers ``{module}``."
    )


@pytest.mark.parametrize("test", TEST_FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_every_test_file_says_of_which_module_it_is(test: Path) -> None:
    """By its place and name, or in its docstring: of modules that there are."""
    modules, named = {module_of(path) for path in SOURCES}, covered(test)
    assert mirrored(test) in modules or named != [], "name in its docstring what it is of: Covers ``core.job``."
    assert named == ["every module"] or set(named) <= modules


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
