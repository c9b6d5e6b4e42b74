# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated transcoding tasks of ApsaraVideo VOD.

Written from the pages ListTranscodeTask, GetTranscodeTask, GetTranscodeSummary and SubmitTranscodeJobs (2017-03-21).
Every video id counts as that of an existing video, so ``InvalidVideo.NotFound`` is never answered. The pages do not
describe the list of a video without tasks: here it is empty.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from .....core.times import zulu
from ..lists import invalid, number, time
from ..operation import VOD, Given, Operation, json_parameter, made_up_id, malformed

KIND = EmulatedKind(
    name="alibaba.vod.transcode",
    ids=("video_id", "transcode_task_id"),
    course=(("Processing", 0.0), ("Partial", 0.6), ("CompleteAllSucc", 1.0)),
    failure="CompleteAllFail",
    unstarted=frozenset(),
    unfinished=frozenset({"Processing", "Partial"}),
    generated=("transcode_task_id",),
    further=("CompletePartialSucc", "CompeleteAllSucc", "CompleteAllSucces"),
)


class Rendition(NamedTuple):
    """One output of a template group, which is one job of a task.

    :param definition: the vendor's name of the quality, such as ``SD``.
    :param bitrate: in kbit/s.
    """

    definition: str
    width: int
    height: int
    bitrate: int


_RENDITIONS = (Rendition("LD", 640, 360, 400), Rendition("SD", 960, 540, 900))
_SUCCESS, _FAIL, _RUNNING = "TranscodeSuccess", "TranscodeFail", "Transcoding"
_RENDITION_STATES = {
    "Processing": (_RUNNING, _RUNNING),
    "Partial": (_SUCCESS, _RUNNING),
    "CompletePartialSucc": (_SUCCESS, _FAIL),
    "CompleteAllFail": (_FAIL, _FAIL),
    "CompleteAllSucc": (_SUCCESS, _SUCCESS),
    # Two spellings of the same word that samples of the vendor print.
    "CompeleteAllSucc": (_SUCCESS, _SUCCESS),
    "CompleteAllSucces": (_SUCCESS, _SUCCESS),
}


def _required(given: Given, name: str) -> str:
    """The value of a mandatory parameter.

    :raises Refusal: where it is missing; VOD has one code for all parameters.
    """
    value = given.get(name)
    if not value:
        raise Refusal(400, "MissingParameter", f"The parameter {name} is missing.")
    return value


def list_transcode_task(context: VendorContext, given: Given) -> dict[str, Any]:
    """``ListTranscodeTask``: a page of one video's tasks, without a total. Newest first: the page states no order.

    :raises Refusal: for a missing or rejected video id, and for parameters whose values the page does not allow.
    """
    video_id = _required(given, "VideoId")
    size, page_number = number(given, "PageSize", 10, 1, 50), number(given, "PageNo", 1, 1, 10**9)
    if context.rejects(KIND.name, video_id=video_id):
        raise invalid("VideoId")
    start, end = time(given, "StartTime"), time(given, "EndTime")
    if start and end and end <= start:
        raise Refusal(400, "InvalidParameter", "EndTime must be later than StartTime.")
    jobs = [job for job in context.jobs(KIND.name, video_id=video_id) if _within(job, start, end)]
    page = jobs[(page_number - 1) * size : page_number * size]
    return {"TranscodeTaskList": [_listed(context.look(job)) for job in page]}


def _within(job: EmulatedJob, start: datetime | None, end: datetime | None) -> bool:
    """Whether a job was created within these times, compared to the second, as records show times."""
    created = job.created.replace(microsecond=0)
    return (start is None or created >= start) and (end is None or created <= end)


def _task(job: EmulatedJob) -> dict[str, Any]:
    """The fields of a task's record that list and details share."""
    return {
        "TranscodeTaskId": job["transcode_task_id"],
        "VideoId": job["video_id"],
        "TaskStatus": job.state,
        "TranscodeTemplateGroupId": "b500c7094bd24f3e9900752d7c3emulate",
        "Trigger": "Auto",
        "CreationTime": zulu(job.created),
        # Also of an unfinished task: the page's sample has it on one that is still Processing.
        "CompleteTime": zulu(job.finished or job.now),
    }


def _listed(job: EmulatedJob) -> dict[str, Any]:
    """A record of the list: that of the details without the jobs."""
    return {name: value for name, value in _shown(job).items() if name != "TranscodeJobInfoList"}


