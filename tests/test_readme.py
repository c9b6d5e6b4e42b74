# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The README says what the code says, and leads to what there is.

Covers every module.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from airflow_provider_mediajobs import sensors
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.sensors.errors import _EDGES
from airflow_provider_mediajobs.vendors import KINDS

from .kinds import FACTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Source"]
RAW = REPOSITORY.replace("https://github.com/", "https://raw.githubusercontent.com/")

SENSORS = {name: facts.sensor for name, facts in FACTS.items()}


def _table(marker: str) -> list[list[str]]:
    """The cells of the table after a marker, without its head."""
    text = README.partition(f"<!-- {marker} -->")[2].strip().partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def _block(marker: str) -> str:
    """The code after a marker."""
    text = README.partition(f"<!-- {marker} -->")[2]
    return text.partition("```")[2].partition("\n")[2].partition("```")[0]


def _kind_row(kind: JobKind) -> list[str]:
    ids = ", ".join(f"`{name}`" for name in kind.ids)
    if kind.optional:
        ids += ", optional " + ", ".join(f"`{name}`" for name in kind.optional)
    return [
        f"`{kind.name}`",
        f"`{SENSORS[kind.name]}`",
        ids,
        f"{kind.quota.calls:g} calls per {kind.quota.seconds:g} s",
    ]


def test_kinds() -> None:
    """The table of kinds is the register."""
    assert [[*row[:3], row[4]] for row in _table("kinds")] == [_kind_row(kind) for kind in KINDS.values()]
    assert {getattr(sensors, name).__name__ for name in SENSORS.values()} == set(SENSORS.values())


def test_links() -> None:
    """Each kind links the page its facts come from."""
    links = dict(re.findall(r"^\[(\w+)\]: (\S+)$", README, re.MULTILINE))

    assert [links[row[3].rpartition("[")[2].rstrip("]")] for row in _table("kinds")] == [
        kind.page for kind in KINDS.values()
    ]


@pytest.mark.parametrize("name", ["example_dags/example_publish_gate.py"])
def test_examples(name: str) -> None:
    """The DAGs in the README are those that another test runs."""
    text = (ROOT / name).read_text()
    region = re.search(r"# \[START howto_\w+\]\n(.*?)# \[END howto_\w+\]", text, re.DOTALL)

    assert name in re.findall(r"<!-- example: (\S+) -->", README)
    assert region is not None
    assert _block(f"example: {name}").strip() == dedent(region[1].rstrip()).strip()


@pytest.mark.parametrize("marker", ["demo-command", "test-command"])
def test_commands_are_one_line(marker: str) -> None:
    """Each is copied in one go, installs from the constraints and keeps to the checkout."""
    (line,) = _block(marker).splitlines()

    assert line.startswith("python3 -m venv .venv && .venv/bin/pip install --constraint constraints.txt --editable ")


def test_system_test_command() -> None:
    """CI runs it as it stands; it takes the environment that the tests' command has made."""
    (line,) = _block("system-test-command").splitlines()

    assert line.endswith(".venv/bin/python -m pytest tests/system")


def test_errors() -> None:
    """Every exception a task can fail with is in the table of what it means."""
    section = README.partition("## When a gate does not open")[2].partition("\n## ")[0]

    assert [edge.__name__ for edge in _EDGES.values() if f"`{edge.__name__}`" not in section] == []


def test_is_an_overview() -> None:
    """About two hundred lines, a row and a link for each kind apart: the rest is documentation."""
    of_kinds = ("| `alibaba.", "| `huawei.", "[")
    assert len([line for line in README.splitlines() if not line.startswith(of_kinds)]) <= 168


def _addresses() -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", README) + re.findall(r"^\[\w+\]: (\S+)$", README, re.MULTILINE)


def _anchors(text: str) -> set[str]:
    """Of a page's headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_addresses_are_absolute() -> None:
    """The package index shows the README too, and has none of the files beside it."""
    assert [one for one in _addresses() if not one.startswith(("https://", "#"))] == []
    assert [one for one in _addresses() if one[0] == "#" and one[1:] not in _anchors(README)] == []


def test_own_addresses_lead_to_files_and_headings() -> None:
    """Those within the repository begin as the metadata has it, and name what is there."""
    own = [one for one in _addresses() if "/airflow-provider-mediajobs/" in one]
    parts = [one.partition("/main/")[2].partition("#") for one in own]

    assert {one.partition("/main/")[0] for one in own} == {f"{REPOSITORY}/blob", RAW}
    assert [path for path, _, _ in parts if not (ROOT / path).is_file()] == []
    assert [
        f"{path}#{anchor}" for path, _, anchor in parts if anchor and anchor not in _anchors((ROOT / path).read_text())
    ] == []
