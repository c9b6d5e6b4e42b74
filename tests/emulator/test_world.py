# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the emulated world: jobs, keys, time, limits, and the record of requests.

Covers ``core.emulation``, ``core.emulation.job``, ``core.emulation.request``, ``core.emulation.vendor``, ``emulator``,
``emulator.caller_state``, ``emulator.catalogue``, ``emulator.record``, ``emulator.request_handler``,
``emulator.transport``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import EmulatorTransport, Script, World
from airflow_provider_mediajobs.vendors.alibaba import signing as alibaba
from airflow_provider_mediajobs.vendors.huawei import signing as huawei

from ..kinds import FACTS

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
MPC = "huawei.mpc.editing"


@pytest.mark.parametrize("kind", FACTS)
def test_without_a_script_a_job_goes_well(world: World, kind: str) -> None:
    """Within twelve to twenty seconds, through the vendor's own words."""
    ids, words = FACTS[kind].job, list(FACTS[kind].course)
    job = world.add_job(kind, ids)
    assert [word for word, _ in job.script.steps] == words
    assert 12 <= job.script.length <= 20
    assert job.ids == ids


def test_without_a_script_by_looks_each_look_is_a_step(world: World, states: Callable[..., list[str]]) -> None:
    """Through the same words."""
    world.add_job(MPC, {"job_id": "1"}, by="looks")
    assert [states("1")[0] for _ in range(4)] == ["WAITING", "PROCESSING", "SUCCEEDED", "SUCCEEDED"]


def test_a_scripted_job_by_looks(world: World, states: Callable[..., list[str]]) -> None:
    """The example of the documentation."""
    world.add_job(MPC, {"job_id": "1"}, script=[("PROCESSING", 0), ("SUCCEEDED", 2)], by="looks")
    assert [states("1") for _ in range(3)] == [["PROCESSING"], ["PROCESSING"], ["SUCCEEDED"]]


def test_a_job_is_looked_at_once_a_request(world: World, look: Callable[..., HttpResponse]) -> None:
    """However often the request names it."""
    job = world.add_job(MPC, {"job_id": "1"})
    look("1", "1")
    assert job.looks == 1


def test_time_passes_on_demand(world: World, states: Callable[..., list[str]]) -> None:
    """Without waiting for it."""
    world.add_job(MPC, {"job_id": "1"}, Script([("PROCESSING", 0), ("SUCCEEDED", 3600)]))
    assert states("1") == ["PROCESSING"]
    world.advance(3600)
    assert states("1") == ["SUCCEEDED"]


def test_a_world_without_a_clock_stands_still_but_knows_the_date() -> None:
    """Jobs wait for ``advance``; signatures are dated by the real clock."""
    world = World()
    assert world.now() == world.now()
    assert abs(world.wall() - datetime.now(UTC)) < timedelta(minutes=1)
    before = world.now()
    world.advance(86400)
    assert world.now() - before == timedelta(days=1)
    assert abs(world.wall() - datetime.now(UTC)) < timedelta(minutes=1)


def test_records_stand_over_what_the_state_implies(world: World, look: Callable[..., HttpResponse]) -> None:
    """And may be edited at any time."""
    job = world.add_job(MPC, {"job_id": "1"}, "SUCCEEDED", record={"progress": 7})
    job.record["note"] = "edited"
    shown = look("1").json()["job_array"][0]
    assert (shown["progress"], shown["note"], shown["status"]) == (7, "edited", "SUCCEEDED")


def test_a_job_with_the_same_ids_takes_the_place(world: World, states: Callable[..., list[str]]) -> None:
    """There is one job of one name."""
    world.add_job(MPC, {"job_id": "1"}, "WAITING")
    world.add_job(MPC, {"job_id": "1"}, "FAILED")
    assert (states("1"), len(world.jobs)) == (["FAILED"], 1)


