# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetLiveEditingJob``: ``Status`` alone decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    JobNotFound,
    RequestRejected,
    ServerFault,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_live_editing import ICE_LIVE_EDITING

REF = ICE_LIVE_EDITING.ref({"job_id": "j1"})
look = ICE_LIVE_EDITING.look


def body(**job: Any) -> dict[str, Any]:
    return {"RequestId": "r1", "LiveEditingJob": {"JobId": "j1"} | job}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[[Any], JobSnapshot | None]:
    """What a look at j1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    """One POST to the regional host."""
    (request,), _ = drive(look(alibaba, [REF]), body())
    assert (request.method, request.url) == ("POST", "https://ice.cn-shanghai.aliyuncs.com/?JobId=j1")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("GetLiveEditingJob", "2020-11-09")


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """A success with ``Code``, ``Message``, broken ``UserData`` and odd ``Clips`` is a success without a fault."""
    ref = ICE_LIVE_EDITING.ref({"job_id": "****cdb3e74639973036bc84****"})
    answer = sample("get_live_editing_job.json")
    _, answers = drive(look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.live_editing",
        ids={"job_id": "****cdb3e74639973036bc84****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        created_at=datetime(2020, 12, 23, 13, 33, 40, tzinfo=UTC),
        finished_at=datetime(2020, 12, 23, 13, 33, 52, tzinfo=UTC),
        outputs=(
            Output(
                uri="http://example-bucket.oss-cn-shanghai.aliyuncs.com/example2.mp4",
                media_id="****0cc6ba49eab379332c5b****",
                width=640,
                height=480,
            ),
        ),
        request_id="****36-3C1E-4417-BDB2-1E034F****",
        raw=answer["LiveEditingJob"],
    )
    assert answers[ref].raw["UserData"] == """{"key": "value'}"""


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Init", JobState.PENDING),
        ("Queuing", JobState.PENDING),
        ("Processing", JobState.RUNNING),
        ("Success", JobState.SUCCEEDED),
        ("Failed", JobState.FAILED),
        ("success", JobState.UNKNOWN),
        ("Succeeded", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (3, JobState.UNKNOWN),
    ],
)
def test_status_decides_whatever_else_is_there(
    one: Callable[[Any], JobSnapshot | None], status: Any, state: JobState
) -> None:
    """Code, message, completion time and media id never make an end."""
    found = one(body(Status=status, Code="Success", Message="done", CompleteTime="2020-12-23T13:33:52Z", MediaId="m1"))
    assert found is not None
    assert found.state is state
    assert (found.finished_at is not None) == state.ended
    assert bool(found.outputs) == (state is JobState.SUCCEEDED)
    assert found.error == (JobFault("Success", "done") if state is JobState.FAILED else None)


def test_a_failure_without_words_has_no_fault(one: Callable[[Any], JobSnapshot | None]) -> None:
    """Where the vendor gives neither code nor message, ``error`` is null and not a pair of nulls."""
    found = one(body(Status="Failed", Code="", Message=None))
    assert found is not None
    assert found.error is None


@pytest.mark.parametrize(
    "odd",
    [{"Clips": "[{"}, {"Clips": None}, {"Clips": [1]}, {"UserData": "{'"}, {"UserData": {"a": 1}}, {"UserData": 3}],
)
def test_clips_and_user_data_never_break_a_look(one: Callable[[Any], JobSnapshot | None], odd: dict[str, Any]) -> None:
    """They are carried as they came."""
    found = one(body(Status="Success", **odd))
    assert found is not None
    assert found.state is JobState.SUCCEEDED
    assert found.raw.items() >= odd.items()


@pytest.mark.parametrize("config", [None, "text", [], {"Width": "640", "Height": None}])
def test_an_odd_output_config_costs_only_its_facts(one: Callable[[Any], JobSnapshot | None], config: Any) -> None:
    """Sizes that cannot be read are unknown."""
    found = one(body(Status="Success", OutputMediaConfig=config))
    assert found is not None
    assert found.outputs == (Output(width=640 if isinstance(config, dict) else None),)


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        {"LiveEditingJob": None},
        {"LiveEditingJob": []},
        {"LiveEditingJob": {}},
        {"LiveEditingJob": {"Status": "Success"}},
        {"LiveEditingJob": {"JobId": "j2", "Status": "Success"}},
        {"LiveEditingJob": {"JobId": "J1", "Status": "Success"}},
        {"LiveEditingJob": [{"JobId": "j2", "Status": "Success"}]},
        {"LiveEditingJob": ""},
    ],
    ids=repr,
)
def test_no_answer_about_this_job_is_no_answer(one: Callable[[Any], JobSnapshot | None], answer: Any) -> None:
    """Absent, null, nameless or somebody else's: not visible, however successful."""
    assert one(answer) is None


@pytest.mark.parametrize("error", [JobNotFound("JobNotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_id_is_its_own_answer(drive: Any, alibaba: Account, error: Exception) -> None:
    """It is about this job alone: nothing is raised, so another job's wait in the same look goes on."""
    assert drive(look(alibaba, [REF]), error)[1] == {REF: error}


@pytest.mark.parametrize("job", [{}, {"LiveEditingJob": None}, {"LiveEditingJob": {}}])
def test_an_error_with_the_status_of_a_success_is_not_no_job(drive: Any, alibaba: Account, job: Any) -> None:
    """The vendor's trouble must not use up the grace of a job that is there."""
    with pytest.raises(ServerFault):
        drive(look(alibaba, [REF]), {"Code": "InternalError", "RequestId": "r1"} | job)
    _, answers = drive(look(alibaba, [REF]), {"Code": "InvalidParameter", "Message": "JobId"} | job)
    assert (type(answers[REF]), answers[REF].code) == (RequestRejected, "InvalidParameter")


def test_an_answer_of_another_server_is_unreadable(drive: Any, alibaba: Account) -> None:
    """JSON without any field of the page says nothing about a job."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), {"status": "down for maintenance"})


def test_other_errors_pass_through(drive: Any, alibaba: Account) -> None:
    """A wrong key is no answer about the job."""
    with pytest.raises(AuthError):
        drive(look(alibaba, [REF]), AuthError("SignatureDoesNotMatch"))


def test_truncated_json_is_unreadable(drive: Any, alibaba: Account, respond: Any) -> None:
    """Half an answer is none."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), respond('{"LiveEditingJob": {"JobId": "j1", "Status": "Success"'))
