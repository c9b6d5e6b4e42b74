# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``airflow mediajobs``: the same commands, in the form that Airflow's parser takes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.cli import cli_parser

from airflow_provider_mediajobs.cli import doctor, main, status
from airflow_provider_mediajobs.cli.airflow_commands import commands
from airflow_provider_mediajobs.emulator.server import EmulatorServer

MPC = "huawei.mpc.editing"
HUAWEI = "huawei_mediajobs_default"


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    """Airflow's, with these commands alone."""
    parser = argparse.ArgumentParser(prog="airflow")
    subparsers = parser.add_subparsers(dest="subcommand")
    for command in commands():
        cli_parser._add_command(subparsers, command)
    return parser


def test_they_run(
    parser: argparse.ArgumentParser, mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Airflow drops what a command returns, so it exits by itself."""
    mediajobs_emulator.world.add_job(MPC, {"job_id": "1"}, "FAILED")
    given = parser.parse_args(["mediajobs", "status", HUAWEI, MPC, "1", "--json"])
    with pytest.raises(SystemExit) as end:
        given.func(given)
    assert end.value.code == 1
    assert json.loads(capsys.readouterr().out)[0]["state"] == "failed"
    given = parser.parse_args(["mediajobs", "doctor", HUAWEI, "--cancel"])
    with pytest.raises(SystemExit) as end:
        given.func(given)
    assert end.value.code == 0


@pytest.mark.parametrize("module", [status, doctor])
def test_they_take_the_same_arguments(
    module: object, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    """And tell the same of them and of the exit codes."""
    name, about = getattr(module, "NAME"), getattr(module, "ABOUT")  # noqa: B009
    texts = []
    for run in (main, lambda words: parser.parse_args(["mediajobs", *words])):
        with pytest.raises(SystemExit):
            run([name, "--help"])
        texts.append(capsys.readouterr().out)
    for text in texts:
        assert about in text
        for flags, options in getattr(module, "ARGUMENTS"):  # noqa: B009
            assert (options.get("metavar") or flags[0]) in text


def test_airflow_knows_them(tmp_path: Path) -> None:
    """By the provider info, on its real command line."""
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "airflow", "mediajobs", "--help"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "check a connection: endpoints, clock, permissions, quotas" in ran.stdout
    assert "show what the vendor reports about jobs" in ran.stdout
