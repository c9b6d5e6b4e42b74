# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays MPC's tasks and the transcoding of media, as the vendor's pages have them.

Covers ``vendors.huawei.emulation.mpc``, ``vendors.huawei.emulation.kinds.mpc_transcoding``,
``vendors.huawei.emulation.kinds.mpc_thumbnails``, ``vendors.huawei.emulation.kinds.mpc_remux``,
``vendors.huawei.emulation.kinds.mpc_animated_graphics``, ``vendors.huawei.emulation.kinds.mpc_metadata``,
``vendors.huawei.emulation.kinds.vod_transcode``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, World
from airflow_provider_mediajobs.vendors.huawei import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
KEY = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)
PLACE = {"bucket": "b", "location": "cn-north-4", "object": "in/a.mp4"}
RESOURCES = ("transcodings", "thumbnails", "remux", "animated-graphics", "extract-metadata")


@pytest.fixture
def world() -> World:
    return World(now=lambda: NOW, random=Random(1), project_id="p")


def send(world: World, method: str, path: str, *query: tuple[str, str], body: Any = None) -> HttpResponse:
    content = b"" if body is None else json.dumps(body).encode()
    requested = HttpRequest(method, "http://127.0.0.1", path, query, (("Content-Type", "application/json"),), content)
    return world.handle(signing.sign(requested, Account("huawei", KEY, project_id="p"), NOW, ""))


def ask(world: World, method: str, path: str, *query: tuple[str, str], body: Any = None) -> dict[str, Any]:
    response = send(world, method, path, *query, body=body)
    assert response.status == 200, response.body
    return response.json()


def refused(world: World, method: str, path: str, *query: tuple[str, str], body: Any = None) -> tuple[int, str]:
    response = send(world, method, path, *query, body=body)
    return response.status, response.json()["error_code"]


# --- MPC ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_task_is_created_with_what_was_given(world: World, resource: str) -> None:
    """Its source, its place and the author's own text are told again."""
    path = f"/v1/p/{resource}"
    given = {"input": PLACE, "output": {"bucket": "o"}, "user_data": "own", "trans_template_id": [7]}
    created = ask(world, "POST", path, body=given)["task_id"]
    answer = ask(world, "GET", path, ("task_id", str(created)))
    (task,) = answer.get("task_array") or answer["tasks"]
    assert (task["task_id"], task["user_data"], task["input"], task["output"]) == (
        created,
        "own",
        PLACE,
        {"bucket": "o"},
    )
    assert isinstance(created, int) == ("task_array" in answer) == ("is_truncated" in answer)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("wrong", [{}, {"input": {}}, {"input": "x"}, {"input": PLACE, "output": "x"}, None])
def test_a_task_without_a_source_or_a_place_is_refused(world: World, resource: str, wrong: Any) -> None:
    body = None if wrong is None else wrong | {"trans_template_id": [7]}
    assert refused(world, "POST", f"/v1/p/{resource}", body=body) == (400, "MPC.10202")


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_broken_source_fails(world: World, resource: str) -> None:
    """And says why."""
    path = f"/v1/p/{resource}"
    broken = {"input": PLACE | {"object": "broken.mp4"}, "trans_template_id": [7]}
    created = ask(world, "POST", path, body=broken)["task_id"]
    world.advance(60)
    answer = ask(world, "GET", path, ("task_id", str(created)))
    (task,) = answer.get("task_array") or answer["tasks"]
    code = "" if resource == "thumbnails" else "MPC.10124"
    assert (task["status"], task.get("error_code", "")) == ("FAILED", code)
    assert task["description"] == "The source file is damaged."


@pytest.mark.parametrize(
    "wrong", [{}, {"trans_template_id": []}, {"trans_template_id": 7}, {"av_parameters": [1] * 10}]
)
def test_a_transcoding_has_one_to_nine_outputs(world: World, wrong: dict[str, Any]) -> None:
    assert refused(world, "POST", "/v1/p/transcodings", body={"input": PLACE} | wrong) == (400, "MPC.10202")


def test_outputs_are_named_after_their_templates(world: World) -> None:
    """Or as was asked for; such as are described by parameters have no name here."""
    for given, names in (
        ({"trans_template_id": [7, 9]}, ["match_7.mp4", "match_9.mp4"]),
        ({"trans_template_id": [7], "output_filenames": ["a.mp4"]}, ["a.mp4"]),
        ({"av_parameters": [{}]}, []),
    ):
        created = ask(world, "POST", "/v1/p/transcodings", body={"input": PLACE} | given)["task_id"]
        (task,) = ask(world, "GET", "/v1/p/transcodings", ("task_id", str(created)))["task_array"]
        assert task["output_file_name"] == names


