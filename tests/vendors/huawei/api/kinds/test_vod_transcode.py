# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Transcodings of a medium: no run has an id, so the newest one decides, and its time says whether it is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
    WrongPlace,
)
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import Visibility, WaitSpec
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.kinds.vod_transcode import VOD_TRANSCODE

HOST = "https://vod.cn-north-4.myhuaweicloud.com"
TASKS = f"{HOST}/v1/p1/asset/tasks?type=TRANSCODE&asset_id=a1&limit=100"
DETAILS = f"{HOST}/v1.0/p1/asset/details?asset_id=a1&categories=transcode_info"
OLD, NEW = "2026-09-01T12:00:00Z", "2026-09-01T13:00:00Z"
REF = VOD_TRANSCODE.ref({"asset_id": "a1"})


def run(status: Any, created: Any = NEW, **more: Any) -> dict[str, Any]:
    return {"type": "TRANSCODE", "asset_id": "a1", "status": status, "create_time": created} | more


def page(*runs: Any, marker: Any = None) -> dict[str, Any]:
    return {"results": list(runs), "count": len(runs)} | ({"next_marker": marker} if marker else {})


def details(**info: Any) -> dict[str, Any]:
    return {"asset_id": "a1", "transcode_info": info}


NOTHING = details(transcode_status="TRANSCODE_SUCCEED")


@pytest.fixture
def seen(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of the medium, if these are the answers; of a run that has ended, its details come last."""

    def look(*answers: Any) -> Any:
        return drive(VOD_TRANSCODE.look(huawei, [REF]), *answers)[1].get(REF)

    return look


def urls(requests: list[HttpRequest]) -> list[str]:
    return [request.url for request in requests]


# --- the record -----------------------------------------------------------------------------------------------------


def test_a_run_that_goes_on(drive: Any, huawei: Account, respond: Any, sample: Callable[[str], Any]) -> None:
    """The page's own answer; its marker leads to a page with nothing. Lengths of -1 are not known."""
    body = sample("asset_tasks.json")
    requests, answers = drive(VOD_TRANSCODE.look(huawei, [REF]), body, respond(page(), x_request_id="r1"))
    assert urls(requests) == [TASKS, f"{TASKS}&marker=x"]
    assert answers == {
        REF: JobSnapshot(
            kind="huawei.vod.transcode",
            ids={"asset_id": "a1"},
            state=JobState.RUNNING,
            raw_state="PROCESSING",
            progress=40,
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            started_at=datetime(2026, 1, 2, 3, 4, 35, tzinfo=UTC),
            request_id="r1",
            raw=body["results"][0],
        )
    }


def test_a_run_that_has_ended_well(drive: Any, huawei: Account) -> None:
    """What it made is in the details of the medium."""
    about = {
        "pack_type": "HLS",
        "codec": "H.264",
        "audio_codec": "AAC",
        "duration": 12,
        "duration_ms": 12500,
        "video_size": 600000,
        "width": 1280,
        "hight": 719,
        "height": 720,
    }
    outputs = [
        {"play_type": "hls", "url": "https://v/index.m3u8"},
        {"play_type": "hls", "url": "https://v/hd.m3u8", "quality": "HD", "meta_data": about},
        {"url": "https://v/old.mp4", "meta_data": {"duration": 3, "hight": 480}},
    ]
    told = details(transcode_status="TRANSCODE_SUCCEED", output=outputs, exec_desc="")
    ended = run("SUCCEED", end_time="2026-09-01T13:05:00Z", transcode_result={"progress": 100})
    requests, answers = drive(VOD_TRANSCODE.look(huawei, [REF]), page(ended), told)
    assert urls(requests) == [TASKS, DETAILS]
    found = answers[REF]
    assert (found.state, found.progress, found.error, found.proven) == (JobState.SUCCEEDED, 100, None, True)
    assert found.finished_at == datetime(2026, 9, 1, 13, 5, tzinfo=UTC)
    assert found.outputs == (
        Output("https://v/index.m3u8", format="hls"),
        Output("https://v/hd.m3u8", None, "HLS", 12.5, 600000, 1280, 720, "H.264", "AAC"),
        Output("https://v/old.mp4", duration_s=3.0, height=480),
    )
    assert found.raw == ended | {"transcode_info": told["transcode_info"]}


@pytest.mark.parametrize(
    ("record", "info", "fault"),
    [
        ({}, {"exec_desc": "damaged"}, JobFault(None, "damaged")),
        ({}, {}, None),
        ({"error_code": "VOD.1", "error_msg": "own"}, {"exec_desc": "damaged"}, JobFault("VOD.1", "own")),
    ],
)
def test_why_a_run_failed(seen: Callable[..., Any], record: Any, info: Any, fault: JobFault | None) -> None:
    """The list has no field for it; should it get one, that is the run's own."""
    found = seen(page(run("FAILED", **record)), details(**info))
    assert (found.state, found.error, found.outputs) == (JobState.FAILED, fault, ())


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("WAITING", JobState.PENDING),
        ("PROCESSING", JobState.RUNNING),
        ("CANCELED", JobState.UNKNOWN),
        ("CANCEL", JobState.UNKNOWN),
        ("SUCCEEDED", JobState.UNKNOWN),
        ("TRANSCODE_SUCCEED", JobState.UNKNOWN),
        ("succeed", JobState.UNKNOWN),
        ("", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
    ],
)
def test_what_has_not_ended_takes_one_call(seen: Callable[..., Any], status: Any, state: JobState) -> None:
    """The words of this page; a time of its end on a run that goes on is none."""
    found = seen(page(run(status, end_time=NEW)))
    assert (found.state, found.finished_at, found.outputs) == (state, None, ())