def _shown(job: EmulatedJob, **further: Any) -> dict[str, Any]:
    """A task's record with further fields, but without the request's ``SessionId``, which the vendor never shows."""
    return {name: value for name, value in job.over({**_task(job), **further}).items() if name != "SessionId"}


def get_transcode_task(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetTranscodeTask``: a task with its jobs by ``TranscodeTaskId``, or single jobs by ``JobIds``.

    :raises Refusal: for an id that is missing, rejected or unknown.
    """
    if given.get("JobIds"):
        return _single_jobs(context, given["JobIds"].split(","))
    task_id = _required(given, "TranscodeTaskId")
    if context.rejects(KIND.name, transcode_task_id=task_id):
        raise invalid("TranscodeTaskId")
    jobs = context.jobs(KIND.name, transcode_task_id=task_id)
    if not jobs:
        raise Refusal(404, "NoSuchResource", "The specified resource TranscodeTask does not exist.")
    job = context.look(jobs[0])
    return {"TranscodeTask": _shown(job, TranscodeJobInfoList=_renditions(job))}


def _single_jobs(context: VendorContext, wanted: list[str]) -> dict[str, Any]:
    """The jobs with up to ten ids, and those of the ids that are unknown.

    :raises Refusal: for more than ten ids.
    """
    if len(wanted) > 10:
        raise invalid("JobIds")
    found = {info["TranscodeJobId"]: info for job in context.jobs(KIND.name) for info in _renditions(job)}
    return {
        "TranscodeJobInfoList": [found[name] for name in wanted if name in found],
        "NonExistJobIds": [name for name in wanted if name not in found],
    }


def _job_id(task_id: str, rendition: Rendition) -> str:
    """The id of the job that makes a rendition of a task."""
    return made_up_id(task_id, rendition.definition)


def _renditions(job: EmulatedJob) -> list[dict[str, Any]]:
    """The records of a task's jobs, whose states follow from the task's."""
    states = _RENDITION_STATES.get(job.state, (_RUNNING, _RUNNING))
    return [_rendition(job, state, rendition) for state, rendition in zip(states, _RENDITIONS, strict=True)]


def _rendition(job: EmulatedJob, state: str, rendition: Rendition) -> dict[str, Any]:
    """The record of a task's job in this state."""
    info: dict[str, Any] = {
        "TranscodeJobId": _job_id(job["transcode_task_id"], rendition),
        "TranscodeJobStatus": state,
        "TranscodeProgress": 100 if state == _SUCCESS else job.progress,
        "TranscodeTemplateId": made_up_id("template", rendition.definition),
        "Definition": rendition.definition,
        "Priority": "6",
        "InputFileUrl": f"http://emulator.oss-cn-shanghai.aliyuncs.com/{job['video_id']}/source.mp4",
        "CreationTime": zulu(job.created),
    }
    if state != _RUNNING:
        info["CompleteTime"] = zulu(job.finished or job.now)
        info |= {"OutputFile": _output(job, rendition)} if state == _SUCCESS else _FAILURE
    return info


_FAILURE = {"ErrorCode": "InvalidParameter.ResourceContentBad", "ErrorMessage": "The resource operated is bad."}


def _output(job: EmulatedJob, rendition: Rendition) -> dict[str, Any]:
    """The file of a rendition. Numbers are text except the file's size, as in the SDK's model."""
    name = f"{job['video_id']}/{rendition.definition.lower()}.mp4"
    size = {"Width": str(rendition.width), "Height": str(rendition.height)}
    video = {"Index": "0", "CodecName": "h264", **size, "Fps": "25.0", "Bitrate": str(rendition.bitrate)}
    audio = {"Index": "1", "CodecName": "aac", "Samplerate": "44100", "Channels": "2", "Bitrate": "64"}
    return {
        "OutputFileUrl": f"http://emulator.oss-cn-shanghai.aliyuncs.com/{name}",
        "Format": "mp4",
        "Duration": "12.0",
        "Filesize": rendition.bitrate * 1500,  # kbit/s over twelve seconds, in bytes
        **size,
        "Bitrate": str(rendition.bitrate),
        "Fps": "25",
        "Encryption": "",
        "WatermarkIdList": [],
        "VideoStreamList": json.dumps([video]),
        "AudioStreamList": json.dumps([audio]),
        "SubtitleStreamList": "[]",
    }


def get_transcode_summary(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetTranscodeSummary``: the latest task of each of up to ten videos, without its id.

    A video without tasks is listed among the unknown ones.

    :raises Refusal: for more than ten videos, or a rejected id.
    """
    videos = list(dict.fromkeys(_required(given, "VideoIds").split(",")))
    if len(videos) > 10:
        raise invalid("VideoIds")
    for video_id in videos:
        if context.rejects(KIND.name, video_id=video_id):
            raise invalid("VideoIds")
    latest = {video_id: next(iter(context.jobs(KIND.name, video_id=video_id)), None) for video_id in videos}
    return {
        "TranscodeSummaryList": [_summary(context.look(job)) for job in latest.values() if job is not None],
        "NonExistVideoIds": [video_id for video_id, job in latest.items() if job is None],
    }


def _summary(job: EmulatedJob) -> dict[str, Any]:
    """The summary of a task."""
    task = job.over(_task(job))
    shown = ("TranscodeJobStatus", "TranscodeProgress", "TranscodeTemplateId", "CreationTime")
    return {
        "VideoId": task["VideoId"],
        "TranscodeStatus": task["TaskStatus"],
        "TranscodeTemplateGroupId": task["TranscodeTemplateGroupId"],
        "CreationTime": task["CreationTime"],
        **({} if job.finished is None else {"CompleteTime": zulu(job.finished)}),
        "TranscodeJobInfoSummaryList": [{name: info[name] for name in shown} for info in _renditions(job)],
    }


def submit_transcode_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitTranscodeJobs``: creates a task with two jobs.

    A request with the ``SessionId`` of another within seven days is refused. No page has the code of that refusal, so
    it is made up. A task whose video or template group contains "broken" will fail.

    :raises Refusal: for such a request, and for a parameter that is missing or malformed.
    """
    group = _required(given, "TemplateGroupId")
    video_id = given.get("VideoId") or _required(given, "ReferenceId")
    _check(given)
    session = given.get("SessionId") or None
    known = [job for job in context.jobs(KIND.name) if session and job.record.get("SessionId") == session]
    if any(job.now - job.created < _SESSION for job in known):
        raise Refusal(400, "OperationDenied.RepeatedSessionId", "The specified SessionId has been submitted before.")
    task_id = context.new_id()
    record = {"TranscodeTemplateGroupId": group, "Trigger": "Manual", **({"SessionId": session} if session else {})}
    broken = "broken" in video_id or "broken" in group
    context.create(KIND.name, {"video_id": video_id, "transcode_task_id": task_id}, record, broken=broken)
    jobs = [{"JobId": _job_id(task_id, rendition)} for rendition in _RENDITIONS]
    return {"TranscodeTaskId": task_id, "TranscodeJobs": {"TranscodeJob": jobs}}


_SESSION = timedelta(days=7)
_EXTEND_BYTES = 512
_TEXTS = {"SessionId": r"[A-Za-z0-9_-]{1,50}", "ReferenceId": r"[A-Za-z0-9_-]{6,64}", "Priority": r"[1-9]|10"}


def _check(given: Given) -> None:
    """Check the form of the optional parameters, and the size of ``Extend`` in ``UserData``, which is returned.

    :raises Refusal: for a malformed parameter.
    """
    for name, form in _TEXTS.items():
        if given.get(name) and not re.fullmatch(form, given[name]):
            raise malformed(name)
    for name in ("EncryptConfig", "OverrideParams"):
        json_parameter(given, name, dict)
    extend = (json_parameter(given, "UserData", dict) or {}).get("Extend", "")
    if len(str(extend).encode()) > _EXTEND_BYTES:
        raise malformed("UserData")


_IDS = {"VideoId": "video_id", "TranscodeTaskId": "transcode_task_id"}
_DETAILS, _SUBMIT = Limit("alibaba.vod.GetTranscodeTask", 15, 1.0), Limit("alibaba.vod.SubmitTranscodeJobs", 30, 1.0)
OPERATIONS = (
    Operation(VOD, "ListTranscodeTask", KIND.name, _IDS, list_transcode_task),
    Operation(VOD, "GetTranscodeTask", KIND.name, _IDS, get_transcode_task, _DETAILS),
    Operation(VOD, "GetTranscodeSummary", KIND.name, {}, get_transcode_summary),
    Operation(VOD, "SubmitTranscodeJobs", KIND.name, _IDS, submit_transcode_jobs, _SUBMIT),
)
