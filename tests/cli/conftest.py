# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures for a demo that runs in a second: everything is real except Airflow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """``pretend("scheduler ends")`` says what goes wrong in the stand-in for Airflow; returns the working folder."""
    package = tmp_path / "stand-in" / "airflow"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(Path(__file__).with_name("pretend_airflow.py"), package / "__main__.py")
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))

    def chosen(what: str = "") -> Path:
        monkeypatch.setenv("PRETEND", what)
        return folder

    return chosen


@pytest.fixture
def survivors(tmp_path: Path) -> Callable[[], list[int]]:
    """Processes whose environment names a folder of this test, which only those have that the demo started."""

    def found() -> list[int]:
        mark = f"AIRFLOW_HOME={tmp_path}".encode()
        return [
            int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal() and mark in _environ(entry)
        ]

    return found


def _environ(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
