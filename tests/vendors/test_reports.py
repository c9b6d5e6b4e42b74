# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests answers from public reports, through the client and the decision.

Covers ``core.outcome``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Skip, Wait
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault

from .reporting import Report


class Expected(NamedTuple):
    """What it must come to.

    :param first: the decision, or the error, of the first look.
    :param last: the same when ``not_found_grace`` has passed.
    :param calls: of one look.
    :param word: the vendor's, as the snapshot has it.
    """

    first: type
    last: type
    calls: int = 1
    word: str | None = None


DONE = Expected(Done, Done)
WAITS = Expected(Wait, Wait)
NOT_FOUND = Expected(Wait, e.JobNotFound)
FAILS = Expected(e.JobFailed, e.JobFailed)

REPORTS = {
    "hv01_error_text_failed": FAILS._replace(word="FAILED"),
    "hv02_succeeded": WAITS._replace(word="SUCCEEDED"),
    "i01_success_with_code": DONE._replace(word="Success"),
    "i02_failed_code_number": FAILS._replace(word="Failed"),
    "l01_lower_camel": DONE._replace(word="3"),
    "l02_wrapped_with_strings": DONE._replace(word="3"),
    "l03_wrapped_beside_text": DONE._replace(word="3"),
    "l04_json_lines_text": DONE._replace(word="3"),
    "l06_failed_text": FAILS._replace(word="-1"),
    "l07_show_not_edited": WAITS._replace(word=""),
    "m01_number_id": DONE._replace(word="SUCCEEDED"),
    "m02_v1_succeed_with_error": DONE._replace(word="SUCCEED"),
    "m03_v1_taskid_only": DONE._replace(word="SUCCEED"),
    "m04_v1_exec_description": FAILS._replace(word="FAILED"),
    "m05_v2_failed_extra_error": FAILS._replace(word="FAILED"),
    "m06_v2_cancelled_word": WAITS._replace(word="CANCELLED"),
    "m07_prep": WAITS._replace(word="PREPROCESSING"),
    "m08_time_rfc": DONE._replace(word="SUCCEEDED"),
    "m09_v2_failed_xcode": FAILS._replace(word="FAILED"),
    "m10_total_zero_error": NOT_FOUND,
    "m11_one_job_object": DONE._replace(word="SUCCEEDED"),
    "m12_gson_id": DONE._replace(word="SUCCEEDED"),
    "v01_trigger_trailing_blank": DONE._replace(calls=2, word="CompleteAllSucc"),
    "v02_success_with_failed_rendition": Expected(
        e.JobPartiallySucceeded, e.JobPartiallySucceeded, 2, "CompleteAllSucc"
    ),
    "v03_success_with_running_rendition": Expected(Wait, e.RenditionsUntold, 2, "CompleteAllSucc"),
    "v04_creation_local_time": NOT_FOUND._replace(calls=2, word="CompleteAllSucc"),
    "v05_creation_epoch_ms": NOT_FOUND._replace(calls=2, word="CompleteAllSucc"),
    "v07_null_list": NOT_FOUND,
    "v08_detail_ids_only": DONE._replace(calls=2, word="CompleteAllSucc"),
    "v09_definition_list": DONE._replace(calls=2, word="CompleteAllSucc"),
    "v10_partial_case": WAITS._replace(word="completeAllSucc"),
    "v11_video_notfound": NOT_FOUND,
    "v12_list_as_text": DONE._replace(calls=2, word="CompleteAllSucc"),
}


def kind_of(decision: Decision) -> type:
    return type(decision.error) if isinstance(decision, Fail) else type(decision)


def snapshot(name: str) -> JobSnapshot:
    answer = Report.read(name).answer()
    assert isinstance(answer, JobSnapshot)
    return answer


