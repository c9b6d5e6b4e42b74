# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays Huawei Cloud: gateway, VOD, both generations of MPC.

Covers ``core.emulation.web``, ``vendors.huawei.emulation``, ``vendors.huawei.emulation.auth``,
``vendors.huawei.emulation.kinds.mpc_editing``, ``vendors.huawei.emulation.kinds.vod_editing``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, World
from airflow_provider_mediajobs.vendors.huawei import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
KEY = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)
TASKS, JOBS, JOBS_V1 = "/v1/p/asset/editing/tasks", "/v2/p/editing/jobs", "/v1/p/editing/jobs"


@pytest.fixture
def world() -> World:
    return World(now=lambda: NOW, random=Random(1), project_id="p")


def request(method: str, path: str, *query: tuple[str, str], body: Any = None, host: str = "127.0.0.1") -> HttpRequest:
    headers = (("Content-Type", "application/json"),)
    content = b"" if body is None else json.dumps(body).encode()
    return HttpRequest(method, f"http://{host}", path, query, headers, content)


def send(world: World, requested: HttpRequest, *, key: Credentials = KEY, at: datetime = NOW) -> HttpResponse:
    return world.handle(signing.sign(requested, Account("huawei", key, project_id="p"), at, ""))


def ask(world: World, method: str, path: str, *query: tuple[str, str], body: Any = None) -> dict[str, Any]:
    response = send(world, request(method, path, *query, body=body))
    assert response.status == 200, response.body
    return response.json()


def refusal(response: HttpResponse) -> tuple[int, str]:
    return response.status, response.json()["error_code"]


def refused(world: World, method: str, path: str, *query: tuple[str, str], body: Any = None) -> tuple[int, str]:
    return refusal(send(world, request(method, path, *query, body=body)))


# --- the gateway ------------------------------------------------------------------------------------------------


