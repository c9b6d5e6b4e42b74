# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the emulator's JSON control API.

Covers ``emulator.control_identity``, ``emulator.fields``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.emulation.identity import Use
from airflow_provider_mediajobs.core.http import HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.emulator.control import control

MPC = "huawei.mpc.editing"
MPC_WORDS = ["INIT", "PREPROCESSING", "WAITING", "PROCESSING", "SUCCEEDED", "FAILED", "SUCCEED", "CANCELED"]


@pytest.fixture
def panel(world: World) -> Callable[..., tuple[int, dict[str, Any]]]:
    def call(method: str, name: str, document: Any = None) -> tuple[int, dict[str, Any]]:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        response = control(world, method, f"/_emulator/{name}", body)
        return response.status, response.json()

    return call


Panel = Callable[..., tuple[int, dict[str, Any]]]


def test_the_index_says_what_there_is(panel: Panel) -> None:
    """Kinds, their ids and words, the limits; no secrets."""
    status, document = panel("GET", "")
    assert (status, document["project_id"]) == (200, "emulator-project")
    assert document["kinds"][MPC] == {"ids": ["job_id"], "words": MPC_WORDS}
    assert document["limits"]["alibaba.live"] == [10, 1.0]
    assert "secret" not in json.dumps(document)


def test_jobs(world: World, panel: Panel) -> None:
    """Set, shown, cleared."""
    document = {
        "kind": MPC,
        "ids": {"job_id": "1"},
        "script": [["PROCESSING", 0], ["SUCCEEDED", 12]],
        "by": "looks",
        "record": {"metadata": []},
        "age": 2,
    }
    shown = {
        "kind": MPC,
        "ids": {"job_id": "1"},
        "script": [["PROCESSING", 0.0], ["SUCCEEDED", 12.0]],
        "by": "looks",
        "record": {"metadata": []},
        "looks": 0,
        "state": "PROCESSING",
        "created": "2026-09-01T18:50:18+00:00",
        "finished": None,
    }
    assert panel("POST", "jobs", document) == (201, shown)
    assert panel("GET", "jobs") == (200, {"jobs": [shown]})
    assert panel("DELETE", "jobs") == (200, {})
    assert world.jobs == []


def test_a_word_that_no_page_documents(panel: Panel) -> None:
    """On request."""
    document = {"kind": MPC, "ids": {"job_id": "1"}, "script": "SUCCESS", "undocumented": True}
    status, job = panel("POST", "jobs", document)
    assert (status, job["state"]) == (201, "SUCCESS")


def test_a_job_needs_no_script(panel: Panel) -> None:
    """It gets a sensible one; null counts as not given; one word is a script, too."""
    plain = {"kind": MPC, "ids": {"job_id": "1"}, "script": None}
    assert [word for word, _ in panel("POST", "jobs", plain)[1]["script"]] == ["WAITING", "PROCESSING", "SUCCEEDED"]
    done = panel("POST", "jobs", {**plain, "script": "SUCCEEDED"})[1]
    assert (done["state"], done["finished"]) == ("SUCCEEDED", "2026-09-01T18:50:20+00:00")


def test_faults(world: World, panel: Panel) -> None:
    """Set, shown, cleared; what is not set is not shown."""
    document = {"fault": "throttle", "product": "mpc", "times": 3, "retry_after": 2}
    assert panel("POST", "faults", document) == (201, document)
    assert panel("POST", "faults", {"fault": "reset"}) == (201, {"fault": "reset", "times": None})
    assert panel("GET", "faults") == (200, {"faults": [document, {"fault": "reset", "times": None}]})
    assert panel("DELETE", "faults") == (200, {})
    assert world.faults == []


def test_requests(world: World, panel: Panel, look: Callable[..., HttpResponse]) -> None:
    """Shown without anything secret, cleared."""
    look("1")
    status, document = panel("GET", "requests")
    assert (status, document["requests"][0]["ids"]) == (200, [["job_id", "1"]])
    assert "Signature" not in json.dumps(document)
    assert panel("DELETE", "requests") == (200, {})
    assert world.requests == []


