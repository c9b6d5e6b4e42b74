# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetMediaProducingJob``: as live editing, with progress, a length, and media of VOD.

Covers ``vendors.alibaba.api.ice``, ``vendors.alibaba.api.kinds.ice_editing``,
``vendors.alibaba.api.kinds.ice_producing``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, RequestRejected, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_producing import ICE_PRODUCING

REF = ICE_PRODUCING.ref({"job_id": "j1"})
look = ICE_PRODUCING.look


def body(**job: Any) -> dict[str, Any]:
    return {"RequestId": "r1", "MediaProducingJob": {"JobId": "j1"} | job}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[[Any], Any]:
    """What a look at j1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    (request,), _ = drive(look(alibaba, [REF]), body())
    assert (request.method, request.url) == ("POST", "https://ice.cn-shanghai.aliyuncs.com/?JobId=j1")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("GetMediaProducingJob", "2020-11-09")


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """A success with ``Code`` and ``Message`` is a success without a fault; ICE's own medium comes first."""
    ref = ICE_PRODUCING.ref({"job_id": "****cdb3e74639973036bc84****"})
    answer = sample("get_media_producing_job.json")
    _, answers = drive(look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.producing",
        ids={"job_id": "****cdb3e74639973036bc84****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        progress=100,
        created_at=datetime(2020, 12, 23, 13, 33, 40, tzinfo=UTC),
        finished_at=datetime(2020, 12, 23, 13, 33, 52, tzinfo=UTC),
        outputs=(
            Output(
                uri="http://example-bucket.oss-cn-shanghai.aliyuncs.com/example2.mp4",
                media_id="****0cc6ba49eab379332c5b****",
                duration_s=30.5,
            ),
        ),
        request_id="****36-3C1E-4417-BDB2-1E034F****",
        raw=answer["MediaProducingJob"],
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Init", JobState.PENDING),
        ("Queuing", JobState.PENDING),
        ("Processing", JobState.RUNNING),
        ("Success", JobState.SUCCEEDED),
        ("Failed", JobState.FAILED),
        ("Finished", JobState.UNKNOWN),
        ("success", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
    ],
)
def test_status_decides_whatever_else_is_there(one: Callable[[Any], Any], status: Any, state: JobState) -> None:
    """Neither progress nor a time or an output makes an end."""
    found = one(body(Status=status, Progress=100, Code="c", CompleteTime="2020-12-23T13:33:52Z", MediaURL="u"))
    assert (found.state, found.progress) == (state, 100)
    assert (found.finished_at is not None) == state.ended
    assert found.outputs == ((Output(uri="u"),) if state is JobState.SUCCEEDED else ())
    assert found.error == (JobFault("c", None) if state is JobState.FAILED else None)


@pytest.mark.parametrize(("progress", "read"), [(0, 0), ("37", 37), (101, None), (-1, None), ("", None), ([], None)])
def test_progress(one: Callable[[Any], Any], progress: Any, read: int | None) -> None:
    assert one(body(Status="Processing", Progress=progress)).progress == read


def test_a_medium_of_vod_is_an_output(one: Callable[[Any], Any]) -> None:
    assert one(body(Status="Success", VodMediaId="v1", MediaId="")).outputs == (Output(media_id="v1"),)


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        {"MediaProducingJob": None},
        {"MediaProducingJob": {"JobId": "j2", "Status": "Success"}},
        {"RequestId": "r1", "LiveEditingJob": {"JobId": "j1", "Status": "Success"}},
    ],
    ids=repr,
)
def test_no_answer_about_this_job_is_no_answer(one: Callable[[Any], Any], answer: Any) -> None:
    """Also one in the place of another sort of jobs."""
    assert one(answer) is None


@pytest.mark.parametrize(
    "answer", [5, "text", [[1]], {"JobId": ["j1"], "Status": "Success"}, {"JobId": "j1", "Status": {}}]
)
def test_what_cannot_be_read_is_no_news_of_this_job(one: Callable[[Any], Any], answer: Any) -> None:
    assert type(one({"RequestId": "r", "MediaProducingJob": answer})) is UnreadableResponse


@pytest.mark.parametrize("error", [JobNotFound("JobNotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_id_is_its_own_answer(drive: Any, alibaba: Account, error: Exception) -> None:
    assert drive(look(alibaba, [REF]), error)[1] == {REF: error}