# --- which run it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("runs", "state", "created"),
    [
        ([run("SUCCEED", OLD), run("PROCESSING")], JobState.RUNNING, NEW),
        ([run("SUCCEED", OLD), run("WAITING")], JobState.PENDING, NEW),
        ([run("PROCESSING", OLD), run("SUCCEED")], JobState.SUCCEEDED, NEW),
        ([run("FAILED", OLD), run("SUCCEED")], JobState.SUCCEEDED, NEW),
        ([run("SUCCEED", OLD), run("FAILED")], JobState.FAILED, NEW),
        ([run("SUCCEED", OLD), run("GONE")], JobState.UNKNOWN, NEW),
        # Those of one time are one run: the one that opens a gate last.
        ([run("SUCCEED"), run("PROCESSING")], JobState.RUNNING, NEW),
        ([run("SUCCEED"), run("FAILED")], JobState.FAILED, NEW),
        # One without a time may be the newest.
        ([run("SUCCEED"), run("PROCESSING", None)], JobState.RUNNING, None),
        ([run("SUCCEED"), run("FAILED", "soon")], JobState.FAILED, None),
        ([run("SUCCEED"), run("SUCCEED", "")], JobState.SUCCEEDED, None),
        ([run("PROCESSING"), run("SUCCEED", None)], JobState.RUNNING, NEW),
        # Whose it is, it does not say: it keeps the gate shut while it runs, and proves nothing once it has ended.
        ([run("SUCCEED", OLD), run("PROCESSING", asset_id=None)], JobState.RUNNING, NEW),
        ([run("PROCESSING", OLD), run("SUCCEED", asset_id=None)], JobState.RUNNING, OLD),
        ([run("SUCCEED", OLD), run("PROCESSING", asset_id="a2")], JobState.SUCCEEDED, OLD),
        ([run("SUCCEED", OLD), run("PROCESSING", type="THUMBNAIL")], JobState.SUCCEEDED, OLD),
        ([run("SUCCEED", OLD), run("PROCESSING", type=None)], JobState.RUNNING, NEW),
    ],
)
def test_the_newest_run_decides(
    drive: Any, huawei: Account, order: int, runs: list[Any], state: JobState, created: str | None
) -> None:
    """In whatever order the list comes."""
    answers = [page(*runs[::order]), *([NOTHING] if state.ended else [])]
    found = drive(VOD_TRANSCODE.look(huawei, [REF]), *answers)[1][REF]
    at = None if created is None else datetime.fromisoformat(created)
    if (state, created) == (JobState.SUCCEEDED, None):  # both are as good: the dated one is told where it comes first
        assert found.state is state
    else:
        assert (found.state, found.created_at) == (state, at)
    assert found.among == len(runs)
    assert found.proven is (found.raw.get("asset_id") is not None)


