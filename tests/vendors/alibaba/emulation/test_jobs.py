# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays jobs of MPS, uploads by URL and jobs of ICE, as the vendor's pages have them.

Covers ``vendors.alibaba.emulation.ice``, ``vendors.alibaba.emulation.ice_jobs``,
``vendors.alibaba.emulation.kinds.ice_live_editing``, ``vendors.alibaba.emulation.kinds.ice_producing``,
``vendors.alibaba.emulation.kinds.ice_transcode``, ``vendors.alibaba.emulation.kinds.ice_snapshot``,
``vendors.alibaba.emulation.kinds.ice_package``, ``vendors.alibaba.emulation.kinds.ice_dynamic_image``,
``vendors.alibaba.emulation.kinds.ice_media_info``, ``vendors.alibaba.emulation.kinds.mps_transcode``,
``vendors.alibaba.emulation.kinds.vod_url_upload``.
"""

from __future__ import annotations

import json

import pytest

from ..conftest import Asking

MTS, ICE, VOD = "2014-06-18", "2020-11-09", "2017-03-21"
MPS, URL, PARENT, PRODUCING = (
    "alibaba.mps.transcode",
    "alibaba.vod.url_upload",
    "alibaba.ice.transcode",
    "alibaba.ice.producing",
)


# --- MPS --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"JobIds": ""}, {"JobIds": ",".join("abcdefghijk")}, {"JobIds": "a,bad"}])
def test_what_mps_cannot_be_asked_for(asking: Asking, given: dict[str, str]) -> None:
    """No id, more than ten, and one that a fault calls wrong."""
    asking.world.add_fault("reject_id", kind=MPS, ids={"job_id": "bad"})
    assert asking.refused(MTS, "QueryJobList", **given) == (400, "InvalidParameter")


def test_jobs_of_mps_come_newest_first(asking: Asking) -> None:
    """Each id once, and those that there are not beside them; the record of one is the emulator's, too."""
    for age, name in ((10, "old"), (0, "new")):
        asking.world.add_job(MPS, {"job_id": name}, "Transcoding", age=age)
    answer = asking.ask(MTS, "QueryJobList", JobIds="old,none,new,old")
    assert [job["JobId"] for job in answer["JobList"]["Job"]] == ["new", "old"]
    assert answer["NonExistJobIds"] == {"String": ["none"]}
    assert asking.world.requests[-1].ids == tuple(("job_id", name) for name in ("old", "none", "new", "old"))
    assert [job.looks for job in asking.world.jobs] == [1, 1]


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("Submitted", set()),
        ("Transcoding", set()),
        ("TranscodeSuccess", {"FinishTime", "Code", "Message"}),
        ("TranscodeFail", {"FinishTime", "Code", "Message"}),
        ("TranscodeCancelled", {"FinishTime"}),
    ],
)
def test_a_record_of_mps(asking: Asking, word: str, fields: set[str]) -> None:
    """Only one that was made has its properties."""
    asking.world.add_job(MPS, {"job_id": "j"}, word)
    (job,) = asking.ask(MTS, "QueryJobList", JobIds="j")["JobList"]["Job"]
    assert job.keys() & {"FinishTime", "Code", "Message"} == fields
    assert ("Properties" in job["Output"]) == (word == "TranscodeSuccess")


def test_a_course_of_mps(asking: Asking) -> None:
    """What was submitted comes back in the record, beside what was measured; it can be cancelled at first."""
    source = json.dumps({"Bucket": "b", "Object": "in.mp4"})
    outputs = json.dumps([{"OutputObject": "o.mp4", "TemplateId": "t", "UserData": "own"}, {"TemplateId": "t"}, 5])
    given = {"Input": source, "OutputBucket": "b", "Outputs": outputs, "PipelineId": "p"}
    results = asking.ask(MTS, "SubmitJobs", **given)["JobResultList"]["JobResult"]
    assert [result["Success"] for result in results] == [True, False, False]
    job_id = results[0]["Job"]["JobId"]
    asking.seconds = 30
    assert asking.refused(MTS, "CancelJob", JobId=job_id) == (403, "PermissionDenied.JobInRunning")
    asking.seconds = 100
    (job,) = asking.ask(MTS, "QueryJobList", JobIds=job_id)["JobList"]["Job"]
    output = job["Output"]
    assert (job["State"], output["UserData"], output["OutputFile"]["Object"]) == ("TranscodeSuccess", "own", "o.mp4")
    assert output["Properties"]["FileSize"] == "600000"