def test_a_wrong_secret_is_told_the_canonical_request(world: World) -> None:
    """Line by line, with bars: the way the gateway prints it."""
    response = send(world, request("GET", TASKS, ("task_id", "a b")), key=Credentials(DEFAULT_ACCESS_KEY, "wrong"))
    assert refusal(response) == (401, "APIGW.0301")
    assert response.json()["error_msg"] == (
        "Incorrect IAM authentication information: verify aksk signature fail, CanonicalRequest:"
        "GET|/v1/p/asset/editing/tasks/|task_id=a%20b|content-type:application/json|host:127.0.0.1|x-project-id:p|"
        "x-sdk-date:20260901T185020Z||content-type;host;x-project-id;x-sdk-date|"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert response.json()["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(("minutes", "status"), [(-16, 401), (-15, 200), (15, 200), (16, 401)])
def test_dates_may_be_fifteen_minutes_off(world: World, minutes: int, status: int) -> None:
    """Both sides of the window are as wide as the page says."""
    assert send(world, request("GET", TASKS), at=NOW + timedelta(minutes=minutes)).status == status


def test_the_same_request_may_come_twice(world: World) -> None:
    """There is no nonce: within the window it is answered again."""
    signed = signing.sign(request("GET", TASKS), Account("huawei", KEY), NOW, "")
    assert [world.handle(signed).status for _ in range(2)] == [200, 200]


def test_five_failures_in_a_row_lock_the_key(world: World) -> None:
    """For five minutes even the right secret is refused; a success in between starts the row anew."""
    wrong = Credentials(DEFAULT_ACCESS_KEY, "wrong")
    for _ in range(4):
        send(world, request("GET", TASKS), key=wrong)
    assert send(world, request("GET", TASKS)).status == 200
    for _ in range(5):
        assert "verify aksk signature fail" in send(world, request("GET", TASKS), key=wrong).json()["error_msg"]
    locked = send(world, request("GET", TASKS))
    assert refusal(locked) == (401, "APIGW.0301")
    assert "AK access failed to reach the limit" in locked.json()["error_msg"]
    world.advance(299)
    assert send(world, request("GET", TASKS)).status == 401
    world.advance(1)
    assert send(world, request("GET", TASKS)).status == 200


@pytest.mark.parametrize(
    ("token", "answer"),
    [("good", None), ("old", (401, "APIGW.0307")), ("other", (401, "APIGW.0301"))],
)
def test_tokens(world: World, token: str, answer: tuple[int, str] | None) -> None:
    """A token stands for a signature; an expired one has a code of its own."""
    world.add_auth_token("good")
    world.expire_token("old")
    response = send(world, request("GET", TASKS), key=Credentials(auth_token=token))
    assert (None if response.status == 200 else refusal(response)) == answer


@pytest.mark.parametrize(
    ("token", "answer"),
    [("good", None), ("old", (401, "APIGW.0307")), ("other", (401, "APIGW.0301")), (None, (401, "APIGW.0301"))],
)
def test_temporary_keys_need_their_token(world: World, token: str | None, answer: tuple[int, str] | None) -> None:
    """Without it, or with another one, the key opens nothing."""
    world.add_key("temporary", "s", "good")
    world.expire_token("old")
    response = send(world, request("GET", TASKS), key=Credentials("temporary", "s", token))
    assert (None if response.status == 200 else refusal(response)) == answer


def test_a_lasting_key_may_not_show_a_token(world: World) -> None:
    """Somebody else's token is no decoration."""
    key = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, "whose")
    assert refusal(send(world, request("GET", TASKS), key=key)) == (401, "APIGW.0301")


def test_an_unknown_key_is_refused(world: World) -> None:
    """And named, for its owner."""
    response = send(world, request("GET", TASKS), key=Credentials("stranger", "x"))
    assert refusal(response) == (401, "APIGW.0301")
    assert "ak stranger not exist" in response.json()["error_msg"]


def test_no_signature_at_all(world: World) -> None:
    """Nobody gets in without one."""
    assert refusal(world.handle(request("GET", TASKS))) == (401, "APIGW.0301")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("X-Sdk-Date", "yesterday", "X-Sdk-Date is missing or malformed"),
        ("X-Sdk-Date", None, "X-Sdk-Date is missing or malformed"),
        ("Authorization", "SDK-HMAC-SHA256 Access=k, SignedHeaders=host, Signature=00", "ak k not exist"),
        ("Host", "elsewhere", "verify aksk signature fail"),
    ],
)
def test_headers_count_as_they_arrive(world: World, name: str, value: str | None, why: str) -> None:
    """A header that is changed or lost after signing is noticed."""
    signed = signing.sign(request("GET", TASKS), Account("huawei", KEY), NOW, "")
    kept = tuple(pair for pair in signed.headers if pair[0] != name)
    changed = replace(signed, headers=kept if value is None else (*kept, (name, value)))
    assert why in world.handle(changed).json()["error_msg"]


def test_the_date_must_be_signed(world: World) -> None:
    """Otherwise an old signature could be sent with a new date."""
    signed = signing.sign(request("GET", TASKS), Account("huawei", KEY), NOW, "")
    header = f"SDK-HMAC-SHA256 Access={DEFAULT_ACCESS_KEY}, SignedHeaders=host, Signature=00"
    headers = tuple((name, header if name == "Authorization" else value) for name, value in signed.headers)
    assert "X-Sdk-Date is not signed" in world.handle(replace(signed, headers=headers)).json()["error_msg"]


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [
        ("GET", "/v1/p/nothing", "h"),
        ("PUT", TASKS, "h"),
        ("GET", "/v2/p/asset/editing/tasks", "h"),
        ("GET", TASKS, "mpc.cn-north-4.myhuaweicloud.com"),
        ("GET", JOBS, "vod.cn-north-4.myhuaweicloud.com"),
    ],
)
def test_what_is_not_published(world: World, method: str, path: str, host: str) -> None:
    """Path, method and host must belong together."""
    response = send(world, request(method, path, host=host))
    assert refusal(response) == (404, "APIGW.0101")
    requested = f"{method} {path}" + (f" of {host[:3]}" if host != "h" else "")
    message = response.json()["error_msg"]
    assert f"The emulator has no operation {requested}; it has " in message
    assert "ListAssetEditTask (vod: GET /v1/{…}/asset/editing/tasks)" in message


