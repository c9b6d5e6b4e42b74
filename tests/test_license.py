# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Every Python file has the licence header, which a script inserts.

Covers every module.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "license.py"
FIRST = "# SPDX-License-Identifier: Apache-2.0\n"


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / ".ci" / "license.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small one: the script, and a file without a header."""
    for folder in (".ci", "airflow_provider_mediajobs"):
        (tmp_path / folder).mkdir()
    (tmp_path / ".ci" / "license.py").write_text(SCRIPT.read_text())
    (tmp_path / "airflow_provider_mediajobs" / "new.py").write_text('#!/usr/bin/env python3\n"""New."""\n')
    return tmp_path


def test_every_file_has_it() -> None:
    ran = run("--check")
    assert (ran.stdout, ran.returncode) == ("", 0)


def test_a_file_without_it_is_told_of(checkout: Path) -> None:
    """And left as it is."""
    ran = run("--check", root=checkout)

    assert (ran.stdout, ran.returncode) == ("airflow_provider_mediajobs/new.py has no licence header\n", 1)
    assert (checkout / "airflow_provider_mediajobs" / "new.py").read_text() == '#!/usr/bin/env python3\n"""New."""\n'


def test_it_is_inserted_once(checkout: Path) -> None:
    """Below the line that names an interpreter; a hook that has changed something fails."""
    codes = [run(root=checkout).returncode for _ in range(2)]
    text = (checkout / "airflow_provider_mediajobs" / "new.py").read_text()

    assert codes == [1, 0]
    assert text.startswith(f"#!/usr/bin/env python3\n{FIRST}")
    assert text.endswith('\n"""New."""\n')
    assert text.count(FIRST) == 1


def test_the_hook_runs_it() -> None:
    """With the others, and so in CI's step."""
    assert "entry: python .ci/license.py\n" in (ROOT / ".pre-commit-config.yaml").read_text()