def test_a_broken_source_of_mps_fails(asking: Asking) -> None:
    given = {"Input": '{"Object": "broken.mp4"}', "OutputBucket": "b", "PipelineId": "p"}
    asking.ask(MTS, "SubmitJobs", Outputs='[{"OutputObject": "o", "TemplateId": "t"}]', **given)
    asking.seconds = 100
    (job,) = asking.world.jobs
    assert job.at(asking.now()).state == "TranscodeFail"
    assert asking.refused(MTS, "CancelJob", JobId=job.ids["job_id"]) == (403, "PermissionDenied.JobInFailure")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Input": ""}, "MissingInput"),
        ({"OutputBucket": ""}, "MissingOutputBucket"),
        ({"Outputs": ""}, "MissingOutputs"),
        ({"PipelineId": ""}, "MissingPipelineId"),
        ({"Input": "[]"}, "InvalidInput.Malformed"),
        ({"Outputs": "{}"}, "InvalidOutputs.Malformed"),
        ({"Outputs": "[]"}, "InvalidParameter"),
        ({"Outputs": json.dumps([{}] * 31)}, "InvalidParameter"),
    ],
)
def test_what_mps_takes_no_jobs_of(asking: Asking, change: dict[str, str], code: str) -> None:
    given = {"Input": "{}", "OutputBucket": "b", "Outputs": "[{}]", "PipelineId": "p"}
    assert asking.refused(MTS, "SubmitJobs", **given | change) == (400, code)


def test_what_cannot_be_cancelled(asking: Asking) -> None:
    assert asking.refused(MTS, "CancelJob") == (400, "MissingJobId")
    assert asking.refused(MTS, "CancelJob", JobId="x") == (404, "InvalidParameter.ResourceNotFound")


def test_the_list_of_mps(asking: Asking) -> None:
    """Newest first, page by page, of one state; nothing older than ninety days."""
    for age, (name, state) in enumerate((("a", "Submitted"), ("b", "Transcoding"), ("c", "Submitted"))):
        asking.world.add_job(MPS, {"job_id": name}, state, age=60.0 * age)
    asking.world.add_job(MPS, {"job_id": "old"}, "Submitted", age=91 * 86_400.0)

    first = asking.ask(MTS, "ListJob", MaximumPageSize="2")
    second = asking.ask(MTS, "ListJob", MaximumPageSize="2", NextPageToken=first["NextPageToken"])
    assert [[job["JobId"] for job in page["JobList"]["Job"]] for page in (first, second)] == [["a", "b"], ["c"]]
    assert "NextPageToken" not in second
    queued = asking.ask(MTS, "ListJob", State="Submitted")["JobList"]["Job"]
    assert [job["JobId"] for job in queued] == ["a", "c"]


@pytest.mark.parametrize(
    "given", [{"State": "Whatever"}, {"MaximumPageSize": "101"}, {"StartOfJobCreatedTimeRange": "yesterday"}]
)
def test_what_the_list_of_mps_does_not_take(asking: Asking, given: dict[str, str]) -> None:
    assert asking.refused(MTS, "ListJob", **given) == (400, "InvalidParameter")


def test_data_of_the_authors_own_have_a_limit_in_mps(asking: Asking) -> None:
    """That output is refused, and the one whose data just fit is not."""
    outputs = [{"OutputObject": "o", "TemplateId": "t", "UserData": "x" * size} for size in (1024, 1025)]
    given = {"Input": "{}", "OutputBucket": "b", "Outputs": json.dumps(outputs), "PipelineId": "p"}
    results = asking.ask(MTS, "SubmitJobs", **given)["JobResultList"]["JobResult"]
    assert [(result["Success"], result.get("Code")) for result in results] == [
        (True, None),
        (False, "InvalidParameter"),
    ]


def test_a_job_of_mps_is_cancelled_while_it_waits(asking: Asking) -> None:
    asking.world.add_job(MPS, {"job_id": "j"}, "Submitted")
    assert asking.ask(MTS, "CancelJob", JobId="j")["JobId"] == "j"
    assert asking.ask(MTS, "QueryJobList", JobIds="j")["JobList"]["Job"][0]["State"] == "TranscodeCancelled"


