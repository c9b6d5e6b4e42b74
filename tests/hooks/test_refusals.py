# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which error a hook raises for refusals from public reports, and with how many calls.

Covers ``hooks.media``.
"""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.emulator.world import World

from ..refused import FINAL, MPC, PASSING, UNKNOWN_JOBS, Refusal


def _begin(world: World, refusal: Refusal, **more: Any) -> None:
    world.add_fault("answer", status=refusal.status, body=refusal.body, headers=refusal.headers, **more)


@pytest.mark.parametrize("case", FINAL.values(), ids=list(FINAL))
def test_a_final_refusal_costs_one_call(case: Refusal, hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """Five refused keys in a row lock one, and no permission comes by asking."""
    _begin(mediajobs_world, case)

    with pytest.raises(e.MediaJobsError) as caught:
        hook(case.of["kind"]).get_job(case.of["kind"], **case.of["ids"])

    assert type(caught.value) is case.sort
    assert case.text in str(caught.value)
    assert (len(mediajobs_world.requests), pauses) == (1, [])


@pytest.mark.parametrize("case", UNKNOWN_JOBS.values(), ids=list(UNKNOWN_JOBS))
def test_an_unknown_job_is_told_at_once(case: Refusal, hook: Any, mediajobs_world: World) -> None:
    """Only a sensor grants a grace period."""
    _begin(mediajobs_world, case)

    with pytest.raises(e.JobNotFound) as caught:
        hook(case.of["kind"]).get_job(case.of["kind"], **case.of["ids"])

    assert case.text in str(caught.value)
    assert len(mediajobs_world.requests) == 1


@pytest.mark.parametrize("case", PASSING.values(), ids=list(PASSING))
def test_what_passes_is_tried_again(case: Refusal, hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """Twice it is in the way; the third answer counts."""
    _begin(mediajobs_world, case, times=2)

    with pytest.raises(e.JobNotFound):
        hook(case.of["kind"]).get_job(case.of["kind"], **case.of["ids"])

    assert (len(mediajobs_world.requests), pauses) == (3, [0.5, 1.0])


@pytest.mark.parametrize("case", PASSING.values(), ids=list(PASSING))
def test_what_does_not_pass_is_told_as_what_it_is(case: Refusal, hook: Any, mediajobs_world: World) -> None:
    _begin(mediajobs_world, case)

    with pytest.raises(e.MediaJobsError) as caught:
        hook(case.of["kind"]).get_job(case.of["kind"], timeout=0, **case.of["ids"])

    assert type(caught.value) is case.sort
    assert case.text in str(caught.value)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
@pytest.mark.parametrize(
    ("told", "pause"), [("7", 7.0), ("Sun, 06 Nov 2044 08:49:37 GMT", 86400.0), ("soon", 0.5), ("-3", 0.5)]
)
def test_the_pause_that_anything_in_between_names(
    status: int, told: str, pause: float, hook: Any, mediajobs_world: World, pauses: list[float]
) -> None:
    """``Retry-After`` of a page, in seconds or as a date; one that nobody can mean is a day at most."""
    mediajobs_world.add_fault("answer", status=status, headers={"retry-after": told}, body="<html>", times=1)

    with pytest.raises(e.JobNotFound):
        hook("huawei").get_job("huawei.mpc.editing", job_id="1", timeout=100_000)

    assert pauses == [pause]


# --- of many ------------------------------------------------------------------------------------------------------

TEN = [{"job_id": str(number)} for number in range(1, 11)]


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("0802", 1),
        ("0801", 1),
        ("0402", 1),
        ("policy", 1),
        ("frozen", 1),
        ("0301", 1),
        ("0307", 1),
        ("401 html", 1),
        ("401 two objects", 1),
        ("10203", 1),
        ("nested 403", 2),
        ("errorMessage", 2),
    ],
)
def test_ten_jobs_that_are_refused(name: str, calls: int, hook: Any, mediajobs_world: World) -> None:
    """A code that is known to be of all: one call. Else one id is asked singly, and then nothing more."""
    _begin(mediajobs_world, FINAL[name])

    with pytest.raises(FINAL[name].sort):
        hook("huawei").get_jobs(MPC["kind"], TEN)

    assert len(mediajobs_world.requests) == calls


def test_of_ten_jobs_one_is_refused(hook: Any, mediajobs_world: World) -> None:
    """Where the first one may be looked at, the others are asked singly, and it is the answer of that one alone."""
    for ids in TEN:
        mediajobs_world.add_job(MPC["kind"], ids, script="PROCESSING")
    _begin(mediajobs_world, FINAL["errorMessage"], ids={"job_id": "7"})

    answers = hook("huawei").get_jobs(MPC["kind"], TEN)

    assert {type(answer).__name__ for ref, answer in answers.items() if ref["job_id"] != "7"} == {"JobSnapshot"}
    assert [type(answer).__name__ for ref, answer in answers.items() if ref["job_id"] == "7"] == ["PermissionDenied"]
    assert len(mediajobs_world.requests) == 11


@pytest.mark.parametrize("name", ["region", "key disabled", "suspended", "ram", "xml", "signature method"])
def test_ten_jobs_of_alibabas_that_are_refused(name: str, hook: Any, mediajobs_world: World) -> None:
    """One call for the first, though each video would take its own."""
    _begin(mediajobs_world, FINAL[name])

    with pytest.raises(FINAL[name].sort):
        hook("alibaba").get_jobs("alibaba.vod.transcode", [{"video_id": str(number)} for number in range(10)])

    assert len(mediajobs_world.requests) == 1


@pytest.mark.parametrize("name", ["403 html", "404 html", "302"])
def test_ten_jobs_behind_a_proxys_page(name: str, hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """No news, backed off; the batch is not split for it."""
    _begin(mediajobs_world, PASSING[name], times=2)

    answers = hook("huawei").get_jobs(MPC["kind"], TEN)

    assert {type(answer).__name__ for answer in answers.values()} == {"JobNotFound"}
    assert (len(mediajobs_world.requests), pauses) == (3, [0.5, 1.0])


# --- other operations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 202])
def test_a_cancel_that_tells_of_an_error(status: int, hook: Any, mediajobs_world: World) -> None:
    """It has cancelled nothing."""
    mediajobs_world.add_job(MPC["kind"], MPC["ids"], script="WAITING")
    mediajobs_world.add_fault("answer", status=status, body={"error_code": "MPC.10202", "error_msg": "no"})

    with pytest.raises(e.RequestRejected):
        hook("huawei").cancel_job(MPC["kind"], **MPC["ids"])


def test_any_operation(hook: Any, mediajobs_world: World) -> None:
    """Its successes are its caller's, but for codes that the vendor's table knows; its refusals are as all others."""
    huawei = hook("huawei")
    mediajobs_world.add_fault("answer", body={"code": "000000", "result": [{"status": "accepted"}]}, times=1)
    assert huawei.call("mpc", "GET", "/v1/{project_id}/x") == {"code": "000000", "result": [{"status": "accepted"}]}

    for body, status, sort in (
        ({"error_code": "APIGW.0302", "error_msg": "no"}, 200, e.PermissionDenied),
        (FINAL["401 html"].body, 401, e.AuthError),
        (FINAL["errorMessage"].body, 403, e.PermissionDenied),
    ):
        mediajobs_world.add_fault("answer", status=status, body=body, times=1)
        with pytest.raises(sort):
            huawei.call("mpc", "GET", "/v1/{project_id}/x")


def test_the_connections_test_tells_of_it(hook: Any, mediajobs_world: World) -> None:
    """In one call, with the hint that a key may be locked."""
    _begin(mediajobs_world, FINAL["0301 locked"])

    well, text = hook("huawei").test_connection()

    assert not well
    assert "AK access failed to reach the limit" in text
    assert "after five refusals in a row the key is locked for five minutes" in text
    assert len(mediajobs_world.requests) == 1