@pytest.mark.parametrize("host", ["mpc.cn-north-4.myhuaweicloud.com", "mts.cn-north-1.myhuaweicloud.com"])
def test_both_names_of_mpc(world: World, host: str) -> None:
    """The oldest region's host has another first label."""
    assert send(world, request("GET", JOBS, ("job_id", "1"), host=host)).status == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/q/asset/editing/tasks", "VOD.10057"),
        ("/v2/q/editing/jobs", "MPC.10208"),
        ("/v1/q/editing/jobs", "MPC.10208"),
    ],
)
def test_another_project(world: World, path: str, code: str) -> None:
    """Each product has its code for a wrong project id."""
    assert refused(world, "GET", path) == (403, code)


@pytest.mark.parametrize(("path", "query"), [(TASKS, ()), (JOBS, (("job_id", "1"),))])
def test_limits_answer_429(world: World, path: str, query: tuple[tuple[str, str], ...]) -> None:
    """A hundred calls a minute, for each product on its own."""
    answers = [send(world, request("GET", path, *query)).status for _ in range(101)]
    assert answers == [200] * 100 + [429]
    assert refused(world, "GET", path, *query) == (429, "APIGW.0308")
    world.advance(60)
    assert send(world, request("GET", path, *query)).status == 200


def test_retry_after_in_whole_seconds(world: World) -> None:
    """HTTP's own header."""
    world.add_fault("throttle", retry_after=0.2)
    assert send(world, request("GET", TASKS)).headers["retry-after"] == "1"


@pytest.mark.parametrize(("status", "code"), [(500, "APIGW.0201"), (502, "APIGW.0610"), (503, "APIGW.0613")])
def test_server_errors(world: World, status: int, code: str) -> None:
    """Codes as the gateway's table has them."""
    world.add_fault("server_error", status=status)
    assert refused(world, "GET", TASKS) == (status, code)


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [("huawei.vod.editing", TASKS, "VOD.10111"), ("huawei.mpc.editing", JOBS, "MPC.10208")],
)
def test_a_key_without_the_permission(world: World, kind: str, path: str, code: str) -> None:
    """Behind the gateway: each product has its own code."""
    world.add_fault("deny", kind=kind)
    assert refused(world, "GET", path, ("job_id", "1")) == (403, code)
    world.add_fault("deny", code="VOD.10074")
    assert {send(world, request("GET", path, ("job_id", "1"))).status for path in (TASKS, JOBS)} == {403}


def test_an_internal_error_reported_as_403(world: World) -> None:
    """The product's odd ones can be had by code."""
    world.add_fault("server_error", status=403, code="VOD.10051")
    assert refused(world, "GET", TASKS) == (403, "VOD.10051")


# --- VOD --------------------------------------------------------------------------------------------------------


def test_vod_a_task_of_the_page(world: World) -> None:
    """Every field, end_time only after the end."""
    world.add_job("huawei.vod.editing", {"task_id": "1"}, [("PROCESSING", 0), ("SUCCEED", 12)], age=60)
    world.add_job("huawei.vod.editing", {"task_id": "2"}, [("WAITING", 0), ("PROCESSING", 1), ("SUCCEED", 120)], age=60)
    assert ask(world, "GET", TASKS) == {
        "total": 2,
        "tasks": [
            {
                "task_id": "2",
                "asset_id": "c81e728d9d4c2f636f067f89cc14862c",
                "status": "PROCESSING",
                "progress": 50,
                "create_time": "2026-09-01T18:49:20Z",
            },
            {
                "task_id": "1",
                "asset_id": "c4ca4238a0b923820dcc509a6f75849b",
                "status": "SUCCEED",
                "progress": 100,
                "create_time": "2026-09-01T18:49:20Z",
                "end_time": "2026-09-01T18:49:32Z",
            },
        ],
    }


@pytest.mark.parametrize(
    ("query", "total", "shown"),
    [
        ((), 12, 10),
        ((("offset", "10"),), 12, 2),
        ((("offset", "12"),), 12, 0),
        ((("limit", "100"),), 12, 12),
        ((("offset", "3"), ("limit", "4")), 12, 4),
        ((("task_id", "5"),), 1, 1),
        ((("task_id", "nobody"),), 0, 0),
    ],
)
def test_vod_pages(world: World, query: tuple[tuple[str, str], ...], total: int, shown: int) -> None:
    """Ten records unless asked otherwise; the total counts all matches."""
    for number in range(12):
        world.add_job("huawei.vod.editing", {"task_id": str(number)})
    answer = ask(world, "GET", TASKS, *query)
    assert (answer["total"], len(answer["tasks"])) == (total, shown)