def test_a_list_is_filtered_and_read_page_by_page(world: World) -> None:
    """By status and time, from page 0 on; by ids nothing else counts."""
    for number in range(5):
        world.add_job("huawei.mpc.transcoding", {"task_id": str(number)}, "TRANSCODING", age=number * 60)
    world.add_job("huawei.mpc.transcoding", {"task_id": "9"}, "SUCCEEDED")
    path, status = "/v1/p/transcodings", ("status", "TRANSCODING")
    answer = ask(world, "GET", path, status, ("size", "2"), ("page", "1"))
    assert [task["task_id"] for task in answer["task_array"]] == [2, 3]
    assert (answer["total"], answer["is_truncated"]) == (5, 1)
    window = (("start_time", "20260901184720"), ("end_time", "20260901184920"))
    answer = ask(world, "GET", path, status, *window)
    assert ([task["task_id"] for task in answer["task_array"]], answer["is_truncated"]) == ([1, 2, 3], 0)
    assert ask(world, "GET", path, ("task_id", "9"), status, ("size", "0"))["total"] == 1
    assert refused(world, "GET", path, ("size", "101")) == (400, "MPC.10202")
    assert refused(world, "GET", path, ("page", "x")) == (400, "MPC.10202")
    assert refused(world, "GET", path, *(("task_id", str(number)) for number in range(11))) == (400, "MPC.10202")


@pytest.mark.parametrize(("resource", "word"), [("extract-metadata", "PREPROCESSING"), ("remux", "PROCESSING")])
def test_a_page_may_filter_by_a_word_of_its_own(world: World, resource: str, word: str) -> None:
    """Records say PROCESSING."""
    kind = {"extract-metadata": "metadata", "remux": "remux"}[resource]
    world.add_job(f"huawei.mpc.{kind}", {"task_id": "1"}, "PROCESSING")
    (task,) = ask(world, "GET", f"/v1/p/{resource}", ("status", word))["tasks"]
    assert task["status"] == "PROCESSING"


def test_progress_of_a_transcoding_stays_0(world: World) -> None:
    """Until it has ended well."""
    for word, progress in (("WAITING", 0), ("TRANSCODING", 0), ("FAILED", 0), ("SUCCEEDED", 100)):
        world.add_job("huawei.mpc.transcoding", {"task_id": "1"}, word)
        (task,) = ask(world, "GET", "/v1/p/transcodings", ("task_id", "1"))["task_array"]
        assert (task["status"], task["progress"]) == (word, progress)


@pytest.mark.parametrize("word", ["TRANSCODING", "SUCCEEDED", None])
def test_only_a_task_that_waits_can_be_cancelled(world: World, word: str | None) -> None:
    if word is not None:
        world.add_job("huawei.mpc.transcoding", {"task_id": "1"}, word)
    assert refused(world, "DELETE", "/v1/p/transcodings", ("task_id", "1")) == (400, "MPC.10202")
    world.add_job("huawei.mpc.transcoding", {"task_id": "1"}, "NEED_TO_BE_AUDIT")
    assert send(world, "DELETE", "/v1/p/transcodings", ("task_id", "1")).status == 204


# --- VOD ------------------------------------------------------------------------------------------------------------

TASKS, DETAILS, LIST, PROCESS = (
    "/v1/p/asset/tasks",
    "/v1.0/p/asset/details",
    "/v1.0/p/asset/list",
    "/v1.0/p/asset/process",
)


def test_a_medium_is_transcoded(world: World) -> None:
    """From its creation to the details of what was made."""
    assert ask(world, "POST", PROCESS, body={"asset_id": "a"}) == {"asset_id": "a"}
    (run,) = ask(world, "GET", TASKS, ("asset_id", "a"))["results"]
    assert (run["status"], run["create_time"], run["end_time"]) == ("WAITING", "2026-09-01T18:50:20Z", "")
    assert run["transcode_result"]["waiting_time"] == run["transcode_result"]["process_time"] == -1
    assert ask(world, "GET", LIST, ("asset_id", "a,b"))["assets"][0]["transcode_status"] == "WAITING_TRANSCODE"
    world.advance(60)
    (run,) = ask(world, "GET", TASKS, ("asset_id", "a"), ("type", "TRANSCODE"))["results"]
    assert (run["status"], run["transcode_result"]["progress"]) == ("SUCCEED", 100)
    assert run["transcode_result"]["process_time"] > 0
    info = ask(world, "GET", DETAILS, ("asset_id", "a"), ("categories", "transcode_info"))["transcode_info"]
    assert (info["transcode_status"], len(info["output"]), info["exec_desc"]) == ("TRANSCODE_SUCCEED", 1, "")


