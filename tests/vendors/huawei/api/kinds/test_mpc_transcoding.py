# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying transcoding tasks: up to nine outputs, of which some may have failed while the task says SUCCEEDED."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_transcoding import MPC_TRANSCODING

BASE = "https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/transcodings"


def ref(task_id: str = "1") -> JobRef:
    return MPC_TRANSCODING.ref({"task_id": task_id})


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of a task with these fields."""

    def look(status: Any = "SUCCEEDED", **more: Any) -> Any:
        task = {"task_id": "1", "status": status} | more
        return drive(MPC_TRANSCODING.look(huawei, [ref()]), {"task_array": [task]})[1].get(ref())

    return look


def multitask(*entries: Any) -> dict[str, Any]:
    return {"multitask_info": list(entries)}


def test_the_whole_record(drive: Any, huawei: Account, respond: Any, sample: Callable[[str], Any]) -> None:
    """A success with an output that failed is partial; each template is a rendition."""
    body = sample("transcodings.json")
    wanted = ref("4711")
    (request,), answers = drive(MPC_TRANSCODING.look(huawei, [wanted]), respond(body, x_request_id="r1"))
    assert (request.method, request.url) == ("GET", f"{BASE}?task_id=4711")
    assert answers == {
        wanted: JobSnapshot(
            kind="huawei.mpc.transcoding",
            ids={"task_id": "4711"},
            state=JobState.PARTIAL,
            raw_state="SUCCEEDED",
            progress=100,
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            finished_at=datetime(2026, 1, 2, 3, 14, 5, tzinfo=UTC),
            outputs=(Output("obs://out/dir/a_7.mp4"), Output("obs://out/dir/a_9.mp4"), Output("obs://out/dir/a.jpg")),
            renditions=(
                Rendition(None, "9", None, "failed", "FAILED", error=JobFault("MPC.10050", "x")),
                Rendition(None, "7", None, "succeeded", "SUCCEEDED"),
            ),
            error=JobFault("MPC.10050", "9: MPC.10050: x"),
            request_id="r1",
            raw=body["task_array"][0],
        )
    }


def test_ids_and_times_that_are_numbers(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """As the vendor's own sample prints them; a description does not make it a failure."""
    wanted = ref("7684")
    found = drive(MPC_TRANSCODING.look(huawei, [wanted]), sample("transcodings_numbers.json"))[1][wanted]
    assert (found.state, found.ids, found.error) == (JobState.SUCCEEDED, {"task_id": "7684"}, None)
    assert found.created_at == datetime(2020, 11, 18, 12, 13, 33, tzinfo=UTC)
    assert found.finished_at == datetime(2020, 11, 18, 12, 13, 36, tzinfo=UTC)
    assert found.outputs == (Output("obs://example-bucket/example-output/example-path/hls/example-input_7000538.m3u8"),)
    assert [(made.template_id, made.state) for made in found.renditions] == [("7000538", "succeeded")]


MADE, FAILED, UNTOLD = ("succeeded", "SUCCEEDED"), ("failed", "FAILED"), ("unknown", "")


@pytest.mark.parametrize(
    ("record", "state", "renditions"),
    [
        ({}, JobState.SUCCEEDED, None),
        ({"trans_template_id": [7, 9]}, JobState.SUCCEEDED, {"7": MADE, "9": MADE}),
        ({"trans_template_id": ["7", 7, None, [], 9.0]}, JobState.SUCCEEDED, {"7": MADE, "9": MADE}),
        ({"trans_template_id": 7}, JobState.SUCCEEDED, {"7": MADE}),
        ({"transcode_detail": None}, JobState.SUCCEEDED, None),
        ({"transcode_detail": ""}, JobState.SUCCEEDED, None),
        ({"transcode_detail": {"multitask_info": None}}, JobState.SUCCEEDED, None),
        ({"transcode_detail": multitask()}, JobState.SUCCEEDED, None),
        ({"transcode_detail": multitask({"template_id": 7})}, JobState.SUCCEEDED, {"7": MADE}),
        ({"transcode_detail": multitask({"template_id": 7, "error": None})}, JobState.SUCCEEDED, {"7": MADE}),
        ({"transcode_detail": multitask({"template_id": 7, "error": {}})}, JobState.SUCCEEDED, {"7": MADE}),
        (
            {"transcode_detail": multitask({"template_id": 7, "error": {"error_code": "", "error_msg": None}})},
            JobState.SUCCEEDED,
            {"7": MADE},
        ),
        ({"transcode_detail": multitask({"template_id": 7, "error": "gone"})}, JobState.PARTIAL, {"7": FAILED}),
        ({"transcode_detail": multitask({"template_id": 7, "error": {"code": 1}})}, JobState.PARTIAL, {"7": FAILED}),
        (
            {
                "trans_template_id": [7, 9],
                "transcode_detail": multitask({"template_id": "9", "error": {"error_code": "MPC.1"}}),
            },
            JobState.PARTIAL,
            {"9": FAILED, "7": MADE},
        ),
        (
            {
                "trans_template_id": [7, 9],
                "transcode_detail": json.dumps(multitask({"template_id": 7}, {"template_id": 9, "error": "gone"})),
            },
            JobState.PARTIAL,
            {"7": MADE, "9": FAILED},
        ),
        (
            {"transcode_detail": {"multitask_info": {"template_id": 9, "error": {"error_msg": "gone"}}}},
            JobState.PARTIAL,
            {"9": FAILED},
        ),
        (  # which of them failed, nobody says
            {"trans_template_id": [7, 9], "transcode_detail": multitask({"error": {"error_code": "MPC.1"}})},
            JobState.PARTIAL,
            {None: FAILED, "7": UNTOLD, "9": UNTOLD},
        ),
        (
            {"transcode_detail": multitask({"template_id": 7, "error": "a"}, {"template_id": 9, "error": "b"})},
            JobState.PARTIAL,
            {"7": FAILED, "9": FAILED},
        ),
    ],
)
def test_outputs_that_failed_under_a_success(
    one: Callable[..., Any], record: dict[str, Any], state: JobState, renditions: Any
) -> None:
    """They make it partial; the others of its templates have been made, as its word says."""
    found = one(**record)
    told = found.renditions and {made.template_id: (made.state, made.raw_state) for made in found.renditions}
    assert (found.state, found.raw_state, told) == (state, "SUCCEEDED", renditions)


