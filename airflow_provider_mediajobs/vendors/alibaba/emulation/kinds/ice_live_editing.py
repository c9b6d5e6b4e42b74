# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated live editing jobs of Intelligent Media Services.

Written from the pages GetLiveEditingJob and SubmitLiveEditingJob (2020-11-09). What they share with other editing jobs
is in :mod:`ice`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from ..ice import edited, list_media_producing_jobs, the_job
from ..operation import ICE, Given, Operation, json_parameter, made_up_id, malformed, own_data, required

KIND = EmulatedKind(
    name="alibaba.ice.live_editing",
    ids=("job_id",),
    course=(("Init", 0.0), ("Queuing", 0.1), ("Processing", 0.2), ("Success", 1.0)),
    failure="Failed",
    unstarted=frozenset({"Init", "Queuing"}),
    unfinished=frozenset({"Init", "Queuing", "Processing"}),
)


def get_live_editing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetLiveEditingJob``: one job by its id.

    :raises Refusal: for a missing or unknown id.
    """
    return {"LiveEditingJob": _live_editing_job(the_job(context, given, KIND.name))}


def _live_editing_job(job: EmulatedJob) -> dict[str, Any]:
    """A job's record: it calls the time of creation ``CreationTime``, other editing jobs call it ``CreateTime``."""
    record = edited(job)
    created = record.pop("CreateTime")
    record |= {
        # With blanks before the times, as the page prints them.
        "Clips": '[{"StartTime": " 2021-06-21T08:01:00Z", "EndTime": " 2021-06-21T08:03:00Z"}]',
        "CreationTime": created,
        "LiveStreamConfig": {"AppName": "app", "DomainName": "domain.com", "StreamName": "streamName"},
        "MediaProduceConfig": {"Mode": "Accurate"},
        "OutputMediaConfig": dict(_OUTPUT_CONFIG),
    }
    return job.over(record)


_OUTPUT_CONFIG = {
    "MediaURL": "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4",
    "StorageLocation": "outin-emulator.oss-cn-shanghai.aliyuncs.com",
    "FileName": "test.mp4",
    "Width": 640,
    "Height": 480,
    "Bitrate": 1000,
    "VodTemplateGroupId": "VOD_NO_TRANSCODE",
}


def submit_live_editing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitLiveEditingJob``: creates a job, also for a repeated request, since the operation takes no token.

    ``Clips`` is mandatory; so is one of ``OutputMediaConfig`` and ``ProjectId``, which say where the output goes. A job
    whose stream or output settings contain "broken" will fail.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    required(given, "Clips")
    clips = json_parameter(given, "Clips", list)
    configs = {
        name: value
        for name in ("LiveStreamConfig", "MediaProduceConfig", "OutputMediaConfig")
        if (value := json_parameter(given, name, dict)) is not None
    }
    if "OutputMediaConfig" not in configs and not given.get("ProjectId"):
        raise Refusal(400, "MissingOutputMediaConfig", "OutputMediaConfig is mandatory for this action.")
    _check_clips(clips)
    _check_stream(clips, configs.get("LiveStreamConfig"))
    _check_output(given, configs.get("OutputMediaConfig"))
    own_data(given, "UserData", _USER_DATA_BYTES)
    texts = {name: given[name] for name in ("Clips", "UserData", "ProjectId") if name in given}
    job_id = context.new_id()
    broken = "broken" in given.get("OutputMediaConfig", "") + given.get("LiveStreamConfig", "")
    job = context.create(KIND.name, {"job_id": job_id}, {**texts, **configs}, broken=broken)
    shown = job.over({"ProjectId": made_up_id("project", job_id), "OutputMediaConfig": _OUTPUT_CONFIG})
    return {
        "JobId": job_id,
        "ProjectId": shown["ProjectId"],
        "MediaId": made_up_id("media", job_id),
        "MediaURL": shown["OutputMediaConfig"].get("MediaURL", ""),
    }


_STREAM = ("AppName", "DomainName", "StreamName")
_USER_DATA_BYTES = 512


def _check_clips(clips: list[Any]) -> None:
    """Check that there is a clip, and that each has its two times in UTC.

    :raises Refusal: where that is not so.
    """
    for clip in clips or [None]:
        times = [clip.get(name) for name in ("StartTime", "EndTime")] if isinstance(clip, dict) else [None]
        if not all(isinstance(time, str) and _UTC.fullmatch(time) for time in times):
            raise malformed("Clips")


_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _check_stream(clips: list[Any], common: Mapping[str, Any] | None) -> None:
    """Check that every clip has a stream: its own, or the common one of ``LiveStreamConfig``.

    :raises Refusal: where a clip has none, or the common one is incomplete.
    """
    if common is None and not all(clip.get("StreamName") for clip in clips):
        raise Refusal(400, "MissingLiveStreamConfig", "LiveStreamConfig is mandatory for this action.")
    if common is not None and not all(common.get(name) for name in _STREAM):
        raise malformed("LiveStreamConfig")


def _check_output(given: Given, config: Mapping[str, Any] | None) -> None:
    """Check where the output goes: to a URL in a bucket, or to a location and file name in VOD's storage.

    :raises Refusal: where that is incomplete, or the target unknown.
    """
    if given.get("OutputMediaTarget") not in {None, "", "oss-object", "vod-media"}:
        raise malformed("OutputMediaTarget")
    named = config or {}
    if config is not None and not (named.get("MediaURL") or (named.get("StorageLocation") and named.get("FileName"))):
        raise malformed("OutputMediaConfig")


_LIVE = {"JobType": "LiveEditingJob"}
OPERATIONS = (
    Operation(ICE, "GetLiveEditingJob", KIND.name, {"JobId": "job_id"}, get_live_editing_job),
    Operation(ICE, "ListMediaProducingJobs", KIND.name, {}, list_media_producing_jobs, where=_LIVE),
    Operation(ICE, "SubmitLiveEditingJob", KIND.name, {}, submit_live_editing_job),
)
