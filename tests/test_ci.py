# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that the script of CI takes the names of its steps.

Covers every module.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "run"
STEPS = re.findall(r"\w+", re.findall(r"^STEPS=\((.*)\)$", SCRIPT.read_text(), re.MULTILINE)[0])
TOOLS = ("bash", "dirname", "mktemp", "python3", "rm", "sed", "sort", "tail")


def test_steps() -> None:
    """Each has its function, and its row for those who run one."""
    contributing = (
        (ROOT / "CONTRIBUTING.md").read_text().partition("## Running the steps of CI")[2].partition("\n## ")[0]
    )

    assert STEPS == ["tests", "lint", "newest", "floor", "system", "package", "docs", "demo"]
    assert re.findall(r"^step_(\w+)\(\)", SCRIPT.read_text(), re.MULTILINE) == STEPS
    assert re.findall(r"^\| `(\w+)` \|", contributing, re.MULTILINE) == STEPS


def test_an_unknown_step_is_told_before_any_runs() -> None:
    ran = subprocess.run([SCRIPT, "docs", "test"], capture_output=True, text=True, check=False)

    assert ran.returncode == 2
    assert f"there is no step 'test'; there are {' '.join(STEPS)}" in ran.stderr
    assert "The documentation" not in ran.stdout


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Not passed over in silence, and no failure either."""
    newest = max(re.findall(r"Python :: 3\.(\d+)", (ROOT / "pyproject.toml").read_text()), key=int)
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool) or pytest.fail(tool))
    places = {"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path / "none"), "HOME": str(tmp_path)}

    ran = subprocess.run([SCRIPT, "newest"], env=places, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert f"Tests on Python 3.{newest}, the newest that the classifiers claim" in ran.stdout
    assert "NOT RUN: " in ran.stdout


def test_the_readme_has_the_commands_that_it_runs() -> None:
    readme = (ROOT / "README.md").read_text()
    markers = re.findall(r"readme_command ([\w-]+)\)", SCRIPT.read_text())

    assert markers == ["test-command", "system-test-command", "demo-command"]
    assert [marker for marker in markers if f"<!-- {marker} -->\n```bash\n" not in readme] == []


def test_the_documentation_is_built_by_the_docs_extra() -> None:
    """What the step installs is all that it needs."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    assert extras["docs"] == ["furo", "myst-parser", "sphinx"]
    assert "environment .venv constraints.txt docs\n" in SCRIPT.read_text()