def test_a_broken_medium_fails(world: World) -> None:
    ask(world, "POST", PROCESS, body={"asset_id": "broken"})
    world.advance(60)
    info = ask(world, "GET", DETAILS, ("asset_id", "broken"))["transcode_info"]
    assert (info["transcode_status"], info["output"]) == ("TRANSCODE_FAILED", [])
    assert info["exec_desc"] == "The source file is damaged."


def test_runs_are_filtered_and_read_by_marker(world: World) -> None:
    """The first moment is included, the last one is not."""
    for number in range(5):
        word = "SUCCEED" if number % 2 else "PROCESSING"
        world.add_job("huawei.vod.transcode", {"asset_id": f"a{number}"}, word, age=number * 60)
    first = ask(world, "GET", TASKS, ("limit", "3"))
    assert ([run["asset_id"] for run in first["results"]], first["count"]) == (["a0", "a1", "a2"], 5)
    rest = ask(world, "GET", TASKS, ("limit", "3"), ("marker", first["next_marker"]))
    assert ([run["asset_id"] for run in rest["results"]], "next_marker" in rest) == (["a3", "a4"], False)
    window = (("create_time_after", "2026-09-01T18:47:20Z"), ("create_time_before", "2026-09-01T18:50:20Z"))
    assert [run["asset_id"] for run in ask(world, "GET", TASKS, *window)["results"]] == ["a1", "a2", "a3"]
    assert ask(world, "GET", TASKS, ("status", "SUCCEED,FAILED"))["count"] == 2


def test_media_are_listed_by_id_or_page_by_page(world: World) -> None:
    for number in range(3):
        world.add_job("huawei.vod.transcode", {"asset_id": f"a{number}"}, "PROCESSING", age=number)
    assert [asset["asset_id"] for asset in ask(world, "GET", LIST, ("asset_id", "a2,a0,x"))["assets"]] == ["a2", "a0"]
    answer = ask(world, "GET", LIST, ("size", "2"), ("page", "1"))
    assert ([asset["asset_id"] for asset in answer["assets"]], answer["total"]) == (["a2"], 3)


def test_what_is_not_the_pages_is_refused(world: World) -> None:
    """Parameters, unknown media, and a run that waits no more."""
    world.add_job("huawei.vod.transcode", {"asset_id": "a"}, "PROCESSING")
    illegal = (400, "VOD.10053")
    assert refused(world, "GET", TASKS, ("limit", "101")) == illegal
    assert refused(world, "GET", TASKS, ("marker", "x")) == illegal
    assert refused(world, "GET", LIST, ("asset_id", ",".join("abcdefghijk"))) == illegal
    assert refused(world, "GET", LIST, ("size", "0")) == illegal
    assert refused(world, "GET", LIST, ("page", "x")) == illegal
    assert refused(world, "POST", PROCESS, body={}) == illegal
    assert refused(world, "POST", PROCESS) == illegal
    assert refused(world, "GET", DETAILS) == refused(world, "GET", DETAILS, ("asset_id", "b")) == (403, "VOD.10062")
    assert refused(world, "DELETE", PROCESS, ("asset_id", "a")) == (400, "VOD.10083")
    assert refused(world, "DELETE", PROCESS) == (400, "VOD.10083")
    world.add_fault("reject_id", kind="huawei.vod.transcode", ids={"asset_id": "a"})
    assert refused(world, "GET", TASKS, ("asset_id", "a")) == illegal


def test_queries_have_a_limit_of_their_own(world: World) -> None:
    """The list of runs shares that of its neighbours."""
    world.add_job("huawei.vod.transcode", {"asset_id": "a"}, "PROCESSING")
    ask(world, "GET", TASKS, ("asset_id", "a"))
    ask(world, "GET", DETAILS, ("asset_id", "a"))
    ask(world, "GET", LIST, ("asset_id", "a"))
    assert [request.call.limit for request in world.requests] == ["huawei.vod", "huawei.vod.query", "huawei.vod.query"]