@pytest.mark.parametrize(
    ("created", "after", "visibility"),
    [
        (NEW, OLD, Visibility.SHOWN),
        (NEW, NEW, Visibility.SHOWN),
        (OLD, NEW, Visibility.OLDER),
        (None, OLD, Visibility.UNPROVEN),
        ("soon", OLD, Visibility.UNPROVEN),
        (None, None, Visibility.SHOWN),
        (OLD, None, Visibility.SHOWN),
    ],
)
def test_its_time_says_whether_it_is_the_one_asked_for(
    seen: Callable[..., Any], created: Any, after: str | None, visibility: Visibility
) -> None:
    """Yesterday's success opens no gate, nor one that does not say when it began; unless any run will do."""
    deadline = datetime(2026, 9, 2, tzinfo=UTC)
    spec = WaitSpec(
        (REF,),
        VOD_TRANSCODE,
        Policy(),
        deadline,
        3600.0,
        created_after=None if after is None else datetime.fromisoformat(after),
    )
    assert spec.visibility(REF, seen(page(run("SUCCEED", created)), NOTHING)) is visibility


@pytest.mark.parametrize(
    "answer",
    [
        page(),
        {"count": 0},
        {"results": None, "count": 0},
        page(None, "", {}),
        page(run("SUCCEED", asset_id="a2")),
        page(run("SUCCEED", asset_id="A1")),
        page(run("SUCCEED", asset_id=None)),
        page(run("SUCCEED", type="THUMBNAIL")),
        page(run(["x"], asset_id="a2")),
    ],
    ids=repr,
)
def test_no_run_is_no_answer(seen: Callable[..., Any], answer: Any) -> None:
    """Nothing, other media, other sorts of tasks."""
    assert seen(answer) is None


def test_pages_are_read_to_the_end(drive: Any, huawei: Account) -> None:
    """The newest may be on the last one; a run that moved on to the next page meanwhile counts once."""
    old, new = run("SUCCEED", OLD), run("PROCESSING")
    requests, answers = drive(VOD_TRANSCODE.look(huawei, [REF]), page(old, marker="m1"), page(old, marker=2), page(new))
    assert urls(requests) == [TASKS, f"{TASKS}&marker=m1", f"{TASKS}&marker=2"]
    assert (answers[REF].state, answers[REF].among) == (JobState.RUNNING, 2)


@pytest.mark.parametrize("markers", [["m"], ["m", "n", "m"]])
def test_a_marker_that_comes_again_ends_it(drive: Any, huawei: Account, markers: list[str]) -> None:
    """A service that ignores it would go on for ever."""
    answers = [page(run("PROCESSING"), marker=marker) for marker in markers]
    last = [] if len(markers) > 1 else [page(run("PROCESSING"), marker="m")]
    requests, _ = drive(VOD_TRANSCODE.look(huawei, [REF]), *answers, *last)
    assert len(requests) == len(answers) + len(last)


@pytest.mark.parametrize("field", ["asset_id", "status", "type"])
@pytest.mark.parametrize("value", [True, ["x"], {"x": 1}], ids=repr)
def test_a_run_that_cannot_be_read_may_be_the_newest(seen: Callable[..., Any], field: str, value: Any) -> None:
    """It is no news then; an older one says nothing."""
    for created in (NEW, None):
        broken = run("SUCCEED", created) | {field: value}
        assert type(seen(page(run("SUCCEED", OLD), broken))) is UnreadableResponse
    found = seen(page(run("SUCCEED"), run("SUCCEED", OLD) | {field: value}), NOTHING)
    assert found.state is JobState.SUCCEEDED
    assert type(seen(page(run("SUCCEED"), 5))) is UnreadableResponse