def test_every_report_is_in_the_table() -> None:
    """Nothing lies there unread."""
    assert {path.stem for path in (Path(__file__).parent / "reports").iterdir()} == set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_what_it_comes_to(name: str) -> None:
    """At the first look and after all the grace, in so many calls."""
    report, expected = Report.read(name), REPORTS[name]
    first, last = report.decisions()
    assert (kind_of(first), kind_of(last), report.calls) == (expected.first, expected.last, expected.calls)
    answer = report.answer()
    assert (answer.raw_state if isinstance(answer, JobSnapshot) else None) == expected.word


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("hv01_error_text_failed", JobFault("VOD.20001", "transcode failed")),
        ("i02_failed_code_number", JobFault("500", None)),
        ("m04_v1_exec_description", JobFault(None, "The format of the media source does not support clipping.")),
        ("m05_v2_failed_extra_error", JobFault("MPC.10124", "media source is damaged")),
        ("m09_v2_failed_xcode", JobFault("MPC.10124", "media source is damaged")),
        (
            "v02_success_with_failed_rendition",
            JobFault("InvalidParameter.Resource", "HD: InvalidParameter.Resource: bad"),
        ),
        ("m02_v1_succeed_with_error", None),
        ("i01_success_with_code", None),
    ],
)
def test_the_vendors_reason(name: str, fault: JobFault | None) -> None:
    """Wherever the record says it; a success has none, whatever note stands beside it."""
    report = Report.read(name)
    answer = report.answer()
    assert isinstance(answer, JobSnapshot)
    assert answer.error == fault
    if fault is not None:
        (first, _) = report.decisions()
        assert isinstance(first, Fail)
        assert str(fault) in first.reason


def test_the_note_of_a_success_is_kept() -> None:
    """In the vendor's own record."""
    raw = snapshot("m02_v1_succeed_with_error").to_result()["raw"]
    assert (raw["error_code"], raw["description"]) == ("MPC.10065", "part of the clips failed")


def test_times_in_every_form() -> None:
    """RFC 3339, fourteen digits as text and as a number."""
    result = snapshot("m08_time_rfc").to_result()
    assert (result["created_at"], result["started_at"], result["finished_at"]) == (
        "2026-11-28T11:40:00+00:00",
        "2026-11-28T11:40:05+00:00",
        "2026-11-28T11:45:00+00:00",
    )


@pytest.mark.parametrize(
    ("policy", "decision"),
    [
        ({"on_partial": "fail"}, e.JobPartiallySucceeded),
        ({"on_partial": "accept"}, Done),
        ({"on_partial": "skip"}, Skip),
        ({"required_definitions": ("LD",)}, Done),
        ({"required_definitions": ("HD",)}, e.JobPartiallySucceeded),
        ({"required_definitions": ("HD",), "on_partial": "skip"}, Skip),
        ({"until": "finished"}, Done),
    ],
)
def test_a_success_with_a_failed_rendition_is_partial(policy: dict[str, Any], decision: type) -> None:
    """So the author decides, as of the vendor's own word for it."""
    report = Report.read("v02_success_with_failed_rendition")
    assert {kind_of(found) for found in report.decisions(**policy)} == {decision}
    assert snapshot("v02_success_with_failed_rendition").state is JobState.PARTIAL


@pytest.mark.parametrize(
    ("policy", "first", "last"),
    [
        ({}, Wait, e.RenditionsUntold),
        ({"on_partial": "accept"}, Wait, e.RenditionsUntold),
        ({"on_partial": "skip"}, Wait, e.RenditionsUntold),
        ({"until": "finished"}, Wait, e.RenditionsUntold),
        ({"until": "running"}, Done, Done),
        ({"required_definitions": ("LD",)}, Done, Done),
        ({"required_definitions": ("HD",)}, Wait, e.RenditionsUntold),
        ({"not_found_grace": 0}, e.RenditionsUntold, e.RenditionsUntold),
    ],
)
def test_a_success_with_a_running_rendition_is_none_yet(policy: dict[str, Any], first: type, last: type) -> None:
    """It is looked at again for a while; what is required may be there all the same."""
    found = Report.read("v03_success_with_running_rendition").decisions(**policy)
    assert (kind_of(found[0]), kind_of(found[1])) == (first, last)
    seen = snapshot("v03_success_with_running_rendition")
    assert (seen.state, seen.raw_state, seen.outputs, seen.finished_at) == (
        JobState.RUNNING,
        "CompleteAllSucc",
        (),
        None,
    )


def test_what_is_told_of_a_contradiction() -> None:
    """Which renditions, in the vendor's words, and what to do: no permission would help."""
    waits, fails = Report.read("v03_success_with_running_rendition").decisions()
    assert isinstance(waits, Wait)
    assert waits.reason == (
        "renditions still running (yet); 600 s are allowed for that; it is running (the vendor says "
        "'CompleteAllSucc'), and of its renditions HD: Transcoding"
    )
    assert isinstance(fails, Fail)
    assert fails.reason == (
        "alibaba.vod.transcode video_id=v1: renditions still running for 600 s (not_found_grace is 600 s); it is "
        "running (the vendor says 'CompleteAllSucc'), and of its renditions HD: Transcoding; request id r; the "
        "vendor's word for the job and those for its renditions contradict each other: look at the job; console: "
        "https://vod.console.aliyun.com"
    )
