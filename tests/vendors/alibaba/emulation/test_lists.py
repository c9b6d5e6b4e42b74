# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays the two lists that probes read.

Covers ``vendors.alibaba.emulation.kinds.ice_live_editing``, ``vendors.alibaba.emulation.kinds.vod_transcode``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.alibaba import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
ICE, VOD = "alibaba.ice.live_editing", "alibaba.vod.transcode"
VERSIONS = {"ListMediaProducingJobs": "2020-11-09", "GetTranscodeSummary": "2017-03-21"}

Ask = Callable[..., HttpResponse]


@pytest.fixture
def world() -> World:
    return World(now=lambda: NOW, random=Random(1))


@pytest.fixture
def ask(world: World) -> Ask:
    """Signed by the world's own key."""

    def send(action: str, **parameters: str) -> HttpResponse:
        headers = (("x-acs-action", action), ("x-acs-version", VERSIONS[action]))
        request = HttpRequest("POST", "http://127.0.0.1", query=tuple(parameters.items()), headers=headers)
        nonce = f"nonce-{len(world.requests)}"
        return world.handle(signing.sign_acs3(request, world.account("alibaba").credentials, NOW, nonce))

    return send


@pytest.fixture
def three(world: World) -> None:
    """One that runs, one that succeeded, one that is queued; a minute apart."""
    for age, (name, state) in enumerate([("new", "Processing"), ("middle", "Success"), ("old", "Queuing")]):
        world.add_job(ICE, {"job_id": name}, state, age=60 * age)


def ids(response: HttpResponse) -> list[str]:
    assert response.status == 200, response.body
    return [job["JobId"] for job in response.json()["MediaProducingJobList"]]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["new", "middle", "old"]),
        ({"SortBy": "CreationTime:Asc"}, ["old", "middle", "new"]),
        ({"Status": "Processing"}, ["new"]),
        ({"Status": "Success"}, ["middle"]),
        ({"StartTime": "2026-09-01T18:49:20Z"}, ["new", "middle"]),
        ({"EndTime": "2026-09-01T18:49:20Z"}, ["middle", "old"]),
        ({"MaxResults": "2"}, ["new", "middle"]),
        ({"MaxResults": "2", "NextToken": "2"}, ["old"]),
        ({"JobType": "EditingJob"}, []),
    ],
)
def test_jobs_are_listed_by_filters(ask: Ask, given: dict[str, str], expected: list[str]) -> None:
    """Newest first, unless asked otherwise."""
    assert ids(ask("ListMediaProducingJobs", **given)) == expected


@pytest.mark.usefixtures("three")
def test_more_pages_have_a_token(ask: Ask) -> None:
    """The last has none."""
    first = ask("ListMediaProducingJobs", MaxResults="2").json()
    assert (first["NextToken"], first["MaxResults"]) == ("2", "2")
    assert "NextToken" not in ask("ListMediaProducingJobs", MaxResults="2", NextToken="2").json()


@pytest.mark.usefixtures("three")
def test_a_record_of_the_list(ask: Ask) -> None:
    """``CreateTime``, not ``CreationTime``; no settings of stream and output."""
    record = ask("ListMediaProducingJobs", Status="Processing").json()["MediaProducingJobList"][0]
    assert record["CreateTime"] == "2026-09-01T18:50:20Z"
    assert record.keys().isdisjoint({"CreationTime", "LiveStreamConfig", "OutputMediaConfig", "Clips"})


@pytest.mark.parametrize(
    "given",
    [
        {"Status": "Queuing"},
        {"SortBy": "CreationTime"},
        {"MaxResults": "101"},
        {"MaxResults": "many"},
        {"StartTime": "yesterday"},
        {"StartTime": "2026-09-01T00:00:00Z", "EndTime": "2026-09-01T00:00:00Z"},
        {"StartTime": "2026-07-01T00:00:00Z", "EndTime": "2026-09-01T00:00:00Z"},
    ],
)
def test_wrong_parameters_of_the_list(ask: Ask, given: dict[str, str]) -> None:
    """More than thirty days among them."""
    response = ask("ListMediaProducingJobs", **given)
    assert (response.status, response.json()["Code"]) == (400, "InvalidParameter")


def test_the_latest_task_of_each_video(ask: Ask, world: World) -> None:
    """Without its id; a video without tasks is not there."""
    for age, (video, state) in enumerate([("a", "Processing"), ("a", "CompleteAllSucc"), ("b", "CompleteAllFail")]):
        world.add_job(VOD, {"video_id": video}, state, age=60 * age)
    answer: dict[str, Any] = ask("GetTranscodeSummary", VideoIds="a,b,c").json()
    assert [(row["VideoId"], row["TranscodeStatus"]) for row in answer["TranscodeSummaryList"]] == [
        ("a", "Processing"),
        ("b", "CompleteAllFail"),
    ]
    assert answer["NonExistVideoIds"] == ["c"]
    running, failed = answer["TranscodeSummaryList"]
    assert ("CompleteTime" in running, "CompleteTime" in failed) == (False, True)
    assert "TranscodeTaskId" not in running
    assert len(running["TranscodeJobInfoSummaryList"]) == 2


def test_wrong_parameters_of_the_summary(ask: Ask, world: World) -> None:
    """None, too many, one that a fault calls wrong."""
    world.add_fault("reject_id", kind=VOD, ids={"video_id": "bad"})
    found = [ask("GetTranscodeSummary", VideoIds=",".join(videos)) for videos in ([], "abcdefghijk", ["bad"])]
    assert [(response.status, response.json()["Code"]) for response in found] == [
        (400, "MissingParameter"),
        (400, "InvalidParameter"),
        (400, "InvalidParameter"),
    ]