# --- uploads by URL ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("GetURLUploadInfos", {}, "MissingParameter"),
        ("GetURLUploadInfos", {"JobIds": ",".join("abcdefghijk")}, "InvalidParameter"),
        ("GetURLUploadInfos", {"JobIds": "a,bad"}, "InvalidParameter"),
        ("CancelUrlUploadJobs", {}, "MissingParameter"),
        ("UploadMediaByURL", {"UploadURLs": ",".join(f"u{number}" for number in range(21))}, "InvalidParameter"),
    ],
)
def test_what_vod_cannot_be_asked_for(asking: Asking, action: str, given: dict[str, str], code: str) -> None:
    asking.world.add_fault("reject_id", kind=URL, ids={"job_id": "bad"})
    assert asking.refused(VOD, action, **given) == (400, code)


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("UPLOAD_SUCCESS", set()),
        ("SUCCESS", {"MediaId", "ErrorCode", "CompleteTime"}),
        ("UPLOAD_FAIL", {"ErrorCode", "CompleteTime"}),
    ],
)
def test_a_record_of_an_upload(asking: Asking, word: str, fields: set[str]) -> None:
    """``UPLOAD_SUCCESS`` is no end; a success has an error's code, too."""
    asking.world.add_job(URL, {"job_id": "j"}, word)
    (info,) = asking.ask(VOD, "GetURLUploadInfos", JobIds="j,none")["URLUploadInfoList"]
    assert info.keys() & {"MediaId", "ErrorCode", "CompleteTime"} == fields


def test_uploads_are_made_once_a_session_and_cancelled_while_they_wait(asking: Asking) -> None:
    given = {"UploadURLs": "https://a/1,https://a/broken"}
    first, again, other = (
        [job["JobId"] for job in asking.ask(VOD, "UploadMediaByURL", **given, **more)["UploadJobs"]]
        for more in ({"SessionId": "s"}, {"SessionId": "s"}, {})
    )
    assert first == again
    assert len({*first, *other}) == len(asking.world.jobs) == 4
    asking.seconds = 50
    other_one = asking.ask(VOD, "UploadMediaByURL", UploadURLs="https://a/2")["UploadJobs"][0]["JobId"]
    answer = asking.ask(VOD, "CancelUrlUploadJobs", JobIds=f"{other_one},{first[0]},none")
    assert (answer["CanceledJobs"], answer["NonExists"]) == ([other_one], ["none"])
    asking.seconds = 100
    words = asking.ask(VOD, "GetURLUploadInfos", JobIds=",".join(first))["URLUploadInfoList"]
    assert [info["Status"] for info in words] == ["SUCCESS", "DOWNLOAD_FAIL"]


# --- ICE --------------------------------------------------------------------------------------------------------

GROUP = '[{"Output": {"Media": "oss://b/o"}}]'
SUBMISSIONS: dict[str, dict[str, str]] = {
    "SubmitMediaProducingJob": {"Timeline": "{}", "OutputMediaConfig": "{}"},
    "SubmitTranscodeJob": {"InputGroup": '[{"Media": "oss://b/i"}]', "OutputGroup": GROUP},
    "SubmitSnapshotJob": {"Input": '{"a": 1}', "Output": '{"a": 1}', "TemplateConfig": '{"a": 1}'},
    "SubmitPackageJob": {"Inputs": "[{}]", "Output": '{"a": 1}'},
    "SubmitDynamicImageJob": {"Input": '{"a": 1}', "Output": '{"a": 1}', "TemplateConfig": '{"a": 1}'},
    "SubmitMediaInfoJob": {"Input": '{"a": 1}'},
}


@pytest.mark.parametrize(
    ("action", "name"), [(action, name) for action, given in SUBMISSIONS.items() for name in given]
)
def test_what_a_job_of_ice_needs(asking: Asking, action: str, name: str) -> None:
    given = {other: value for other, value in SUBMISSIONS[action].items() if other != name}
    assert asking.refused(ICE, action, **given) == (400, f"Missing{name}")
    assert asking.ask(ICE, action, **SUBMISSIONS[action])["RequestId"]