@pytest.mark.parametrize(
    ("name", "document", "message"),
    [
        ("jobs", b"{", "the body is not JSON"),
        ("jobs", b"\xff", "the body is not JSON"),
        ("jobs", [], "the body must be a JSON object"),
        ("jobs", {"ids": {}}, "kind: this field is required"),
        ("jobs", {"kind": MPC, "ids": None}, "ids: this field is required"),
        ("jobs", {"kind": 1, "ids": {}}, "kind must be a string"),
        ("jobs", {"kind": MPC, "ids": {"job_id": 1}}, "ids: huawei.mpc.editing needs 'job_id' as text"),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "script": 1}, "script must be a list of pairs or one word"),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "script": []}, "script must begin at 0"),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "by": "days"}, "by must be one of seconds, looks, not 'days'"),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "age": True}, "age must be a number"),
        (
            "jobs",
            {"kind": MPC, "ids": {"job_id": "1"}, "script": "SUCCESS"},
            "script: no page documents 'SUCCESS' of huawei.mpc.editing, and a wait would not end at it; there are ",
        ),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "undocumented": 1}, "undocumented must be true or false"),
        ("jobs", {"kind": MPC, "ids": {"job_id": "1"}, "state": "X"}, "state: there is no such field; there are kind,"),
        ("jobs", b'{"age": NaN}', "the body is not JSON"),
        (
            "jobs",
            {"kind": MPC, "ids": {"job_id": "1"}, "age": 1e300},
            "age must be a number of seconds since a possible date, not 1e+300",
        ),
        ("faults", {"fault": "reset", "ids": {"job_id": ["1"]}}, "ids: every id must be text"),
        ("faults", {}, "fault: this field is required"),
        ("faults", {"fault": "reset", "times": 1.5}, "times must be a whole number"),
        ("faults", {"fault": "reset", "ids": []}, "ids must be an object"),
        ("faults", {"fault": "quake"}, "fault 'quake' is unknown"),
        ("identity", {"lifetime": -1}, "lifetime must be from 0 to 315360000 seconds, not -1"),
        ("identity", {"session_lifetime": 1e300}, "session_lifetime must be from 0 to 315360000 seconds"),
        ("identity", {"colour": "blue"}, "colour: there is no such field; there are lifetime,"),
        ("roles", {}, "name: this field is required"),
        ("roles", {"name": "r", "max_seconds": -1}, "max_seconds must be from 0 "),
        ("oidc_tokens", {"token": "t", "seconds": 1e300}, "seconds must be from 0 "),
        ("users", {"name": "user"}, "password: this field is required"),
        ("revoke", {"name": "nobody"}, "revoke: no such token or temporary key"),
    ],
)
def test_bad_input_names_the_field(panel: Panel, name: str, document: Any, message: str) -> None:
    """400 with a message for whoever wrote it."""
    status, answer = panel("POST", name, document)
    assert status == 400
    assert answer["message"].startswith(message)


def test_what_is_not_there(panel: Panel) -> None:
    """404 and 405 say what is."""
    assert panel("GET", "clock") == (
        404,
        {
            "message": "there is no /_emulator/clock; there are "
            "/_emulator/, /_emulator/jobs, /_emulator/faults, /_emulator/requests, /_emulator/identity, "
            "/_emulator/roles, /_emulator/oidc_tokens, /_emulator/agencies, /_emulator/users, /_emulator/projects, "
            "/_emulator/revoke"
        },
    )
    assert panel("POST", "requests", {}) == (405, {"message": "/_emulator/requests takes GET, DELETE"})


def test_whom_the_world_knows(world: World, panel: Panel) -> None:
    """Told, changed and shown, without a secret."""
    assert panel("POST", "identity", {"lifetime": 5, "session_lifetime": 60})[0] == 200
    panel("POST", "identity", {"instance_role": "r", "instance_agency": "a"})
    provider = "acs:ram::1:oidc-provider/mine"
    for name, document in {
        "roles": {"name": "publisher", "external_id": "s3cret", "max_seconds": 7200, "provider": provider},
        "oidc_tokens": {"token": "s3cret", "provider": provider, "subject": "pod", "seconds": 60},
        "agencies": {"name": "agency"},
        "users": {"name": "user", "password": "s3cret", "domain": "d"},
        "projects": {"name": "cn-east-3", "project_id": "p3"},
    }.items():
        status, answer = panel("POST", name, document)
        assert (status, "s3cret" in json.dumps(answer)) == (201, False)
    assert panel("GET", "identity") == (
        200,
        {
            "lifetime": 5,
            "session_lifetime": 60,
            "instance_role": "r",
            "instance_agency": "a",
            "roles": ["acs:ram::1000000000000001:role/publisher"],
            "oidc_providers": [provider],
            "agencies": [{"name": "agency", "domain": "emulator-domain"}],
            "users": [{"name": "user", "domain": "d"}],
            "projects": {"cn-north-4": "emulator-project", "cn-east-3": "p3"},
            "handed_out": 0,
        },
    )
    assert panel("POST", "identity", {"instance_role": ""})[1]["instance_role"] is None
    assert world.identity.instance_agency == "a"


def test_revoking(world: World, panel: Panel) -> None:
    """One, then all."""
    one, two = (world.identity.lend(60, "somebody", "STS.") for _ in range(2))

    def standings() -> list[str]:
        return [world.identity.standing(lent.security_token, Use.SECURITY) for lent in (one, two)]

    assert panel("POST", "revoke", {"name": one.access_key})[1]["handed_out"] == 2
    assert standings() == ["expired", "valid"]
    panel("POST", "revoke", {})
    assert standings() == ["expired", "expired"]
