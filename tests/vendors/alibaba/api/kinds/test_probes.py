# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Wide lists that say "still running" and nothing else: ``ListMediaProducingJobs``, ``GetTranscodeSummary``.

Covers ``vendors.alibaba.api.kinds.ice_live_editing``, ``vendors.alibaba.api.kinds.vod_summary``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.vendors.alibaba.api.kinds import vod_summary
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_live_editing import ICE_LIVE_EDITING
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_producing import ICE_PRODUCING
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_transcode import VOD_TRANSCODE

assert ICE_LIVE_EDITING.probe is not None
assert ICE_PRODUCING.probe is not None
ICE = ICE_LIVE_EDITING.probe
NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def jobs(*names: str, step: int = 60) -> dict[JobRef, datetime | None]:
    """ICE jobs, a minute apart, and their times of creation."""
    return {
        ICE_LIVE_EDITING.ref({"job_id": name}): NOON + timedelta(seconds=step * index)
        for index, name in enumerate(names)
    }


def listed(*names: str, status: str = "Processing", token: str | None = None) -> dict[str, Any]:
    found = [{"JobId": name, "Status": status} for name in names]
    return {"RequestId": "r", "MediaProducingJobList": found} | ({"NextToken": token} if token else {})


def names(refs: frozenset[JobRef]) -> set[str]:
    return {ref.ids[0][1] for ref in refs}


# --- ICE --------------------------------------------------------------------------------------------------------


def test_the_list_is_asked_for_what_runs_in_the_time_of_creation(drive: Any, alibaba: Account) -> None:
    """A hundred a page, both ends included."""
    (request,), running = drive(ICE(alibaba, jobs("a", "b", "c")), listed("a", "c", "somebody else's"))
    assert request.header("x-acs-action") == "ListMediaProducingJobs"
    assert dict(request.query) == {
        "JobType": "LiveEditingJob",
        "Status": "Processing",
        "StartTime": "2026-09-01T12:00:00Z",
        "EndTime": "2026-09-01T12:02:01Z",
        "SortBy": "CreationTime:Desc",
        "MaxResults": "100",
    }
    assert names(running) == {"a", "c"}


def test_another_sort_of_editing_is_listed_by_its_name(drive: Any, alibaba: Account) -> None:
    """By the same rules, and no other sort's jobs are taken for its own."""
    refs = {ICE_PRODUCING.ref({"job_id": name}): NOON for name in "ab"}
    (request,), running = drive(ICE_PRODUCING.probe(alibaba, refs), listed("b"))  # type: ignore[misc]
    assert dict(request.query)["JobType"] == "EditingJob"
    assert running == {ICE_PRODUCING.ref({"job_id": "b"})}


def test_it_is_read_to_its_end(drive: Any, alibaba: Account) -> None:
    """Page after page, by the token."""
    requests, running = drive(ICE(alibaba, jobs("a", "b")), listed("b", token="t1"), listed("a"))
    assert [dict(request.query).get("NextToken") for request in requests] == [None, "t1"]
    assert names(running) == {"a", "b"}


def test_where_others_fill_it_it_is_not_read_to_its_end(drive: Any, alibaba: Account) -> None:
    """Two jobs are worth two pages."""
    requests, running = drive(ICE(alibaba, jobs("a", "b")), listed("x", token="1"), listed("y", token="2"))
    assert len(requests) == 2
    assert running == frozenset()


@pytest.mark.parametrize("status", ["Success", "Failed", "PROCESSING", "", "Done"])
def test_a_record_must_say_itself_that_the_job_goes_on(drive: Any, alibaba: Account, status: str) -> None:
    """Should the filter be ignored, no ended job counts as running."""
    assert drive(ICE(alibaba, jobs("a")), listed("a", status=status))[1] == frozenset()


def test_a_span_of_more_than_thirty_days_is_cut(drive: Any, alibaba: Account) -> None:
    """The oldest jobs are then looked at one by one."""
    (request,), _ = drive(ICE(alibaba, jobs("a", "b", step=40 * 86400)), listed("b"))
    query = dict(request.query)
    assert (query["StartTime"], query["EndTime"]) == ("2026-09-11T12:00:01Z", "2026-10-11T12:00:01Z")


def test_jobs_of_unknown_age_are_not_looked_for(alibaba: Account) -> None:
    """No request, nothing said."""
    exchange = ICE(alibaba, dict.fromkeys(jobs("a")))
    with pytest.raises(StopIteration) as end:
        next(exchange)
    assert end.value.value == frozenset()


def test_an_answer_that_is_not_the_vendors_is_none(drive: Any, alibaba: Account) -> None:
    """It would call for a look at every job."""
    with pytest.raises(UnreadableResponse):
        drive(ICE(alibaba, jobs("a")), {"hello": "world"})
    assert drive(ICE(alibaba, jobs("a")), listed())[1] == frozenset()


# --- VOD --------------------------------------------------------------------------------------------------------


def video(name: str, **ids: str) -> JobRef:
    return VOD_TRANSCODE.ref({"video_id": name, **ids})


def summary(name: str, status: str = "Processing", created: str = "2026-09-01T12:00:00Z") -> dict[str, str]:
    return {"VideoId": name, "TranscodeStatus": status, "CreationTime": created}


def summaries(*found: dict[str, str]) -> dict[str, Any]:
    return {"RequestId": "r", "TranscodeSummaryList": list(found), "NonExistVideoIds": []}


def test_ten_videos_share_a_call(drive: Any, alibaba: Account) -> None:
    """Ids separated by commas; those whose latest task runs are told."""
    refs = {video(f"v{index}"): None for index in range(10)}
    found = summaries(summary("v0"), summary("v1", "Partial"), summary("v2", "CompleteAllSucc"), summary("v3", "New"))
    (request,), running = drive(vod_summary.probe(alibaba, refs), found)
    assert request.header("x-acs-action") == "GetTranscodeSummary"
    assert dict(request.query) == {"VideoIds": "v0,v1,v2,v3,v4,v5,v6,v7,v8,v9"}
    assert running == {video("v0"), video("v1")}


@pytest.mark.parametrize("ids", [{"transcode_task_id": "t"}, {"template_group_id": "g"}, {"trigger": "Manual"}])
def test_a_chosen_task_runs_only_if_the_latest_is_this_one(drive: Any, alibaba: Account, ids: dict[str, str]) -> None:
    """By its time of creation: the summary does not name the task."""
    ref = video("v", **ids)
    same, later = summaries(summary("v")), summaries(summary("v", created="2026-09-01T13:00:00Z"))
    assert drive(vod_summary.probe(alibaba, {ref: NOON}), same)[1] == {ref}
    assert drive(vod_summary.probe(alibaba, {ref: NOON}), later)[1] == frozenset()
    assert drive(vod_summary.probe(alibaba, {ref: None}), same)[1] == frozenset()


def test_summaries_may_be_wrapped(drive: Any, alibaba: Account) -> None:
    """As other lists of this product are."""
    answer = {"RequestId": "r", "TranscodeSummaryList": {"TranscodeSummary": [summary("v")]}}
    assert drive(vod_summary.probe(alibaba, {video("v"): None}), answer)[1] == {video("v")}


def test_no_summary_is_an_answer_a_proxys_page_is_none(drive: Any, alibaba: Account) -> None:
    """Nothing runs, so all are looked at."""
    assert drive(vod_summary.probe(alibaba, {video("v"): None}), summaries())[1] == frozenset()
    with pytest.raises(UnreadableResponse):
        drive(vod_summary.probe(alibaba, {video("v"): None}), {"hello": "world"})
