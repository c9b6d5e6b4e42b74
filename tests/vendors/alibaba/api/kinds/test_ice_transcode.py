# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetTranscodeJob``: the job's own ``Success`` says no more than that it has ended; its outputs say how.

Covers ``vendors.alibaba.api.kinds.ice_transcode``, ``vendors.alibaba.api.kinds.ice_renditions``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Wait
from airflow_provider_mediajobs.core.errors import (
    JobFailed,
    JobNotFound,
    JobPartiallySucceeded,
    RenditionsUntold,
    RequestRejected,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_transcode import ICE_TRANSCODE, look

REF = ICE_TRANSCODE.ref({"parent_job_id": "p1"})
START = datetime(2026, 1, 2, 3, 0, 0, tzinfo=UTC)


def part(job_id: Any = "j1", status: Any = "Success", **fields: Any) -> dict[str, Any]:
    return {"JobId": job_id, "Status": status} | fields


def body(status: Any, *parts: Any, count: Any = None, **fields: Any) -> dict[str, Any]:
    """An answer; without a count it is that of the parts."""
    job = {"ParentJobId": "p1", "Status": status, "JobCount": len(parts) if count is None else count}
    return {"RequestId": "r1", "TranscodeParentJob": job | {"TranscodeJobList": list(parts)} | fields}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[[Any], Any]:
    """What a look at p1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    (request,), _ = drive(look(alibaba, [REF]), body("Init"))
    assert (request.method, request.url) == ("POST", "https://ice.cn-shanghai.aliyuncs.com/?ParentJobId=p1")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("GetTranscodeJob", "2020-11-09")


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """Measured files where there are measures, and what was asked for where there are none."""
    ref = ICE_TRANSCODE.ref({"parent_job_id": "8b360e54ac024120ac380ca8ca33****"})
    answer = sample("get_transcode_job.json")
    _, answers = drive(look(alibaba, [ref]), answer)
    url = "http://bucket.oss-cn-shanghai.aliyuncs.com/path/to/hd.mp4"
    hd, s1 = "9547c6ad97cb4f2aaa29683ebd18****", "S00000001-200010"
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.transcode",
        ids={"parent_job_id": "8b360e54ac024120ac380ca8ca33****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        progress=100,
        created_at=datetime(2022, 1, 12, 8, 49, 41, tzinfo=UTC),
        finished_at=datetime(2022, 1, 12, 8, 59, 41, tzinfo=UTC),
        outputs=(
            Output(
                uri=url,
                format="mov,mp4,m4a,3gp,3g2,mj2",
                duration_s=403.039999,
                size_bytes=31737,
                width=1280,
                height=720,
                video_codec="h264",
                audio_codec="aac",
            ),
            Output(media_id="1f0a1d2f8b5c4b6d8a7e9c3f2b1a****"),
        ),
        renditions=(
            Rendition(None, hd, "7d6a7e0d4db2457a8d45ff5d43e1****", "succeeded", "Success", uri=url),
            Rendition(None, s1, "ab4802364a2e49208c99efab82df****", "succeeded", "Success"),
        ),
        request_id="31E30781-9495-5E2D-A84D-759B0A01E262",
        raw=answer["TranscodeParentJob"],
    )


@pytest.mark.parametrize(
    ("status", "words", "state"),
    [
        ("Success", ["Success", "Success"], JobState.SUCCEEDED),
        ("Success", ["Success", "Fail"], JobState.PARTIAL),
        ("Success", ["Success", "Deleted"], JobState.PARTIAL),
        ("Success", ["Success", "Processing"], JobState.RUNNING),
        ("Success", ["Success", "Init"], JobState.RUNNING),
        ("Success", ["Success", "Succeeded"], JobState.RUNNING),
        ("Success", ["Success", None], JobState.RUNNING),
        ("Success", ["Fail", "Fail"], JobState.FAILED),
        ("Success", ["Fail", "Deleted"], JobState.FAILED),
        ("Success", ["Deleted"], JobState.CANCELLED),
        ("Success", [], JobState.RUNNING),
        ("Fail", ["Fail", "Fail"], JobState.FAILED),
        ("Fail", ["Success", "Success"], JobState.FAILED),
        ("Fail", [], JobState.FAILED),
        ("Init", ["Success", "Success"], JobState.RUNNING),
        ("Init", ["Init"], JobState.RUNNING),
        ("Processing", ["Success", "Processing"], JobState.RUNNING),
        ("Finished", ["Success"], JobState.UNKNOWN),
        ("success", ["Success"], JobState.UNKNOWN),
        (None, ["Success"], JobState.UNKNOWN),
    ],
)
def test_outputs_decide_once_the_job_has_ended(
    one: Callable[[Any], Any], status: Any, words: list[Any], state: JobState
) -> None:
    """No word of the job's own opens a gate, and no output one without the job's own word."""
    found = one(body(status, *(part(f"j{n}", word) for n, word in enumerate(words)), FinishTime="2026-01-02T03:09:05Z"))
    assert found.state is state
    assert (found.finished_at is not None) == state.ended
    assert len(found.outputs) == (words.count("Success") if state in {JobState.SUCCEEDED, JobState.PARTIAL} else 0)


@pytest.mark.parametrize(
    ("parts", "count", "state"),
    [
        ([part("j1"), part("j2")], 3, JobState.RUNNING),
        ([part("j1"), part("j2", "Fail")], 3, JobState.RUNNING),
        ([part("j1"), part("j1")], 2, JobState.RUNNING),  # one that is told twice is one
        ([part("j1"), part("j2", ParentJobId="p2")], 2, JobState.RUNNING),  # and another job's is none
        ([part("j1"), part("j2", ParentJobId="p1")], 2, JobState.SUCCEEDED),
        ([part("j1"), part(None)], 2, JobState.SUCCEEDED),
        ([part("j1"), part("j2")], "2", JobState.SUCCEEDED),
        ([part("j1"), part("j2")], 1, JobState.SUCCEEDED),
        ([part("j1")], 0, JobState.SUCCEEDED),
        ([part("j1")], "", JobState.SUCCEEDED),
    ],
)
def test_all_that_are_to_be_made_must_be_told(
    one: Callable[[Any], Any], parts: list[Any], count: Any, state: JobState
) -> None:
    found = one(body("Success", *parts, count=count))
    assert (found.state, found.told_later) == (state, state is JobState.RUNNING)


@pytest.mark.parametrize(("count", "later"), [(2, True), ("", False)])
@pytest.mark.parametrize("nothing", [None, "", {}])
def test_without_a_list_nothing_is_told(one: Callable[[Any], Any], nothing: Any, count: Any, later: bool) -> None:
    found = one(body("Success", count=count, TranscodeJobList=nothing))
    assert (found.state, found.renditions, found.told_later) == (JobState.RUNNING, None, later)


def decision(answer: JobSnapshot, seconds: float) -> Decision:
    """After this long with the same answer."""
    spec = WaitSpec((REF,), ICE_TRANSCODE, Policy(), START + timedelta(hours=1), 3600.0)
    history = spec.start()
    for passed in (0.0, seconds):
        now = START + timedelta(seconds=passed)
        history = spec.after(history, {REF: answer}, now)
    return decide(spec, history, START + timedelta(seconds=seconds))


def error_of(found: Decision) -> type[Exception]:
    assert isinstance(found, Fail)
    return type(found.error)


def test_what_a_wait_makes_of_it(one: Callable[[Any], Any]) -> None:
    """All open the gate; some do not; those that are not told yet are waited for."""
    assert isinstance(decision(one(body("Success", part())), 0), Done)
    assert error_of(decision(one(body("Success", part(), part("j2", "Fail"))), 0)) is JobPartiallySucceeded
    assert error_of(decision(one(body("Fail", part("j1", "Fail"))), 0)) is JobFailed
    assert isinstance(decision(one(body("Success", part(), count=2)), 3000), Wait)
    contradiction = one(body("Success", part(), part("j2", "Processing")))
    assert isinstance(decision(contradiction, 599), Wait)
    assert error_of(decision(contradiction, 601)) is RenditionsUntold


def test_why_one_failed_is_told_as_far_as_it_is_known(one: Callable[[Any], Any]) -> None:
    """What ``SubmitResultJson`` holds is not documented: code and message, if they are there."""
    process = {"Transcode": {"TemplateId": "hd"}}
    fails = [
        part("j1", "Fail", ProcessConfig=process, SubmitResultJson={"Code": "c", "Message": "m"}),
        part("j2", "Fail", ProcessConfig=process, SubmitResultJson='{"code": "d"}'),
        part("j3", "Fail", SubmitResultJson=[1, 2]),
        part("j4", "Success", SubmitResultJson={"Code": "Success"}),
    ]
    found = one(body("Success", *fails))
    assert [rendition.error for rendition in found.renditions] == [JobFault("c", "m"), JobFault("d", None), None, None]
    assert found.error == JobFault("c", "hd: c: m; hd: d; rendition")


@pytest.mark.parametrize(
    "odd",
    [
        {"TranscodeJobList": 5},
        {"TranscodeJobList": "text"},
        {"TranscodeJobList": [part(), 5]},
        {"TranscodeJobList": [part(status=[1])]},
        {"TranscodeJobList": [part(job_id=["j"])]},
        {"TranscodeJobList": [part(ParentJobId={})]},
        {"JobCount": "many"},
        {"JobCount": [2]},
        {"JobCount": 1.5},
        {"Status": ["Success"]},
    ],
    ids=repr,
)
def test_what_decides_and_cannot_be_read_is_no_news(one: Callable[[Any], Any], odd: dict[str, Any]) -> None:
    assert type(one(body("Success", part(), **odd))) is UnreadableResponse


@pytest.mark.parametrize(
    ("output", "read"),
    [
        ({"Type": "OSS", "Media": "oss://b/o"}, Output(uri="oss://b/o")),
        ({"type": "Media", "media": "m1"}, Output(media_id="m1")),
        ({"Type": "Media"}, Output()),
        ({"OutputUrl": "u"}, Output(uri="u")),
        ({"Type": "OSS", "OssFile": {"Bucket": "b", "Object": "/o"}}, Output(uri="oss://b/o")),
        ('{"Type": "OSS", "Media": "oss://b/o"}', Output(uri="oss://b/o")),
        (None, Output()),
        ([1], Output()),
    ],
    ids=repr,
)
def test_where_an_output_is(one: Callable[[Any], Any], output: Any, read: Output) -> None:
    assert one(body("Success", part(Output=output))).outputs == (read,)


@pytest.mark.parametrize("name", ["CodecName", "Codec_name", "codecName", "codec_name"])
def test_codecs_are_spelt_in_several_ways(one: Callable[[Any], Any], name: str) -> None:
    """The page, and the vendor's SDK; either may come in lower camel case."""
    streams = {"VideoStreamInfoList": [{name: "h264"}], "AudioStreamInfoList": [{name: "aac"}]}
    (output,) = one(body("Success", part(OutFileMeta=streams))).outputs
    assert (output.video_codec, output.audio_codec) == ("h264", "aac")


@pytest.mark.parametrize("odd", [None, 5, "x", [], {"FileBasicInfo": 5, "VideoStreamInfoList": "x"}], ids=repr)
def test_odd_measures_cost_only_themselves(one: Callable[[Any], Any], odd: Any) -> None:
    found = one(body("Success", part(OutFileMeta=odd, ProcessConfig=odd), Percent=odd, CreateTime=odd))
    assert (found.state, found.outputs, found.created_at) == (JobState.SUCCEEDED, (Output(),), None)


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        {"TranscodeParentJob": None},
        {"TranscodeParentJob": {"ParentJobId": "p2", "Status": "Success"}},
        {"TranscodeParentJob": {"JobId": "p1", "Status": "Success"}},
    ],
    ids=repr,
)
def test_no_answer_about_this_job_is_no_answer(one: Callable[[Any], Any], answer: Any) -> None:
    assert one(answer) is None


@pytest.mark.parametrize("error", [JobNotFound("JobNotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_id_is_its_own_answer(drive: Any, alibaba: Account, error: Exception) -> None:
    assert drive(look(alibaba, [REF]), error)[1] == {REF: error}
