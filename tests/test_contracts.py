# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the import contracts: each planted violation breaks its own contract and no other.

Covers every module.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "airflow_provider_mediajobs"
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

VIOLATIONS: dict[str, dict[str, str]] = {
    "rooms": {
        "client.py": "from . import hooks",
        "core/outcome.py": "from .. import vendors",
        "hooks/media.py": "from .. import sensors",
        "transports/blocking.py": "from .. import client",
        "provider_info.py": "from .emulator import World",
        "sensors/job.py": "from .. import cli",
        "poller/lane.py": "from .. import hooks",
        "triggers/job.py": "from .. import sensors",
        "quotas/shared.py": "from .. import poller",
    },
    "vendors": {"vendors/alibaba/api/rpc.py": "from ...huawei.api import rest"},
    "airflow": {
        "client.py": "from airflow.sdk import BaseHook",
        "cli/__init__.py": "import airflow",
        "cli/environment.py": "from airflow.models import Connection",
    },
    "poller": {"poller/pace.py": "import time", "poller/schedule.py": "import random"},
    "pure": {"core/facts.py": "import socket", "vendors/huawei/api/rest.py": "import logging"},
    "aiohttp": {
        "poller/shared.py": "import aiohttp",
        "client.py": "import aiohttp",
        "transports/blocking.py": "from yarl import URL",
    },
    "requests": {"hooks/media.py": "import requests", "transports/nonblocking.py": "import urllib3"},
    "limits": {
        "quotas/shared.py": "import redis",
        "hooks/quota_storage.py": "from limits.storage import storage_from_string",
    },
    "shared": {"quotas/bucket.py": "import time"},
    "emulation": {
        "hooks/media.py": "from ..vendors.alibaba import emulation",
        "client.py": "from .core import emulation",
        "vendors/huawei/api/rest.py": "from ..emulation.kinds import mpc_editing",
    },
    "pages": {
        "vendors/alibaba/emulation/gateway.py": "from ..api.kinds import vod_transcode",
        "vendors/huawei/emulation/auth.py": "from ..api import errors",
        "vendors/alibaba/emulation/kinds/vod_transcode.py": "from ...auth import methods",
    },
}
"""By contract: files and lines that break it."""


def module_of(file: str) -> str:
    return f"{PACKAGE}/{file}".removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and the contracts, without anything else of the checkout."""
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def told_of(folder: Path) -> tuple[set[str], str]:
    """Ids of the contracts that import-linter calls broken in this copy, and all that it prints."""
    command = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    states = dict(re.findall(r"^(.+) (KEPT|BROKEN)", ran.stdout, re.MULTILINE))
    assert set(states) == set(CONTRACTS.values()), ran.stdout + ran.stderr
    found = {id_ for id_, name in CONTRACTS.items() if states[name] == "BROKEN"}
    assert ran.returncode == (1 if found else 0)
    return found, ran.stdout


@pytest.fixture(scope="module")
def already_broken() -> set[str]:
    """Contracts that the package itself breaks: no business of the planted violations."""
    return told_of(ROOT)[0]


def test_all_are_kept(already_broken: set[str]) -> None:
    """The package as it is."""
    assert already_broken == set()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_planted_violations_are_found(copy: Path, already_broken: set[str], contract: str) -> None:
    """Each of them, by the contract that is meant, and by no other."""
    for file, line in VIOLATIONS[contract].items():
        with (copy / PACKAGE / file).open("a") as source:
            source.write(f"\n{line}\n")

    found, told = told_of(copy)
    assert found - already_broken == {contract} - already_broken
    modules = {
        f"{PACKAGE}/{file}".removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for file in VIOLATIONS[contract]
    }
    assert {module for module in modules if not re.search(rf"\b{re.escape(module)} (?:->|\()", told)} == set()


def test_a_room_without_a_place_in_the_stack_is_found(copy: Path) -> None:
    (copy / PACKAGE / "attic.py").write_text("import json\n")

    assert "rooms" in told_of(copy)[0]