def test_an_id_that_is_not_given_may_be_made_up(world: World) -> None:
    """A transcode task of a video."""
    job = world.add_job("alibaba.vod.transcode", {"video_id": "v"})
    assert len(job.ids["transcode_task_id"]) == 32


def test_age_puts_the_creation_back(world: World) -> None:
    """And the script with it."""
    job = world.add_job(MPC, {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 12)], age=12)
    assert job.created == NOW - timedelta(seconds=12)
    assert job.at(world.now()).state == "SUCCEEDED"


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("huawei.nothing", {}, "kind 'huawei.nothing' is unknown; there are alibaba.ice.dynamic_image, "),
        (MPC, {}, "ids: huawei.mpc.editing needs 'job_id' as text"),
        (MPC, {"job_id": 1}, "ids: huawei.mpc.editing needs 'job_id' as text"),
        (MPC, {"job_id": ""}, "ids: huawei.mpc.editing needs 'job_id' as text"),
        (MPC, {"task_id": "1"}, "ids: huawei.mpc.editing has no 'task_id'; it has job_id"),
    ],
)
def test_jobs_that_make_no_sense(world: World, kind: str, ids: Any, message: str) -> None:
    """Refused, with what is wrong."""
    with pytest.raises(ParameterError, match=message):
        world.add_job(kind, ids)


def test_it_remembers_what_was_asked(world: World, look: Callable[..., HttpResponse]) -> None:
    """Who, what and the answer; nothing that signs."""
    world.add_fault("throttle", times=1)
    look("1", "2")
    look("1")
    first, second = world.requests
    assert first.to_dict() == {
        "at": "2026-09-01T18:50:20+00:00",
        "vendor": "huawei",
        "method": "GET",
        "path": "/v2/emulator-project/editing/jobs",
        "product": "mpc",
        "action": "ListEditingJob",
        "kind": "huawei.mpc.editing",
        "ids": (("job_id", "1"), ("job_id", "2")),
        "parameters": (("job_id", "1"), ("job_id", "2")),
        "status": 429,
        "code": "APIGW.0308",
        "faults": ("throttle",),
    }
    assert (second.vendor, second.product, second.action, second.kind) == ("huawei", "mpc", "ListEditingJob", MPC)
    assert (second.status, second.code, second.ids) == (200, None, (("job_id", "1"),))


def test_signatures_and_tokens_are_not_remembered(world: World) -> None:
    """Alibaba's older style may carry both in the query."""
    world.add_key("temporary", "the-secret", "the-token")
    headers = (("x-acs-action", "ListTranscodeTask"), ("x-acs-version", "2017-03-21"))
    request = HttpRequest("GET", "http://h", query=(("VideoId", "v"),), headers=headers)
    key = Credentials("temporary", "the-secret", "the-token")
    signed = alibaba.sign_hmac_sha1(request, key, NOW, "the-nonce")
    assert world.handle(signed).status == 200
    assert world.requests[0].call.parameters == (("VideoId", "v"),)


def test_an_unknown_path_belongs_to_nobody(world: World) -> None:
    """Neither vendor has it."""
    assert world.handle(HttpRequest("GET", "http://h", "/favicon.ico")).status == 404
    assert world.requests == []


def test_keys_projects_and_accounts() -> None:
    """A test's client gets an account that opens this world."""
    world = World(keys={"k": "s"}, project_id="p")
    account = world.account("huawei", region="cn-north-4")
    assert (account.credentials, account.project_id, account.region) == (Credentials("k", "s"), "p", "cn-north-4")
    assert world.account("alibaba").project_id is None


def test_limits_can_be_changed_and_switched_off() -> None:
    """As data."""
    assert World(limits=False).limits == {}
    limits = World(limits={"alibaba.live": (2, 1.0)}).limits
    of_looks = {name: (calls, seconds) for name, calls, seconds in (facts.limit for facts in FACTS.values())}
    assert limits.items() >= (of_looks | {"alibaba.live": (2, 1.0)}).items()
    assert limits["huawei.vod.query"] == (1500, 60.0)  # operations may have limits of their own beside it
    with pytest.raises(ParameterError, match=r"limits: there is no 'live'; there are alibaba.ice, "):
        World(limits={"live": (2, 1.0)})


