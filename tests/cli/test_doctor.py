# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``mediajobs doctor`` against the emulator behind a socket.

Covers ``cli.doctor_view``.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket

import pytest

from airflow_provider_mediajobs.cli import main
from airflow_provider_mediajobs.cli.doctor_view import view
from airflow_provider_mediajobs.cli.environment import console
from airflow_provider_mediajobs.cli.examination import Report
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

from ..kinds import FACTS
from ..quotas.conftest import _server, redis
from ..redis_server import RedisServer

__all__ = ["_server", "redis"]

HUAWEI_ID = "huawei_mediajobs_default"
ALIBABA_ID = "alibaba_mediajobs_default"
NO_REDIS = (
    "[mediajobs] quota_storage is not a redis:// or rediss:// URL; use redis://:password@host:6379/0, or rediss:// "
    "with TLS, with special characters of the password as %XX"
)


def test_all_is_well(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", ALIBABA_ID]) == 0
    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    origin = f"http://{mediajobs_emulator.host}:{mediajobs_emulator.port}"
    assert lines[:5] == [
        f"connection {ALIBABA_ID} (Alibaba Cloud)",
        "region cn-shanghai",
        f"endpoint live {origin}",
        f"endpoint ice {origin}",
        f"endpoint vod {origin}",
    ]
    assert "vod:GetTranscodeTask alibaba.vod.transcode allowed" in lines
    assert "vod:GetTranscodeSummary alibaba.vod.transcode (saves calls) allowed" in lines
    assert (
        "quota ice 10 calls per 1 s, of which waits use 80% none stated on the pages; this package's assumption"
        in lines
    )
    policy = json.loads(out.partition("smallest policy for these kinds of job:\n")[2])
    assert (policy["Version"], policy["Statement"][0]["Resource"]) == ("1", "*")


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        ("", 0, "quota storage none: each process paces its calls by the vendor's answers"),
        (
            "redis://:s3cret@127.0.0.1:1/0",
            1,
            "quota storage it does not serve (ConnectionError) redis://127.0.0.1:1/0",
        ),
        (
            "memory://s3cret",
            1,
            f"quota storage {NO_REDIS} [mediajobs] quota_storage",
        ),
    ],
)
def test_quota_storage(
    url: str,
    code: int,
    told: str,
    mediajobs_emulator: EmulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether it serves; waits go on without, but somebody wants to know."""
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("AIRFLOW__MEDIAJOBS__QUOTA_STORAGE", url)
    assert main(["doctor", HUAWEI_ID]) == code
    out = capsys.readouterr().out
    assert told in [" ".join(line.split()) for line in out.splitlines()]
    assert "s3cret" not in out
    assert main(["doctor", HUAWEI_ID, "--json"]) == code
    said = json.loads(capsys.readouterr().out)["quota_storage"]
    assert (said and bool(said["trouble"])) == (None if not url else True)


def test_quota_storage_that_serves(
    redis: RedisServer,
    mediajobs_emulator: EmulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AIRFLOW__MEDIAJOBS__QUOTA_STORAGE", redis.url)
    assert main(["doctor", HUAWEI_ID]) == 0
    where = f"redis://127.0.0.1:{redis.port}/0"
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert f"quota storage shared by all triggerers and workers {where}" in lines
    assert main(["doctor", HUAWEI_ID, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["quota_storage"] == {"place": where, "trouble": ""}


def test_chosen_kinds(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Only their permissions are tried; the policy may hold what cancels, too."""
    kind = "huawei.mpc.editing"
    assert main(["doctor", HUAWEI_ID, "--kind", kind, "--kind", kind, "--cancel", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [permission["action"] for permission in told["permissions"]] == ["mpc:editingTask:view"]
    assert told["policy"] == {
        "Version": "1.1",
        "Statement": [{"Effect": "Allow", "Action": ["mpc:editingTask:view", "mpc:editingTask:delete"]}],
    }
    assert (told["region"], told["project_id"]) == ("cn-north-4", "emulator-project")
    assert len(mediajobs_emulator.world.requests) == 1


def test_what_operators_need(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Named apart, and in the policy when it was asked for; no job is made."""
    kind = "alibaba.mps.transcode"
    create = "\n  mts:SubmitJobs (alibaba.mps.transcode)\n"
    assert main(["doctor", ALIBABA_ID, "--kind", kind]) == 0
    out = capsys.readouterr().out
    assert "which are not tried, because a try would submit a job; --submit adds them to the policy below" in " ".join(
        out.split()
    )
    assert create in out
    assert '"mts:SubmitJobs"' not in out
    assert [request.action for request in mediajobs_emulator.world.requests] == ["QueryJobList"]

    assert main(["doctor", ALIBABA_ID, "--kind", kind, "--submit"]) == 0
    out = capsys.readouterr().out
    assert create in out
    assert re.search(r"^mts:ListJob +alibaba\.mps\.transcode \(operators\) +allowed", out, re.MULTILINE)
    assert '"mts:SubmitJobs"' in out
    assert [request.action for request in mediajobs_emulator.world.requests[1:]] == ["QueryJobList", "ListJob"]
    assert not [job for job in mediajobs_emulator.world.jobs if job.kind.name == kind]

    mediajobs_emulator.world.add_fault("deny", action="ListJob")
    assert main(["doctor", ALIBABA_ID, "--kind", kind]) == 0
    assert main(["doctor", ALIBABA_ID, "--kind", kind, "--submit"]) == 1
    assert main(["doctor", ALIBABA_ID, "--kind", "alibaba.ice.snapshot"]) == 0
    assert "operators also need" not in capsys.readouterr().out.rpartition("alibaba.ice.snapshot")[2]


def test_denied(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    mediajobs_emulator.world.add_fault("server_error", product="mpc", code="APIGW.0302", status=403)
    assert main(["doctor", HUAWEI_ID]) == 1
    out = capsys.readouterr().out
    assert re.search(r"^mpc:editingTask:view +huawei\.mpc\.editing +denied", out, re.MULTILINE)
    assert "\nmpc:editingTask:view: grant mpc:editingTask:view, for example by the policy below" in out
    assert "APIGW.0302: " in out


def test_a_project_that_is_looked_up(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, and shown."""
    facts = json.loads(os.environ[f"AIRFLOW_CONN_{HUAWEI_ID.upper()}"])
    del facts["extra"]["project_id"]
    monkeypatch.setenv("AIRFLOW_CONN_REGIONAL", json.dumps(facts))
    assert main(["doctor", "regional", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["project_id"] == "emulator-project"
    actions = [request.call.action for request in mediajobs_emulator.world.requests]
    tried = {action for facts in FACTS.values() for action in (*facts.actions, *facts.probe_actions)}
    assert actions[:2] == ["KeystoneListProjects", "ListAssetEditTask"]
    assert "KeystoneListProjects" not in actions[1:]
    assert len(actions) == 1 + len([action for action in tried if action.startswith(("vod:asset:", "mpc:"))])

    facts["extra"]["region"] = "cn-east-2"
    monkeypatch.setenv("AIRFLOW_CONN_REGIONAL", json.dumps(facts))
    assert main(["doctor", "regional"]) == 2
    assert "IAM lists no project with the name cn-east-2" in capsys.readouterr().err


def test_a_clock_that_is_wrong(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Told, with the number; requests are dated by the vendor's, so that nothing is refused for it but the first."""
    mediajobs_emulator.world.add_fault("clock_skew", seconds=5400)
    assert main(["doctor", ALIBABA_ID]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "clock 1 h behind the vendor's; requests are dated by the vendor's" in out
    assert [request.status for request in mediajobs_emulator.world.requests].count(400) == 1


def test_a_role_that_may_not_be_assumed(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The credentials are blamed, not the permission that was to be tried; nothing more is asked."""
    facts = json.loads(os.environ[f"AIRFLOW_CONN_{ALIBABA_ID.upper()}"])
    facts["extra"] |= {"credentials": "assume_role", "role_arn": "acs:ram::1:role/none"}
    monkeypatch.setenv("AIRFLOW_CONN_ASSUMING", json.dumps(facts))
    assert main(["doctor", "assuming", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["permissions"]
    assert [permission["verdict"] for permission in found][:2] == ["no credentials", "not asked"]
    assert found[0]["code"] == "EntityNotExist.Role"
    assert "check the role" in found[0]["advice"]
    assert [request.call.action for request in mediajobs_emulator.world.requests] == ["AssumeRole"]


def test_a_wrong_secret(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One request; the page of text that it is answered with is cut."""
    facts = json.loads(os.environ[f"AIRFLOW_CONN_{HUAWEI_ID.upper()}"]) | {"password": "wrong"}
    monkeypatch.setenv("AIRFLOW_CONN_WRONG", json.dumps(facts))
    assert main(["doctor", "wrong"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"huawei\.vod\.editing +wrong key", out)
    assert "vod:asset:listEditTask: correct login and password, or the token, in the connection" in out
    assert "mpc:editingTask:view: not tried after an authentication failure" in out
    assert " …" in out
    assert len(mediajobs_emulator.world.requests) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        host = f"http://127.0.0.1:{once.getsockname()[1]}"
    facts = {
        "conn_type": "generic",
        "login": "id",
        "password": "s3cret",
        "host": host,
        "extra": {"project_id": "p"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_NOBODY", json.dumps(facts))
    assert main(["doctor", "nobody", "--kind", "huawei.vod.editing"]) == 1
    out = capsys.readouterr().out
    assert ["region", "none"] in [line.split() for line in out.splitlines()]
    assert "clock         unknown: no answer of the vendor had a date" in out
    assert "vod:asset:listEditTask: the host refuses the connection: check host and port" in out
    assert "s3cret" not in out


@pytest.mark.parametrize(
    ("skew", "told"),
    [
        (None, "unknown: no answer of the vendor had a date"),
        (-1.9, "agrees with the vendor's"),
        (600.0, "10 min behind the vendor's; requests are dated by the vendor's clock; set this machine's clock"),
        (-45.0, "45 s ahead of the vendor's; requests are dated by the vendor's clock; set this machine's clock"),
        (3600.0, "1 h behind the vendor's; requests are dated by the vendor's clock; set this machine's clock"),
    ],
)
def test_clocks(skew: float | None, told: str) -> None:
    stream = io.StringIO()
    account = Account("huawei", Credentials("id", "s3cret"), project_id="p")
    console(stream).print(view(Report("c", HUAWEI, account, HUAWEI.kinds, (), skew)))
    (line,) = [line for line in stream.getvalue().splitlines() if line.startswith("clock")]
    assert line.split("  ", 1)[1].strip() == told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [HUAWEI_ID, "--kind", "alibaba.live.editing"],
            "kind 'alibaba.live.editing' is not a kind of Huawei Cloud; valid kinds:",
        ),
        ([HUAWEI_ID, "--project-id", "a/b"], "project_id cannot be 'a/b'"),
    ],
)
def test_errors_are_one_line(
    words: list[str], message: str, mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("mediajobs doctor: ")
    assert mediajobs_emulator.world.requests == []