@pytest.mark.parametrize(
    "query", [("limit", "101"), ("limit", "0"), ("limit", "x"), ("offset", "-1"), ("task_id", "bad")]
)
def test_vod_list_checks(world: World, query: tuple[str, str]) -> None:
    """The illegal field is named."""
    world.add_fault("reject_id", ids={"task_id": "bad"})
    response = send(world, request("GET", TASKS, query))
    assert refusal(response) == (400, "VOD.10053")
    assert response.json()["error_msg"] == f"The request parameter is illegal, illegal field: {{{query[0]}}}."


CUT = {"asset_id": "a", "timeline_end": "12.5"}


def test_vod_create_and_succeed(world: World) -> None:
    """The task's asset is the one that was promised."""
    answer = ask(world, "POST", TASKS, body={"inputs": [CUT]})
    seen = []
    for _ in range(11):
        seen += ask(world, "GET", TASKS, ("task_id", answer["task_id"]))["tasks"]
        world.advance(2)
    assert list(dict.fromkeys(task["status"] for task in seen)) == ["WAITING", "PROCESSING", "SUCCEED"]
    assert (seen[-1]["asset_id"], seen[-1]["progress"]) == (answer["asset_id"], 100)


def test_vod_a_broken_source_fails(world: World) -> None:
    """ "broken" in an asset's id ends in FAILED, short of 100 percent."""
    answer = ask(world, "POST", TASKS, body={"inputs": [CUT, CUT | {"asset_id": "broken"}]})
    world.advance(20)
    (task,) = ask(world, "GET", TASKS, ("task_id", answer["task_id"]))["tasks"]
    assert (task["status"], task["progress"]) == ("FAILED", 99)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"inputs": []},
        {"inputs": [CUT] * 21},
        {"inputs": ["a"]},
        {"inputs": [CUT | {"asset_id": 1}]},
        {"inputs": [{"asset_id": "a"}]},
        {"inputs": [CUT | {"timeline_end": 12.5}]},
        {"inputs": [CUT | {"timeline_end": "1" * 33}]},
        {"inputs": [CUT | {"timeline_start": "soon"}]},
        *(
            {"inputs": [CUT], "editing_settings": wrong}
            for wrong in (
                "MP4",
                {"format": "mp4"},
                {"reference": "FIRST"},
                {"video_codec": True},
                {"video_codec": 3},
                {"resolution_upsample": 1},
                {"width": "640"},
                {"width": 31},
                {"width": 4097},
                {"height": 2881},
                {"video_codec": 2, "height": 159},
            )
        ),
    ],
)
def test_vod_create_checks(world: World, body: Any) -> None:
    """One to twenty inputs, each with an asset and its end; settings as the page has them."""
    assert refused(world, "POST", TASKS, body=body) == (400, "VOD.10053")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"format": "HLS", "reference": "NONE", "video_codec": 1, "resolution_adaptation": False},
        {"width": 0, "height": 32},
        {"video_codec": 2, "width": 4096, "height": 160},
    ],
)
def test_vod_settings(world: World, settings: dict[str, Any]) -> None:
    """What the page allows is taken."""
    assert ask(world, "POST", TASKS, body={"inputs": [CUT | {"timeline_start": "0"}], "editing_settings": settings})


def test_vod_only_waiting_tasks_can_be_cancelled(world: World) -> None:
    """204 and CANCEL, or 400."""
    world.add_job("huawei.vod.editing", {"task_id": "waiting"}, "WAITING")
    world.add_job("huawei.vod.editing", {"task_id": "running"}, "PROCESSING")
    response = send(world, request("DELETE", TASKS, ("task_id", "waiting")))
    assert (response.status, response.body) == (204, b"")
    (task,) = ask(world, "GET", TASKS, ("task_id", "waiting"))["tasks"]
    assert (task["status"], task["end_time"]) == ("CANCEL", "2026-09-01T18:50:20Z")
    assert refused(world, "DELETE", TASKS, ("task_id", "running")) == (400, "VOD.10053")
    assert refused(world, "DELETE", TASKS) == (400, "VOD.10053")


