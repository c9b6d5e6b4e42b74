# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the emulator's faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ParameterError, TransportError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.huawei import signing

Look = Callable[..., HttpResponse]
States = Callable[..., list[str]]
MPC = "huawei.mpc.editing"


@pytest.fixture(autouse=True)
def _two_jobs(world: World) -> None:
    for job_id in ("1", "2"):
        world.add_job(MPC, {"job_id": job_id}, "PROCESSING")


def test_a_fault_strikes_as_often_as_it_says(world: World, look: Look) -> None:
    """Then it is over; the usual code can be replaced."""
    world.add_fault("throttle", times=2, status=503, code="Odd.Code")
    assert [look("1").status for _ in range(3)] == [503, 503, 200]
    assert world.requests[0].code == "Odd.Code"


def test_a_fault_without_times_strikes_until_it_is_cleared(world: World, look: Look) -> None:
    """However long that takes."""
    world.add_fault("server_error", status=500)
    assert [look("1").status for _ in range(5)] == [500] * 5
    world.clear_faults()
    assert look("1").status == 200


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, 500),
        ({"vendor": "huawei", "product": "mpc", "kind": MPC, "action": "ListEditingJob"}, 500),
        ({"ids": {"job_id": "1"}}, 500),
        ({"vendor": "alibaba"}, 200),
        ({"product": "vod"}, 200),
        ({"kind": "huawei.vod.editing"}, 200),
        ({"action": "CreateEditingJob"}, 200),
        ({"ids": {"job_id": "2"}}, 200),
    ],
)
def test_a_fault_strikes_what_it_names(world: World, look: Look, facts: dict[str, Any], status: int) -> None:
    """And nothing else."""
    world.add_fault("server_error", **facts)
    assert look("1").status == status


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("reset", "the connection was reset"),
        ("hang", "no answer in time"),
        ("short_body", "the body ended before its promised length"),
    ],
)
def test_no_answer(world: World, look: Look, what: str, message: str) -> None:
    """In memory they are transport errors, at once; the request is on record without a status."""
    world.add_fault(what, times=1)
    with pytest.raises(TransportError, match=message):
        look("1")
    assert (world.requests[0].status, world.requests[0].faults) == (None, (what,))
    assert look("1").status == 200


@pytest.mark.parametrize(("facts", "status"), [({}, 502), ({"status": 200}, 200)])
def test_html(world: World, look: Look, facts: dict[str, int], status: int) -> None:
    """A proxy's page, with the status it likes."""
    world.add_fault("html", **facts)
    response = look("1")
    assert (response.status, response.headers["content-type"]) == (status, "text/html")
    assert response.body.startswith(b"<html>")


def test_truncated(world: World, look: Look) -> None:
    """Half of a good answer."""
    whole = look("1").body
    world.add_fault("truncated")
    half = look("1").body
    assert len(half) == len(whole) // 2
    with pytest.raises(json.JSONDecodeError):
        json.loads(half)


def test_another_status_word(world: World, states: States) -> None:
    """For all jobs of a request, or for one; each request counts once."""
    world.add_fault("status", word="SUCEEDED", times=1)
    world.add_fault("status", word="MERGING", ids={"job_id": "2"})
    assert states("1", "2") == ["SUCEEDED", "SUCEEDED"]
    assert states("1", "2") == ["PROCESSING", "MERGING"]


def test_vanish(world: World, states: States) -> None:
    """The job is not shown, and then it is again."""
    world.add_fault("vanish", ids={"job_id": "1"}, times=2)
    assert [states("1", "2") for _ in range(3)] == [["PROCESSING"], ["PROCESSING"], ["PROCESSING", "PROCESSING"]]


def test_a_fault_on_a_job_does_not_count_requests_for_others(world: World, states: States) -> None:
    """It waits for its job."""
    world.add_fault("vanish", ids={"job_id": "1"}, times=1)
    assert states("2") == ["PROCESSING"]
    assert states("1") == []


def test_a_rejected_id_rejects_its_batch(world: World, look: Look) -> None:
    """Asked singly, the others are fine."""
    world.add_fault("reject_id", ids={"job_id": "1"})
    assert [look("1", "2").status, look("1").status, look("2").status] == [400, 400, 200]


@pytest.mark.parametrize(("seconds", "status"), [(890, 200), (910, 401), (-910, 401)])
def test_clock_skew(world: World, look: Look, seconds: int, status: int) -> None:
    """The vendor's clock is off; beyond fifteen minutes signatures are refused."""
    world.add_fault("clock_skew", seconds=seconds)
    assert look("1").status == status


def test_every_answer_has_the_vendors_date(world: World, look: Look) -> None:
    """On its own clock: a client that compares it sees by how much it is off. Refusals and pages have one too."""
    assert look("1").headers["date"] == "Tue, 01 Sep 2026 18:50:20 GMT"
    world.add_fault("clock_skew", seconds=3600)
    assert (look("1").status, look("1").headers["date"]) == (401, "Tue, 01 Sep 2026 19:50:20 GMT")
    world.clear_faults()
    for what in ("html", "throttle", "server_error"):
        world.add_fault(what, times=1)
        assert look("1").headers["date"] == "Tue, 01 Sep 2026 18:50:20 GMT"
    nobody = world.handle(HttpRequest("GET", "http://h", "/nowhere"))
    assert (nobody.status, nobody.headers["date"]) == (404, "Tue, 01 Sep 2026 18:50:20 GMT")


def test_a_wrong_signature_is_seen_before_a_fault(world: World) -> None:
    """Else a fault would hide that a client signs wrongly."""
    world.add_fault("server_error", times=1)
    request = HttpRequest("GET", "http://h", f"/v2/{world.project_id}/editing/jobs", (("job_id", "1"),))
    signed = signing.sign(request, world.account("huawei"), world.wall(), "")
    unsigned = HttpRequest("GET", "http://h", signed.path, signed.query)
    assert [world.handle(one).status for one in (unsigned, signed, signed)] == [401, 500, 200]


@pytest.mark.parametrize(
    ("what", "facts", "message"),
    [
        ("earthquake", {}, "fault 'earthquake' is unknown; there are throttle, server_error, "),
        ("throttle", {"vendor": "azure"}, "vendor 'azure' is unknown; there are alibaba, huawei"),
        ("throttle", {"product": "lives"}, "product 'lives' is unknown; there are ice, live, mts, vod, "),
        ("throttle", {"kind": "mpc"}, "kind 'mpc' is unknown; there are "),
        ("throttle", {"colour": "red"}, "fault: .*'colour'"),
        ("status", {}, "word: a status fault needs the word that jobs shall show"),
        ("clock_skew", {}, "seconds: a clock_skew fault needs to know by how much"),
        ("html", {"status": 42}, "status 42 is no HTTP status"),
        ("reset", {"times": 0}, "times must be 1 or more, or null until cleared, not 0"),
    ],
)
def test_faults_that_make_no_sense(world: World, what: str, facts: dict[str, Any], message: str) -> None:
    """They would never strike, so they are refused."""
    with pytest.raises(ParameterError, match=message):
        world.add_fault(what, **facts)
    assert world.faults == []