@pytest.mark.parametrize(
    ("action", "change", "code"),
    [
        ("SubmitMediaProducingJob", {"ProjectId": "p"}, "InvalidProjectId.Malformed"),
        ("SubmitMediaProducingJob", {"Timeline": "", "TemplateId": "t"}, "MissingClipsParam"),
        ("SubmitMediaProducingJob", {"Timeline": "[]"}, "InvalidTimeline.Malformed"),
        ("SubmitMediaProducingJob", {"UserData": "own"}, "InvalidUserData.Malformed"),
        ("SubmitMediaProducingJob", {"ClientToken": "x" * 65}, "InvalidClientToken.Malformed"),
        ("SubmitTranscodeJob", {"InputGroup": '["x"]'}, "InvalidInputGroup.Malformed"),
        ("SubmitTranscodeJob", {"UserData": json.dumps({"x": "y" * 512})}, "InvalidUserData.Malformed"),
        ("SubmitTranscodeJob", {"ClientToken": "\u6587"}, "InvalidClientToken.Malformed"),
    ],
)
def test_what_ice_makes_no_job_of(asking: Asking, action: str, change: dict[str, str], code: str) -> None:
    assert asking.refused(ICE, action, **SUBMISSIONS[action] | change) == (400, code)
    assert asking.world.jobs == []


def test_the_list_of_ices_transcoding_jobs(asking: Asking) -> None:
    """Newest or oldest first, of one state or one job, with what their author had carried along."""
    asking.ask(ICE, "SubmitTranscodeJob", **SUBMISSIONS["SubmitTranscodeJob"], UserData='{"a": 1}')
    kind = "alibaba.ice.transcode"
    for age, (name, state) in enumerate((("b", "Success"), ("c", "Fail")), start=1):
        asking.world.add_job(kind, {"parent_job_id": name}, state, age=60.0 * age)

    jobs = asking.ask(ICE, "ListTranscodeJobs")["Jobs"]
    assert [job["ParentJobId"] for job in jobs[1:]] == ["b", "c"]
    assert (jobs[0]["UserData"], "TranscodeJobList" in jobs[0]) == ('{"a": 1}', False)
    for given, expected in (
        ({"OrderBy": "CreateTimeAsc", "PageSize": "2"}, ["c", "b"]),
        ({"Status": "Fail"}, ["c"]),
        ({"ParentJobId": "b"}, ["b"]),
    ):
        found = asking.ask(ICE, "ListTranscodeJobs", **given)["Jobs"]
        assert [job["ParentJobId"] for job in found] == expected
    for wrong in ({"Status": "Processing"}, {"OrderBy": "x"}, {"PageSize": "0"}):
        assert asking.refused(ICE, "ListTranscodeJobs", **wrong) == (400, "InvalidParameter")


def test_jobs_by_an_advanced_template_are_listed_apart(asking: Asking) -> None:
    given = SUBMISSIONS["SubmitMediaProducingJob"] | {"Timeline": "", "ClipsParam": "{}"}
    made = {name: asking.ask(ICE, "SubmitMediaProducingJob", **given, TemplateId=name)["JobId"] for name in ("a", "b")}
    listed = {
        sort: [job["JobId"] for job in asking.ask(ICE, "ListMediaProducingJobs", JobType=sort)["MediaProducingJobList"]]
        for sort in ("EditingJob", "VETemplateJob")
    }
    assert sorted([*listed["EditingJob"], *listed["VETemplateJob"]]) == sorted(made.values())


@pytest.mark.parametrize("action", ["SubmitMediaProducingJob", "SubmitTranscodeJob"])
def test_a_token_makes_the_same_job_once(asking: Asking, action: str) -> None:
    answers = [asking.ask(ICE, action, **SUBMISSIONS[action], ClientToken=token) for token in ("a", "a", "b")]
    for answer in answers:
        del answer["RequestId"]
    assert answers[0] == answers[1] != answers[2]
    assert len(asking.world.jobs) == 2


@pytest.mark.parametrize(
    ("action", "given", "word"),
    [
        ("SubmitMediaProducingJob", {"OutputMediaConfig": '{"MediaURL": "https://b/broken.mp4"}'}, "Failed"),
        ("SubmitTranscodeJob", {"InputGroup": '[{"Media": "oss://b/broken"}]'}, "Fail"),
        ("SubmitSnapshotJob", {"Input": '{"Media": "oss://b/broken"}'}, "Fail"),
        ("SubmitMediaInfoJob", {"Input": '{"Media": "oss://b/broken"}'}, "Fail"),
    ],
)
def test_a_broken_source_fails(asking: Asking, action: str, given: dict[str, str], word: str) -> None:
    asking.ask(ICE, action, **SUBMISSIONS[action] | given)
    asking.seconds = 100
    (job,) = asking.world.jobs
    assert job.at(asking.now()).state == word