# --- MPC v2 -----------------------------------------------------------------------------------------------------


def test_mpc_a_success_of_the_page(world: World) -> None:
    """Every field of its tables, with its types."""
    script = [("WAITING", 0), ("PROCESSING", 5), ("SUCCEEDED", 12)]
    world.add_job("huawei.mpc.editing", {"job_id": "30647"}, script, age=60)
    response = send(world, request("GET", JOBS, ("job_id", "30647")))
    assert response.json() == {
        "job_array": [
            {
                "job_id": "30647",
                "status": "SUCCEEDED",
                "progress": 100,
                "create_time": "20260901184920",
                "start_time": "20260901184925",
                "end_time": "20260901184932",
                "metadata": [{"name": "made_by", "value": "emulator"}],
                "output": {"bucket": "emulator", "location": "cn-north-4", "object": "out/dir", "file_name": "o.mp4"},
                "editing_output": {
                    "duration": 12,
                    "duration_ms": 12000,
                    "format": "MP4",
                    "size": 1024,
                    "size_byte": 1048576,
                    "md5": "",
                    "video_info": {
                        "width": 640,
                        "height": 480,
                        "bitrate": 900,
                        "bitrate_bps": 900000,
                        "frame_rate": 25,
                        "codec": "H264",
                        "dynamic_range": "SDR",
                        "duration": "12",
                        "duration_ms": "12000",
                        "rotate": 0.0,
                    },
                    "audio_info": [
                        {
                            "codec": "AAC",
                            "sample": 44100,
                            "channels": 2,
                            "bitrate": 64,
                            "bitrate_bps": 64000,
                            "duration": "12",
                            "duration_ms": "12000",
                        }
                    ],
                },
            }
        ]
    }
    assert response.headers["x-request-id"].endswith("-1788288620000-emulator")


def test_mpc_answers_up_to_ten_ids(world: World) -> None:
    """Unknown ones are left out, repeated ones come once, an eleventh is refused."""
    for number in range(3):
        world.add_job("huawei.mpc.editing", {"job_id": str(number)}, "WAITING")
    ids = [("job_id", name) for name in ("2", "0", "x", "0")]
    jobs = ask(world, "GET", JOBS, *ids)["job_array"]
    assert [(job["job_id"], job["start_time"], job["end_time"]) for job in jobs] == [("0", "", ""), ("2", "", "")]
    assert ask(world, "GET", JOBS, *(("job_id", str(number)) for number in range(10)))["job_array"]
    assert refused(world, "GET", JOBS, *(("job_id", str(number)) for number in range(11))) == (400, "MPC.10202")
    assert refused(world, "GET", JOBS) == (400, "MPC.10202")


def test_mpc_one_bad_id_rejects_the_batch(world: World) -> None:
    """Only on demand: the page is silent on it."""
    world.add_job("huawei.mpc.editing", {"job_id": "1"})
    world.add_fault("reject_id", ids={"job_id": "bad"})
    assert refused(world, "GET", JOBS, ("job_id", "1"), ("job_id", "bad")) == (400, "MPC.10202")
    assert len(ask(world, "GET", JOBS, ("job_id", "1"))["job_array"]) == 1


SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in/a.mp4"}


def test_mpc_create_and_succeed(world: World) -> None:
    """The id is a number as text; output and metadata are the ones that were asked for."""
    output = {"bucket": "b", "location": "cn-north-4", "object": "out", "file_name": "x.mp4"}
    body = {"inputs": [{"input": SOURCE}], "output": output, "metadata": [{"name": "n", "value": "v"}]}
    job_id = ask(world, "POST", JOBS, body=body)["job_id"]
    assert job_id == "30647"
    world.advance(20)
    (job,) = ask(world, "GET", JOBS, ("job_id", job_id))["job_array"]
    assert (job["status"], job["output"], job["metadata"]) == ("SUCCEEDED", output, [{"name": "n", "value": "v"}])