@pytest.mark.parametrize(
    "detail",
    [
        5,
        True,
        "garbage",
        [1],
        {"multitask_info": 5},
        {"multitask_info": "garbage"},
        {"multitask_info": ["garbage"]},
        {"multitask_info": [{"template_id": 7}, 5]},
        {"multitask_info": {"unknown": 1}},
        multitask({"template_id": 7, "error": 5}),
        multitask({"template_id": 7, "error": True}),
        multitask({"template_id": 7, "error": [5]}),
    ],
    ids=repr,
)
def test_details_that_cannot_be_read_may_deny_the_success(one: Callable[..., Any], detail: Any) -> None:
    """No news then; where the word says that it failed or goes on, they change nothing."""
    assert type(one(transcode_detail=detail)) is UnreadableResponse
    for status, state in (("FAILED", JobState.FAILED), ("TRANSCODING", JobState.RUNNING)):
        found = one(status, transcode_detail=detail)
        assert (found.state, found.renditions) == (state, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("WAITING", JobState.PENDING),
        ("NEED_TO_BE_AUDIT", JobState.PENDING),
        ("TRANSCODING", JobState.RUNNING),
        ("SUCCEEDED", JobState.SUCCEEDED),
        ("FAILED", JobState.FAILED),
        ("CANCELED", JobState.CANCELLED),
        ("SUCCEED", JobState.UNKNOWN),
        ("PROCESSING", JobState.UNKNOWN),
        ("INIT", JobState.UNKNOWN),
        ("", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
    ],
)
def test_statuses(one: Callable[..., Any], status: Any, state: JobState) -> None:
    """The words of this page; outputs come with success only, and an entry never raises a state."""
    entry = multitask({"template_id": 7})
    found = one(status, trans_template_id=[7], output_file_name=["a"], output={"bucket": "b"}, transcode_detail=entry)
    made = MADE if state is JobState.SUCCEEDED else UNTOLD
    assert (found.state, bool(found.outputs)) == (state, state is JobState.SUCCEEDED)
    assert [(made.state, made.raw_state) for made in found.renditions] == [made]


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({"error_code": "MPC.10124", "description": "damaged"}, JobFault("MPC.10124", "damaged")),
        ({"description": "damaged"}, JobFault(None, "damaged")),
        ({"xcode_error": {"error_code": "MPC.1"}}, JobFault("MPC.1", None)),
        ({"error_code": "", "description": "", "transcode_detail": multitask({"template_id": 9})}, None),
        (
            {"transcode_detail": multitask({"template_id": 9, "error": {"error_code": "MPC.1", "error_msg": "x"}})},
            JobFault("MPC.1", "9: MPC.1: x"),
        ),
        ({"transcode_detail": multitask({"error": "gone"})}, JobFault(None, "rendition: gone")),
        ({}, None),
    ],
)
def test_why_it_failed(one: Callable[..., Any], record: dict[str, Any], fault: JobFault | None) -> None:
    """What the task says, or else what its outputs say."""
    found = one("FAILED", **record)
    assert (found.state, found.error, found.outputs) == (JobState.FAILED, fault, ())


def test_a_success_may_carry_an_error_code(one: Callable[..., Any]) -> None:
    """The status alone decides."""
    found = one(error_code="MPC.10218", description="The task has completed.")
    assert (found.state, found.error) == (JobState.SUCCEEDED, None)


@pytest.mark.parametrize(
    ("names", "uris"),
    [
        (["a.mp4", "b.jpg"], ["obs://b/d/a.mp4", "obs://b/d/b.jpg"]),
        ("a.mp4", ["obs://b/d/a.mp4"]),
        ('["a.mp4", "b.mp4"]', ["obs://b/d/a.mp4", "obs://b/d/b.mp4"]),
        ("[a].mp4", ["obs://b/d/[a].mp4"]),
        ([None, "", 5, {}, "a.mp4"], ["obs://b/d/5", "obs://b/d/a.mp4"]),
        ([], ["obs://b/d"]),
        (None, ["obs://b/d"]),
        ({"x": 1}, ["obs://b/d"]),
    ],
)
def test_where_the_outputs_lie(one: Callable[..., Any], names: Any, uris: list[str]) -> None:
    """One for each name; without any, the directory."""
    found = one(output={"bucket": "b", "object": "d"}, output_file_name=names)
    assert [output.uri for output in found.outputs] == uris


@pytest.mark.parametrize("progress", [0, None, "0", 37, 101])
def test_progress_is_no_sign_of_anything(one: Callable[..., Any], progress: Any) -> None:
    """It stays 0 for most tenants, and decides nothing."""
    found = one("TRANSCODING", progress=progress)
    assert (found.state, found.progress) == (JobState.RUNNING, {None: None, 37: 37, 101: None}.get(progress, 0))
    assert one(progress=0).state is JobState.SUCCEEDED
