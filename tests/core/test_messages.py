# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the texts that describe what looks have shown."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, combined
from airflow_provider_mediajobs.core.messages import chosen, closing, describe, gist, message, several, tally, what_next
from airflow_provider_mediajobs.core.output import JobFault
from airflow_provider_mediajobs.vendors import kind

from .outcomes import START, F, R, S, snap

VIDEO = JobRef("alibaba.vod.transcode", (("video_id", "v1"),))
STUDIO = JobRef("alibaba.live.editing", (("caster_id", "c1"),))
VOD = kind("alibaba.vod.transcode")


def test_describe() -> None:
    """Our word, the vendor's, progress where there is one; the gist is without."""
    assert describe(snap(R, "PROCESSING")) == "running (the vendor says 'PROCESSING')"
    assert describe(snap(R, "PROCESSING", progress=0)) == "running (the vendor says 'PROCESSING', 0 %)"
    assert gist(snap(R, "PROCESSING", progress=0)) == "running (the vendor says 'PROCESSING')"


def test_a_whole_is_described_by_its_parts() -> None:
    """A change of any of them shows."""
    jobs = [JobSnapshot(STUDIO.kind, {"show_id": word}, state, word) for state, word in ((S, "3"), (R, "1"), (R, "1"))]
    whole = combined(STUDIO, jobs, None)
    assert describe(whole) == gist(whole) == "running: 1 succeeded, 2 running (the vendor says '3,1')"


def test_the_whole_message() -> None:
    """Ids that were found, code and message, time, request id."""
    ended = JobSnapshot(
        VIDEO.kind,
        {"video_id": "v1", "transcode_task_id": "t1"},
        F,
        "CompleteAllFail",
        finished_at=START,
        error=JobFault("E1", "broken"),
        request_id="r1",
    )
    assert message(VIDEO, ended) == (
        "alibaba.vod.transcode video_id=v1 ended as failed (the vendor says 'CompleteAllFail'); "
        "found transcode_task_id=t1; E1: broken; finished at 2026-09-01T12:00:00+00:00; request id r1"
    )


def test_a_choice() -> None:
    """Which of several runs, and from when."""
    run = JobSnapshot(VIDEO.kind, {"video_id": "v1", "transcode_task_id": "t1"}, S, "CompleteAllSucc", created_at=START)
    assert chosen(run) == "video_id=v1 transcode_task_id=t1, created at 2026-09-01T12:00:00+00:00"


def test_tally() -> None:
    """In the order in which they come."""
    assert tally(["a", "b", "a"]) == "2 a, 1 b"


def test_several() -> None:
    """Ten in full."""
    assert several(["x", "y"], "sum") == "sum: x; y"
    assert several([str(number) for number in range(12)], "sum") == "sum: 0; 1; 2; 3; 4; 5; 6; 7; 8; 9; and 2 more"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (e.PermissionDenied("x"), "grant the key vod:ListTranscodeTask and vod:GetTranscodeTask; check the project id"),
        (e.AuthError("x"), "correct key, secret, token or clock"),
        (
            e.CredentialsExpired("x"),
            "correct key, secret, token or clock",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_next(error: e.MediaJobsError, text: str) -> None:
    """By the sort of error; nothing where its own text says it."""
    assert what_next(VOD, error) == f"; {text}; console: https://vod.console.aliyun.com"
    assert what_next(VOD, e.ConfigError("region is missing")) == ""


def test_closing() -> None:
    """What to do, and where to look."""
    assert closing(VOD, "do it") == "; do it; console: https://vod.console.aliyun.com"