def test_mpc_a_broken_source_fails(world: World) -> None:
    """ "broken" in an object's name ends in FAILED; v2 has no field for why, v1 has."""
    body = {"inputs": [{"input": {**SOURCE, "object": "in/broken.mp4"}}]}
    job_id = ask(world, "POST", JOBS, body=body)["job_id"]
    world.advance(20)
    (job,) = ask(world, "GET", JOBS, ("job_id", job_id))["job_array"]
    assert (job["status"], "editing_output" in job) == ("FAILED", False)
    (job,) = ask(world, "GET", JOBS_V1, ("job_id", job_id))["jobs"]
    assert (job["error_code"], job["description"]) == ("MPC.10124", "The source file is damaged.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (JOBS, None),
        (JOBS, {"inputs": []}),
        (JOBS, {"inputs": ["x"]}),
        (JOBS, {"inputs": [{"input": {"bucket": "b"}}]}),
        (JOBS_V1, None),
        (JOBS_V1, {"edit_type": ["CLIP"]}),
        (JOBS_V1, {"edit_type": ["CLIP"], "clips": ["x"]}),
        (JOBS_V1, {"edit_type": ["CLIP"], "clips": 7}),
        (JOBS_V1, {"input": SOURCE}),
        (JOBS, {"inputs": [{"input": SOURCE}], "editing_type": 2}),
        (JOBS, {"inputs": [{"input": SOURCE}], "editing_type": True}),
        (JOBS, {"inputs": [{"input": SOURCE}], "user_data": {"a": 1}}),
        (JOBS, {"inputs": [{"input": SOURCE}], "output": "out"}),
        (JOBS, {"inputs": [{"input": SOURCE}], "output": {"file_name": "f" * 181}}),
        (JOBS_V1, {"edit_type": "CLIP", "input": SOURCE}),
        (JOBS_V1, {"edit_type": ["CUT"], "input": SOURCE}),
        (JOBS_V1, {"edit_type": ["CONCAT"], "concat": {}}),
        (JOBS_V1, {"edit_type": ["CONCAT"], "concat": {"inputs": []}}),
        (JOBS_V1, {"edit_type": ["CONCAT"], "concat": [SOURCE]}),
        (JOBS_V1, {"edit_type": ["CONCATS"], "concats": ["x"]}),
        (JOBS_V1, {"edit_type": ["MIX"], "mix": {"inputs": [SOURCE]}}),
    ],
)
def test_mpc_create_checks(world: World, path: str, body: Any) -> None:
    """Each source must say where it is."""
    assert refused(world, "POST", path, body=body) == (400, "MPC.10202")


@pytest.mark.parametrize(
    ("path", "query"),
    [(f"{JOBS}/in%20line", ()), (JOBS_V1, (("job_id", "in line"),))],
)
def test_mpc_only_queued_jobs_can_be_cancelled(world: World, path: str, query: tuple[tuple[str, str], ...]) -> None:
    """204 and CANCELED in both generations, and not a second time."""
    world.add_job("huawei.mpc.editing", {"job_id": "in line"}, "WAITING")
    assert send(world, request("DELETE", path, *query)).status == 204
    (job,) = ask(world, "GET", JOBS, ("job_id", "in line"))["job_array"]
    assert job["status"] == "CANCELED"
    assert refused(world, "DELETE", path, *query) == (400, "MPC.10202")
    assert world.requests[0].ids == (("job_id", "in line"),)


@pytest.mark.parametrize(
    "sources",
    [
        {"edit_type": ["CLIP"], "input": SOURCE},
        {"edit_type": ["CONCAT"], "concat": {"inputs": [SOURCE, SOURCE]}},
        {"edit_type": ["CONCATS"], "concats": [{"inputs": [SOURCE]}, {"inputs": [SOURCE]}]},
        {"edit_type": ["MIX"], "mix": {"inputs": [{"input": SOURCE}]}},
    ],
)
def test_mpc_v1_lists_what_was_asked_for(world: World, sources: dict[str, Any]) -> None:
    """``user_data`` and the whole request; v2 shows neither."""
    body = {**sources, "user_data": "run 17"}
    job_id = ask(world, "POST", JOBS_V1, body=body)["job_id"]
    (old,) = ask(world, "GET", JOBS_V1)["jobs"]
    (new,) = ask(world, "GET", JOBS, ("job_id", job_id))["job_array"]
    assert (old["user_data"], old["edit_type"], old["edit_task_req"]) == ("run 17", sources["edit_type"], body)
    assert not {"user_data", "edit_type", "edit_task_req"} & set(new)


