# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what a wait makes of refusals from public reports: the same in every mode, with as few calls.

Covers ``sensors.edge``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobNotAuthenticated,
    MediaJobNotFound,
    MediaJobNotPermitted,
    MediaJobRejected,
    MediaJobTimeout,
)

from ..refused import FINAL, PASSING, UNKNOWN_JOBS, Refusal
from .conftest import STARTS, Bench
from .modes import MODES, Case, outcome_of

EDGES = {
    e.AuthError: MediaJobNotAuthenticated,
    e.PermissionDenied: MediaJobNotPermitted,
    e.RequestRejected: MediaJobRejected,
}
WORDS = {"huawei.mpc.editing": "SUCCEEDED", "alibaba.vod.transcode": "CompleteAllSucc"}


def _begin(world: World, refusal: Refusal, **more: Any) -> None:
    world.add_fault("answer", status=refusal.status, body=refusal.body, headers=refusal.headers, **more)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", FINAL.values(), ids=list(FINAL))
def test_a_final_refusal_ends_the_wait_in_one_call(case: Refusal, mode: str, bench: Bench) -> None:
    """With the vendor's text, and advice that fits."""
    edge = next(edge for sort, edge in EDGES.items() if issubclass(case.sort, sort))

    told = outcome_of(bench, Case(lambda world: _begin(world, case), {"timeout": 1200} | case.of, error=edge), mode)

    assert case.text in told
    assert case.advice in told
    # A token that has run out is read anew on a worker, once.
    on_a_worker = "started" not in mode or not STARTS
    assert len(bench.world.requests) == (2 if case.sort is e.CredentialsExpired and on_a_worker else 1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", UNKNOWN_JOBS.values(), ids=list(UNKNOWN_JOBS))
def test_an_unknown_job_is_waited_for_a_while(case: Refusal, mode: str, bench: Bench) -> None:
    told = outcome_of(bench, Case(lambda world: _begin(world, case), case.of, error=MediaJobNotFound), mode)

    assert "not visible for" in told


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", PASSING.values(), ids=list(PASSING))
def test_what_passes_only_delays(case: Refusal, mode: str, bench: Bench) -> None:
    """Whatever the other side says meanwhile."""

    def begin(world: World) -> None:
        ids = case.of["ids"] | ({"transcode_task_id": "t"} if "video_id" in case.of["ids"] else {})
        world.add_job(case.of["kind"], ids, [(WORDS[case.of["kind"]], 0)])
        _begin(world, case, times=3)

    result = outcome_of(bench, Case(begin, case.of | {"created_after": None}, "succeeded"), mode)

    assert result["state"] == "succeeded"


@pytest.mark.parametrize("mode", MODES)
def test_what_never_passes_is_told_at_the_deadline(mode: str, bench: Bench) -> None:
    """A gate that an error's record would open stays shut."""
    case = PASSING["error beside a record"]

    told = outcome_of(
        bench, Case(lambda world: _begin(world, case), case.of | {"timeout": 300}, error=MediaJobTimeout), mode
    )

    assert "it tells of the error MPC.10050 (System error.), and shows job_array" in told


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "calls", "edge"),
    [
        ("0802", 1, MediaJobNotPermitted),
        ("0801", 1, MediaJobRejected),
        ("frozen", 1, MediaJobNotPermitted),
        ("401 html", 1, MediaJobNotAuthenticated),
        ("nested 403", 2, MediaJobNotPermitted),
    ],
)
def test_ten_jobs_that_are_refused(name: str, calls: int, edge: type[Exception], mode: str, bench: Bench) -> None:
    """A code that is known to be of all: one call. Else one id is asked singly, and then nothing more."""
    ids = [{"job_id": str(number)} for number in range(10)]
    arguments = {"kind": "huawei.mpc.editing", "ids": ids}

    told = outcome_of(bench, Case(lambda world: _begin(world, FINAL[name]), arguments, error=edge), mode)

    assert FINAL[name].text in told
    assert len(bench.world.requests) == calls


@pytest.mark.parametrize("mode", ["poke", "reschedule", *(["started"] if STARTS else [])])
@pytest.mark.parametrize("status", [429, 503, 403])
def test_a_page_that_wants_to_be_left_alone(status: int, mode: str, bench: Bench) -> None:
    """For as long as it says, ten minutes at most."""

    def begin(world: World) -> None:
        world.add_job("huawei.mpc.editing", {"job_id": "30647"}, [("SUCCEEDED", 0)])
        world.add_fault("answer", status=status, headers={"retry-after": "300"}, body="<html>", times=1)

    outcome_of(bench, Case(begin, PASSING["0308"].of | {"poke_interval": 10}, "succeeded"), mode)

    first, second = (request.at for request in bench.world.requests)
    assert 300 <= (second - first).total_seconds() <= 660


def test_a_look_at_many_stops_where_it_is_told_to(bench: Bench) -> None:
    """The other batches would meet the same."""
    bench.world.add_fault("answer", status=503, headers={"retry-after": "300"}, body="<html>")
    sensor = MediaJobSensor(
        task_id="wait",
        kind="huawei.mpc.editing",
        ids=[{"job_id": str(number)} for number in range(100)],
        timeout=200,
        poke_interval=60,
    )

    with pytest.raises(MediaJobTimeout):
        bench.run(sensor)

    assert len(bench.world.requests) == 2


def test_fresh_tokens_of_a_source_are_not_hammered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one has been tried already; a connection that is read anew and says the same changes nothing."""
    user = {"login": "emulator-user", "password": "emulator-password"}
    bench.world.identity.add_user(user["login"], user["password"], domain="emulator-domain")
    extra = {"region": "cn-north-4", "project_id": bench.world.project_id, "credentials": "iam_user"}
    value = user | {"conn_type": "huawei_mediajobs", "extra": extra | {"domain_name": "emulator-domain"}}
    monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT", json.dumps(value))
    _begin(bench.world, FINAL["0307"], product="mpc")

    with pytest.raises(MediaJobNotAuthenticated):
        bench.run(MediaJobSensor(task_id="wait", timeout=600, **FINAL["0307"].of))

    assert [request.call.product for request in bench.world.requests].count("mpc") == 2
