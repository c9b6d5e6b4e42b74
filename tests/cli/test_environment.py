# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how commands find connections, and their messages where there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.cli import main
from airflow_provider_mediajobs.cli.environment import complain, vendor_behind
from airflow_provider_mediajobs.core.errors import ConfigError, ConnectionUnavailable
from airflow_provider_mediajobs.emulator.server import EmulatorServer

MPC = "huawei.mpc.editing"


@pytest.fixture
def stored(mediajobs_emulator: EmulatorServer, mediajobs_airflow: Callable[..., Any]) -> str:
    """A connection that only the metadata database has."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    facts = json.loads(os.environ["AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"])
    with create_session() as session:
        session.query(Connection).filter_by(conn_id="stored").delete()
        session.add(Connection("stored", **facts))
    return "stored"


def test_the_metadata_database_is_asked(
    stored: str, mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which Airflow does not do by itself outside of its own servers."""
    mediajobs_emulator.world.add_job(MPC, {"job_id": "1"}, "SUCCEEDED")
    assert main(["status", stored, MPC, "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["state"] == "succeeded"
    assert main(["doctor", stored, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["conn_id"] == "stored"


@pytest.mark.parametrize("words", [["status", "nowhere", MPC, "1"], ["doctor", "nowhere"]])
def test_a_connection_that_is_nowhere(words: list[str], stored: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert f"mediajobs {words[0]}: connection 'nowhere' does not exist; create it " in capsys.readouterr().err


def test_advice_where_nothing_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """On the same line; a line break in a message is none on the terminal."""
    complain("status", ConnectionUnavailable("connection 'c' could not be looked\n up"))
    assert capsys.readouterr().err == (
        "mediajobs status: connection 'c' could not be looked up; a secrets backend or Airflow's database does not "
        "answer (`airflow db check`)\n"
    )


@pytest.mark.parametrize(
    ("conn_type", "kinds", "vendor"),
    [
        ("huawei-mediajobs", [], "huawei"),
        ("alibaba_mediajobs", [MPC], "alibaba"),  # that the kind is another's is told elsewhere
        ("generic", [MPC], "huawei"),
    ],
)
def test_whose_connection(conn_type: str, kinds: list[str], vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_C", json.dumps({"conn_type": conn_type}))
    assert vendor_behind("c", kinds).name == vendor


def test_nobodys_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_C", json.dumps({"conn_type": "generic"}))
    with pytest.raises(ConfigError, match="name a kind of job with --kind"):
        vendor_behind("c", [])