# --- details --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "of_medium", "told"),
    [
        ("SUCCEED", "TRANSCODE_SUCCEED", "SUCCEED"),
        ("SUCCEED", "UN_TRANSCODE", "SUCCEED"),
        ("SUCCEED", "", "SUCCEED"),
        ("SUCCEED", None, "SUCCEED"),
        ("SUCCEED", "NEW_WORD", "SUCCEED"),
        ("SUCCEED", "TRANSCODING", "PROCESSING"),
        ("SUCCEED", "WAITING_TRANSCODE", "WAITING"),
        ("SUCCEED", "TRANSCODE_FAILED", "FAILED"),
        ("FAILED", "TRANSCODE_SUCCEED", "FAILED"),
        ("FAILED", "TRANSCODING", "PROCESSING"),
    ],
)
def test_where_medium_and_run_disagree_the_one_that_opens_last_counts(
    seen: Callable[..., Any], status: str, of_medium: Any, told: str
) -> None:
    """Another run may have begun since, or one of its outputs may go on."""
    found = seen(page(run(status)), details(transcode_status=of_medium, output=[{"url": "u"}]))
    assert (found.raw_state, found.state) == (told, VOD_TRANSCODE.state(told))
    assert bool(found.outputs) == (told == "SUCCEED")


@pytest.mark.parametrize(
    "answer",
    [
        PermissionDenied("VOD.10111"),
        RequestRejected("VOD.10053"),
        JobNotFound("VOD.10062"),
        {"asset_id": "a2", "transcode_info": {"transcode_status": "TRANSCODE_FAILED", "output": [{"url": "u"}]}},
        {"asset_id": "a1"},
        {"asset_id": "a1", "transcode_info": None},
        {"error_code": "VOD.10111", "error_msg": "no"},
    ],
    ids=repr,
)
def test_without_details_a_run_is_told_without_them(seen: Callable[..., Any], answer: Any) -> None:
    """Which permission they take nobody says; those of another medium are none."""
    found = seen(page(run("SUCCEED")), answer)
    assert (found.state, found.outputs, found.raw) == (JobState.SUCCEEDED, (), run("SUCCEED"))


@pytest.mark.parametrize(
    "answer",
    [
        {"hello": "world"},
        {"asset_id": "a1", "transcode_info": 5},
        {"asset_id": "a1", "transcode_info": "garbage"},
        {"asset_id": "a1", "transcode_info": {"transcode_status": ["x"]}},
        {"asset_id": ["a1"], "transcode_info": {"transcode_status": "TRANSCODING"}},
        "<html>",
    ],
    ids=repr,
)
def test_details_that_cannot_be_read_may_deny_the_success(seen: Callable[..., Any], answer: Any) -> None:
    """No news."""
    assert type(seen(page(run("SUCCEED")), answer)) is UnreadableResponse


@pytest.mark.parametrize("error", [Throttled("APIGW.0308"), ServerFault("VOD.10051"), WrongPlace("APIGW.0101")])
def test_trouble_on_the_way_to_the_details_ends_the_look(seen: Callable[..., Any], error: Exception) -> None:
    """The next look asks again."""
    with pytest.raises(type(error)):
        seen(page(run("SUCCEED")), error)


# --- trouble --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RequestRejected("VOD.10053"), JobNotFound("VOD.10062")])
def test_a_rejected_id_is_its_own_answer(seen: Callable[..., Any], error: Exception) -> None:
    """It says nothing of the account."""
    assert seen(error) is error


@pytest.mark.parametrize("error", [AuthError("APIGW.0301"), Throttled("APIGW.0308"), PermissionDenied("VOD.10111")])
def test_trouble_of_the_account_ends_the_look(seen: Callable[..., Any], error: Exception) -> None:
    """All waits on it meet it."""
    with pytest.raises(type(error)):
        seen(error)


def test_an_answer_that_is_not_the_vendors_is_none(seen: Callable[..., Any]) -> None:
    """An error with the status of a success is one."""
    for answer in ({"hello": "world"}, {"results": "garbage"}, {"results": 5}):
        with pytest.raises(UnreadableResponse):
            seen(answer)
    with pytest.raises(ServerFault):
        seen({"error_code": "VOD.10051", "results": []})


# --- media that are being transcoded --------------------------------------------------------------------------------


def media(*names: str) -> dict[JobRef, datetime | None]:
    return {VOD_TRANSCODE.ref({"asset_id": name}): datetime.fromisoformat(NEW) for name in names}


