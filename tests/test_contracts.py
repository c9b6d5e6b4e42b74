"""Every import contract is proved once: a planted violation breaks it, and it alone."""

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

VIOLATIONS = [
    ("rooms", "client.py", "from . import hooks"),
    ("rooms", "core/outcome.py", "from .. import vendors"),
    ("rooms", "hooks/media.py", "from .. import sensors"),
    ("rooms", "transports/blocking.py", "from .. import client"),
    ("rooms", "provider_info.py", "from .emulator import World"),
    ("rooms", "sensors/job.py", "from .. import cli"),
    ("rooms", "attic.py", "import json"),  # a new room that has no place in the stack
    ("vendors", "vendors/alibaba/rpc.py", "from ..huawei import rest"),
    ("airflow", "client.py", "from airflow.sdk import BaseHook"),
    ("airflow", "cli/__init__.py", "import airflow"),
    ("airflow", "cli/surroundings.py", "from airflow.models import Connection"),
    ("rooms", "poller/lane.py", "from .. import hooks"),
    ("rooms", "triggers/job.py", "from .. import sensors"),
    ("poller", "poller/pace.py", "import time"),
    ("pure", "core/facts.py", "import socket"),
    ("pure", "vendors/huawei/rest.py", "import logging"),
    ("poller", "poller/schedule.py", "import random"),
    ("rooms", "poller/lane.py", "from .. import hooks"),
    ("aiohttp", "poller/shared.py", "import aiohttp"),
    ("requests", "hooks/media.py", "import requests"),
    ("requests", "transports/nonblocking.py", "import urllib3"),
    ("aiohttp", "client.py", "import aiohttp"),
    ("aiohttp", "transports/blocking.py", "from yarl import URL"),
    ("limits", "quotas/shared.py", "import redis"),
    ("limits", "hooks/quota_storage.py", "from limits.storage import storage_from_string"),
    ("shared", "quotas/bucket.py", "import time"),
    ("rooms", "quotas/shared.py", "from .. import poller"),
    ("emulation", "hooks/media.py", "from ..vendors.alibaba import emulation"),
    ("emulation", "client.py", "from .core import emulation"),
    ("pages", "vendors/alibaba/emulation.py", "from . import vod_transcode"),
    ("pages", "vendors/huawei/emulation_auth.py", "from . import errors"),
    ("pages", "vendors/alibaba/emulation_vod.py", "from . import trials"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and the contracts, without anything else of the checkout."""
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path) -> set[str]:
    """Ids of the contracts that import-linter calls broken in this copy."""
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
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)", ran.stdout, re.MULTILINE))
    assert set(verdicts) == set(CONTRACTS.values()), ran.stdout + ran.stderr
    found = {id_ for id_, name in CONTRACTS.items() if verdicts[name] == "BROKEN"}
    assert ran.returncode == (1 if found else 0)
    return found


def test_all_are_kept(copy: Path) -> None:
    """The package as it is."""
    assert broken(copy) == set()


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_planted_violation_is_found(copy: Path, contract: str, file: str, line: str) -> None:
    """By the contract that is meant, and by no other."""
    with (copy / PACKAGE / file).open("a") as source:
        source.write(f"\n{line}\n")

    assert broken(copy) == {contract}


def test_every_contract_is_proved() -> None:
    """A new one needs a violation here."""
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)
