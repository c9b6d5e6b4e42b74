# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the commands' output when they cannot begin, are interrupted, or have no answer yet.

Covers ``cli``, ``cli.__main__``, ``cli.arguments``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_mediajobs.cli import INTERRUPTED, airflow_commands, doctor, environment, main, status
from airflow_provider_mediajobs.core.errors import ConfigError, ConnectionUnavailable
from airflow_provider_mediajobs.emulator.server import EmulatorServer

MPC = "huawei.mpc.editing"
HUAWEI = "huawei_mediajobs_default"


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
def test_a_port_that_is_none(port: str, pretend: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is made."""
    folder = pretend()

    assert main(["demo", "--port", port]) == 2

    assert capsys.readouterr().err == (
        f"mediajobs demo cannot begin: --port must be a number from 1 to 65535, not {port}\n"
    )
    assert list(folder.iterdir()) == []


def interrupted(*_: object, **__: object) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_ctrl_c_while_a_command_starts(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, in either command line."""
    module: Any = {"status": status, "doctor": doctor}[command]
    monkeypatch.setattr(module, "command_line", interrupted)
    words = [command, HUAWEI, MPC, "1"] if command == "status" else [command, HUAWEI]
    given = SimpleNamespace(conn_id=HUAWEI, kind=MPC, ids=["1"], json=False, cancel=False, interval=10)

    assert main(words) == INTERRUPTED == 130
    (group,) = airflow_commands.commands()
    (of_airflow,) = [each for each in group.subcommands if each.name == command]
    with pytest.raises(SystemExit) as ended:
        of_airflow.func(given)
    assert ended.value.code == 130


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_connection_that_was_mistyped(
    command: str,
    mediajobs_emulator: EmulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Which there are that it may have meant."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")  # without a database, as where a worker runs
    words = ["huawei_mediajobs_defualt", *([MPC, "1"] if command == "status" else [])]

    assert main([command, *words]) == 2

    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(
        f"mediajobs {command}: connection 'huawei_mediajobs_defualt' does not exist; create it with type "
    )
    assert "or set AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFUALT; there are: huawei_mediajobs_default, " in told


def test_no_database(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """How to come by one, or by the connection without."""
    monkeypatch.setenv("AIRFLOW_CONN_LONELY", "http://")

    environment.complain("doctor", ConnectionUnavailable("connection 'lonly' could not be looked up (X)"), "lonly")

    assert capsys.readouterr().err == (
        "mediajobs doctor: connection 'lonly' could not be looked up (X); a secrets backend or Airflow's database does "
        "not answer (`airflow db check`); where there is no database, `airflow db migrate` makes one, or set "
        "AIRFLOW_CONN_LONLY; there is: lonely\n"
    )


@pytest.mark.filterwarnings("ignore")  # a whole Airflow is set up in here, and warns about itself
def test_ids_of_the_database(mediajobs_airflow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most connections are there."""
    from airflow.models import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        session.add(Connection(conn_id="kept_in_the_database", conn_type="http"))
    try:
        assert environment._ids() >= {"kept_in_the_database"}
        error = ConfigError("connection 'kept_in_the_databse' does not exist; create it")
        assert environment._advice(error, "kept_in_the_databse") == "; there is: kept_in_the_database"
    finally:
        with create_session() as session:
            session.query(Connection).filter(Connection.conn_id == "kept_in_the_database").delete()


def test_no_answer_yet(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a minute of silence is long."""
    mediajobs_emulator.world.add_job(MPC, {"job_id": "1"}, "SUCCEEDED")
    monkeypatch.setattr(status, "PATIENCE_S", 0.0)

    assert main(["status", HUAWEI, MPC, "1"]) == 0

    assert "mediajobs status: no answer yet; trying for 30 s" in capsys.readouterr().err.splitlines()


def test_ctrl_c_at_a_watch_leaves_json(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen last, for the program that reads it."""
    mediajobs_emulator.world.add_job(MPC, {"job_id": "1"}, "PROCESSING")
    given = SimpleNamespace(
        conn_id=HUAWEI, kind=MPC, ids=["1"], json=True, watch=True, interval=10, region=None, project_id=None
    )

    assert status.run(given, sleep=interrupted) == INTERRUPTED  # type: ignore[arg-type]  # as good as a namespace

    (job,) = json.loads(capsys.readouterr().out)
    assert (job["ids"], job["state"]) == ({"job_id": "1"}, "running")


def test_names_that_are_not_read(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The doctor tells of them, in both forms."""
    import os

    found = json.loads(os.environ[f"AIRFLOW_CONN_{HUAWEI.upper()}"])
    found["extra"] = {**found["extra"], "verfy": False}
    monkeypatch.setenv(f"AIRFLOW_CONN_{HUAWEI.upper()}", json.dumps(found))
    told = "extra holds names that are not read: 'verfy' (did you mean verify?)"

    assert main(["doctor", HUAWEI]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"connection '{HUAWEI}': {told}"
    assert main(["doctor", HUAWEI, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unread"] == told


def test_who_else_is_told_nothing() -> None:
    """An error of another connection, or of another sort."""
    assert environment._advice(ValueError("connection 'a' does not exist"), "a") == ""