def test_the_window_of_a_limit_slides(world: World, look: Callable[..., HttpResponse]) -> None:
    """Calls fall out of it one by one, and refused ones were never in it."""
    world.limits["huawei.mpc"] = (2, 60.0)
    answers = []
    for _ in range(7):
        answers.append(look("1").status)
        world.advance(20)
    assert answers == [200, 200, 429, 200, 200, 429, 200]


def test_clear_forgets_everything_but_keys(world: World, look: Callable[..., HttpResponse]) -> None:
    """Also limits used up and keys locked."""
    world.limits["huawei.mpc"] = (1, 60.0)
    world.add_job(MPC, {"job_id": "1"})
    world.add_fault("vanish")
    look("1")
    world.clear()
    assert (world.jobs, world.faults, world.requests) == ([], [], [])
    assert look("1").status == 200


def test_nonces_are_forgotten_once_their_date_is_too_old(world: World) -> None:
    """So that a long life does not fill the memory."""
    assert world.caller_state.use_nonce("a", NOW)
    assert not world.caller_state.use_nonce("a", NOW + timedelta(minutes=45))
    assert world.caller_state.use_nonce("b", NOW + timedelta(minutes=46))
    assert world.caller_state.use_nonce("a", NOW + timedelta(minutes=46))


def test_the_same_seed_makes_the_same_world() -> None:
    """Ids and lengths come from the generator that was given."""
    worlds = [World(now=lambda: NOW, random=Random(7)) for _ in range(2)]
    jobs = [world.add_job("alibaba.vod.transcode", {"video_id": "v"}) for world in worlds]
    assert (jobs[0].ids, jobs[0].script) == (jobs[1].ids, jobs[1].script)


def test_both_transports_reach_the_same_world(world: World) -> None:
    """Blocking and on an event loop."""
    transport = EmulatorTransport(world)
    world.add_job(MPC, {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1)], by="looks")
    request = HttpRequest("GET", "http://h", f"/v2/{world.project_id}/editing/jobs", (("job_id", "1"),))
    signed = huawei.sign(request, world.account("huawei"), NOW, "")
    first, second = transport.send(signed), asyncio.run(transport.asend(signed))
    assert [answer.json()["job_array"][0]["status"] for answer in (first, second)] == ["PROCESSING", "SUCCEEDED"]


@pytest.mark.parametrize(
    ("listed", "expected"), [("newest", ["2", "1", "0"]), ("oldest", ["0", "1", "2"]), ("random", None)]
)
def test_lists_without_a_documented_order_have_the_one_that_is_chosen(listed: str, expected: list[str] | None) -> None:
    """A random one is the same at every look."""
    world = World(now=lambda: NOW, listed=listed)
    for index in range(3 if expected else 30):
        world.add_job("huawei.vod.editing", {"task_id": str(index)}, age=100 - index)
    found = [job.ids["task_id"] for job in world.find("huawei.vod.editing", {})]
    assert found == [job.ids["task_id"] for job in world.find("huawei.vod.editing", {})]
    if expected:
        assert found == expected
    else:
        assert found not in (sorted(found, key=int), sorted(found, key=int, reverse=True))


def test_forms_of_answers() -> None:
    """As the page's table says, or as chosen; what no answer has is refused, naming what there is."""
    live = "alibaba.live.editing"
    assert World().forms == {live: "text"}
    assert World(forms={live: "list"}).forms == {live: "list"}
    for forms, message in (
        (
            {live: "xml"},
            f"forms: {live} has no 'xml'; it has text, object, list, wrapped, keyed, lines, fragment, lower",
        ),
        ({MPC: "list"}, f"forms: {MPC} has no 'list'; it has one only"),
    ):
        with pytest.raises(ParameterError) as caught:
            World(forms=forms)
        assert str(caught.value) == message