def test_a_producing_job_shows_where_its_output_is_once_it_is_there(asking: Asking) -> None:
    """And never the settings that it was submitted with."""
    config = {"OutputMediaConfig": '{"StorageLocation": "b.oss-cn-shanghai.aliyuncs.com", "FileName": "f.mp4"}'}
    job_id = asking.ask(ICE, "SubmitMediaProducingJob", Timeline="{}", **config)["JobId"]
    shown = []
    for asking.seconds in (0, 50, 100):
        job = asking.ask(ICE, "GetMediaProducingJob", JobId=job_id)["MediaProducingJob"]
        shown.append((job["Status"], job.get("MediaURL"), "OutputMediaConfig" in job))
    url = "https://b.oss-cn-shanghai.aliyuncs.com/f.mp4"
    assert shown == [("Init", None, False), ("Processing", None, False), ("Success", url, False)]


def test_the_list_has_jobs_of_the_type_that_is_asked_for(asking: Asking) -> None:
    """Without a type all; a type whose jobs are not played here has none."""
    asking.world.add_job(PRODUCING, {"job_id": "edit"}, "Processing", age=10)
    asking.world.add_job("alibaba.ice.live_editing", {"job_id": "live"}, "Processing")
    found = [
        [job["JobId"] for job in asking.ask(ICE, "ListMediaProducingJobs", **given)["MediaProducingJobList"]]
        for given in ({}, {"JobType": "EditingJob"}, {"JobType": "LiveEditingJob"}, {"JobType": "VETemplateJob"})
    ]
    assert found == [["live", "edit"], ["edit"], ["live"], []]
    assert [request.kind for request in asking.world.requests[1:3]] == [PRODUCING, "alibaba.ice.live_editing"]


@pytest.mark.parametrize("action", ["GetMediaProducingJob", "GetSnapshotJob", "GetMediaInfoJob"])
def test_an_unknown_job_of_ice(asking: Asking, action: str) -> None:
    assert asking.refused(ICE, action, JobId="x") == (404, "JobNotFound")
    assert asking.refused(ICE, action) == (400, "MissingJobId")


def test_a_transcoding_job_succeeds_though_one_of_its_outputs_failed(asking: Asking) -> None:
    """Its word says no more; each output has a word of its own."""
    groups = json.dumps([{"Output": {"Media": f"oss://b/{name}"}} for name in ("good", "broken")])
    given = SUBMISSIONS["SubmitTranscodeJob"] | {"OutputGroup": groups, "UserData": '{"a": 1}'}
    parent = asking.ask(ICE, "SubmitTranscodeJob", **given)["TranscodeParentJob"]
    words = []
    for asking.seconds in (0, 50, 100):
        job = asking.ask(ICE, "GetTranscodeJob", ParentJobId=parent["ParentJobId"])["TranscodeParentJob"]
        words.append((job["Status"], [part["Status"] for part in job["TranscodeJobList"]]))
    assert words == [
        ("Init", ["Init", "Init"]),
        ("Processing", ["Processing", "Processing"]),
        ("Success", ["Success", "Fail"]),
    ]
    assert (job["JobCount"], job["UserData"]) == (2, '{"a": 1}')
    assert [part.keys() & {"OutFileMeta", "SubmitResultJson"} for part in job["TranscodeJobList"]] == [
        {"OutFileMeta"},
        {"SubmitResultJson"},
    ]


@pytest.mark.parametrize(
    ("kind", "place", "field"),
    [
        ("package", "PackageJob", "OutputUrl"),
        ("dynamic_image", "DynamicImageJob", "OutputUrl"),
        ("media_info", "MediaInfoJob", "MediaInfoProperty"),
    ],
)
def test_a_small_job_shows_what_it_has_made(asking: Asking, kind: str, place: str, field: str) -> None:
    """Only one that succeeded; one that failed says why, where its page has a field for that."""
    found = {}
    for word in ("Init", "Success", "Fail"):
        asking.world.add_job(f"alibaba.ice.{kind}", {"job_id": word}, word)
        job = asking.ask(ICE, f"Get{place}", JobId=word)[place]
        found[word] = (field in job, bool(job.get("Code")), "SubmitResultJson" in job)
    fault = (False, kind != "media_info", kind == "media_info")
    assert found == {"Init": (False, False, False), "Success": (True, False, False), "Fail": fault}