def test_ten_media_share_a_call(drive: Any, huawei: Account) -> None:
    """Ids with commas between them; only a medium that is being transcoded surely goes on."""
    assert VOD_TRANSCODE.probe is not None
    words = ["TRANSCODING", "WAITING_TRANSCODE", "TRANSCODE_SUCCEED", "TRANSCODE_FAILED", "UN_TRANSCODE", "", None]
    words += [["TRANSCODING"], {"x": 1}]  # type: ignore[list-item]
    assets = [{"asset_id": f"a{number}", "transcode_status": word} for number, word in enumerate(words)]
    assets += [{"asset_id": "b", "transcode_status": "TRANSCODING"}, {"transcode_status": "TRANSCODING"}]
    requested = media(*(f"a{number}" for number in range(10)))
    (request,), running = drive(VOD_TRANSCODE.probe(huawei, requested), {"total": len(assets), "assets": assets})
    ids = "%2C".join(f"a{number}" for number in range(10))
    assert request.url == f"{HOST}/v1.0/p1/asset/list?asset_id={ids}&size=10"
    assert running == set(media("a0", "a1"))
    assert VOD_TRANSCODE.probe.size == 10


def test_a_list_that_is_not_the_vendors_is_none(drive: Any, huawei: Account) -> None:
    """It would call for a look at every medium."""
    assert VOD_TRANSCODE.probe is not None
    assert drive(VOD_TRANSCODE.probe(huawei, media("a")), {"total": 0, "assets": []})[1] == frozenset()
    for answer in ({"hello": "world"}, {"assets": "garbage"}):
        with pytest.raises(UnreadableResponse):
            drive(VOD_TRANSCODE.probe(huawei, media("a")), answer)


# --- cancelling -----------------------------------------------------------------------------------------------------


def test_a_run_that_waits_is_cancelled(drive: Any, huawei: Account, respond: Any) -> None:
    """By its medium; any other is refused."""
    assert VOD_TRANSCODE.cancel is not None
    (request,), result = drive(VOD_TRANSCODE.cancel(huawei, REF), respond(b"", 204))
    assert (request.method, request.url, result) == ("DELETE", f"{HOST}/v1.0/p1/asset/process?asset_id=a1", None)
    for error in (RequestRejected("VOD.10083"), {"error_code": "VOD.10083", "error_msg": "no"}):
        with pytest.raises(RequestRejected):
            drive(VOD_TRANSCODE.cancel(huawei, REF), error)


# --- permissions ----------------------------------------------------------------------------------------------------


def test_permissions_are_tried_by_a_medium_that_cannot_exist(drive: Any, huawei: Account) -> None:
    """That of a look, and that of the list that saves looks."""
    assert VOD_TRANSCODE.probe is not None
    tried = [*VOD_TRANSCODE.permissions, *VOD_TRANSCODE.probe.permissions]
    answers = [{"results": [], "count": 0}, {"assets": [], "total": 0}]
    calls = [drive(one.attempt(huawei), answer)[0][0].url for one, answer in zip(tried, answers, strict=True)]
    assert calls == [
        f"{HOST}/v1/p1/asset/tasks?type=TRANSCODE&asset_id=0&limit=1",
        f"{HOST}/v1.0/p1/asset/list?asset_id=0&size=1",
    ]
    for one in tried:
        with pytest.raises(UnreadableResponse):
            drive(one.attempt(huawei), {"portal": "log in"})


# --- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (100, 1500)),
        ({"vod": 50}, (50, 50)),  # what a connection has said of the product holds for all of its operations
        ({"vod-query": 300}, (100, 300)),
        ({"vod": 50, "vod-query": 300}, (50, 300)),
    ],
)
def test_each_call_counts_against_its_own_limit(
    drive: Any, huawei: Account, given: dict[str, float], expected: tuple[float, float]
) -> None:
    """The list of runs against that of its neighbours; details and the list of media against that of queries."""
    assert VOD_TRANSCODE.probe is not None
    requests, _ = drive(VOD_TRANSCODE.look(huawei, [REF]), page(run("SUCCEED")), NOTHING)
    (listed,), _ = drive(VOD_TRANSCODE.probe(huawei, media("a")), {"total": 0, "assets": []})
    assert [request.product for request in (*requests, listed)] == ["vod", "vod-query", "vod-query"]
    extra = {"region": "cn-north-4", "project_id": "p", "quotas": given}
    connection = Connection(conn_id="c", conn_type="huawei_mediajobs", login="a", password="b")
    quotas = account_from(HUAWEI, connection, extra).quotas
    assert tuple(quotas.get(quota.name, quota.calls) for quota in VOD_TRANSCODE.quotas) == expected