def test_mpc_v2_keeps_user_data_to_itself(world: World) -> None:
    ask(world, "POST", JOBS, body={"inputs": [{"input": SOURCE}], "user_data": "run 17"})
    (old,) = ask(world, "GET", JOBS_V1)["jobs"]
    assert old["user_data"] == ""


# --- MPC v1 -----------------------------------------------------------------------------------------------------


def test_mpc_v1_has_its_own_words_and_shape(world: World) -> None:
    """A job made by v1 begins with INIT and ends with SUCCEED."""
    body = {"edit_type": ["CLIP"], "clips": [{"input": SOURCE}], "output_setting": {"output": {"file_name": "x.mp4"}}}
    job_id = ask(world, "POST", JOBS_V1, body=body)["job_id"]
    seen = []
    for _ in range(11):
        seen.append(ask(world, "GET", JOBS_V1, ("job_id", job_id)))
        world.advance(2)
    words = [answer["jobs"][0]["status"] for answer in seen]
    assert list(dict.fromkeys(words)) == ["INIT", "WAITING", "PROCESSING", "SUCCEED"]
    assert seen[-1]["total"] == 1
    (file,) = seen[-1]["jobs"][0]["output_file_info"]
    assert file["output_file_name"] == "x.mp4"
    assert file["meta_data"]["video_info"]["codec"] == "H264"
    assert file["meta_data"]["audio_info"][0]["codec"] == "AAC"


def test_mpc_v1_shows_its_own_word_for_success(world: World) -> None:
    """Also of a job that came into the world with v2's."""
    world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    assert ask(world, "GET", JOBS_V1, ("job_id", "1"))["jobs"][0]["status"] == "SUCCEED"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ((), ["11", "10", "9", "8", "7", "6", "5", "4", "3", "2"]),
        ((("page", "1"),), ["1", "0"]),
        ((("page", "1"), ("size", "5")), ["6", "5", "4", "3", "2"]),
        ((("status", "SUCCEED"),), ["0"]),
        ((("start_time", "20260901185020"), ("size", "2")), ["11", "10"]),
        ((("end_time", "20260901185019"),), []),
    ],
)
def test_mpc_v1_pages_and_filters(world: World, query: tuple[tuple[str, str], ...], expected: list[str]) -> None:
    """Pages count from 0, ten to a page unless asked otherwise."""
    for number in range(12):
        world.add_job("huawei.mpc.editing", {"job_id": str(number)}, "WAITING" if number else "SUCCEEDED")
    assert [job["job_id"] for job in ask(world, "GET", JOBS_V1, *query)["jobs"]] == expected


@pytest.mark.parametrize("query", [("page", "-1"), ("size", "101")])
def test_mpc_v1_list_checks(world: World, query: tuple[str, str]) -> None:
    """Numbers out of bounds are refused."""
    assert refused(world, "GET", JOBS_V1, query) == (400, "MPC.10202")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["inputs", "input", "object", "asset_id", "clips", "edit_type", "output", "output_setting", "metadata"]
            ),
            inner,
        )
    ),
    max_leaves=8,
)
QUERY = st.lists(
    st.tuples(
        st.sampled_from(["task_id", "job_id", "offset", "limit", "page", "size", "status", "start_time"]),
        st.text(max_size=4) | st.sampled_from(["1", "100", "²"]),
    ),
    max_size=4,
)


@given(st.sampled_from(["GET", "POST", "DELETE"]), st.sampled_from([TASKS, JOBS, JOBS_V1, f"{JOBS}/x"]), QUERY, JSON)
def test_whatever_is_given_is_answered(method: str, path: str, query: list[tuple[str, str]], body: Any) -> None:
    """No query and no body, however odd, breaks the emulator: it answers with a documented status."""
    world = World(now=lambda: NOW, random=Random(1), project_id="p", limits=False)
    world.add_job("huawei.mpc.editing", {"job_id": "1"})
    response = send(world, request(method, path, *query, body=body))
    assert response.status in {200, 204, 400, 404}
    world.advance(30)
    for listing in (TASKS, JOBS_V1):
        ask(world, "GET", listing)
