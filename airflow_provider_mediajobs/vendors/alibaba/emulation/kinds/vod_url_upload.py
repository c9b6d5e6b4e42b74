# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated uploads by URL of ApsaraVideo VOD.

Written from the pages GetURLUploadInfos, CancelUrlUploadJobs and UploadMediaByURL (2017-03-21). What the pages leave
open is decided here, and described where it is decided.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from .....core.times import zulu
from ..operation import VOD, Given, Operation, made_up_id

KIND = EmulatedKind(
    name="alibaba.vod.url_upload",
    ids=("job_id",),
    course=(
        ("PENDING", 0.0),
        ("DOWNLOADING", 0.2),
        ("DOWNLOAD_SUCCESS", 0.5),
        ("UPLOADING", 0.6),
        ("UPLOAD_SUCCESS", 0.9),
        ("SUCCESS", 1.0),
    ),
    failure="DOWNLOAD_FAIL",
    unstarted=frozenset({"PENDING"}),
    unfinished=frozenset({"PENDING", "PROCESSING", "DOWNLOADING", "DOWNLOAD_SUCCESS", "UPLOADING", "UPLOAD_SUCCESS"}),
    further=("UPLOAD_FAIL",),
)
_MOST_IDS, _MOST_URLS = 10, 20


def _listed(given: Given, name: str, most: int) -> list[str]:
    """The values in a mandatory parameter, which are separated by commas.

    :param most: the most values that are allowed.
    :raises Refusal: for no value, or too many.
    """
    found = list(dict.fromkeys(filter(None, given.get(name, "").split(","))))
    if not found:
        raise Refusal(400, "MissingParameter", f"The parameter {name} is missing.")
    if len(found) > most:
        raise Refusal(400, "InvalidParameter", f"The specified parameter {name} is not valid.")
    return found


def get_url_upload_infos(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetURLUploadInfos``: the uploads with up to ten ids, and those of the ids that are unknown.

    :raises Refusal: for no id, more than ten ids, or a rejected one.
    """
    wanted = _listed(given, "JobIds", _MOST_IDS)
    if any(context.rejects(KIND.name, job_id=job_id) for job_id in wanted):
        raise Refusal(400, "InvalidParameter", "The specified parameter JobIds is not valid.")
    jobs = {job_id: context.jobs(KIND.name, job_id=job_id) for job_id in wanted}
    return {
        "URLUploadInfoList": [_info(context.look(job)) for found in jobs.values() for job in found],
        "NonExists": [job_id for job_id, found in jobs.items() if not found],
    }


def _info(job: EmulatedJob) -> dict[str, Any]:
    """The record of an upload."""
    info: dict[str, Any] = {
        "JobId": job["job_id"],
        "Status": job.state,
        "UploadURL": f"https://elsewhere.example.com/{job['job_id']}.mp4",
        "CreationTime": zulu(job.created),
        "UserData": "",
    }
    if job.state == "SUCCESS":
        # With code and message of an error, as the page's sample of a success has them.
        media = {"MediaId": made_up_id("media", job["job_id"]), "FileSize": "600000"}
        info |= {**media, "ErrorCode": "200", "ErrorMessage": "job succeed"}
    elif job.finished is not None:
        info |= {"ErrorCode": "404", "ErrorMessage": "The source cannot be read."}
    if job.finished is not None:
        info["CompleteTime"] = zulu(job.finished)
    return job.over(info)


def cancel_url_upload_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """``CancelUrlUploadJobs``: cancels those of up to ten uploads that are pending, and ignores the others.

    No page has a status for a cancelled upload: here it has failed.

    :raises Refusal: for no id, or more than ten ids.
    """
    wanted = _listed(given, "JobIds", _MOST_IDS)
    jobs = {job_id: context.jobs(KIND.name, job_id=job_id) for job_id in wanted}
    waiting = [found[0] for found in jobs.values() if found and found[0].state in KIND.unstarted]
    for job in waiting:
        context.end(job, KIND.failure)
    return {
        "CanceledJobs": [job["job_id"] for job in waiting],
        "NonExists": [job_id for job_id, found in jobs.items() if not found],
    }


def upload_media_by_url(context: VendorContext, given: Given) -> dict[str, Any]:
    """``UploadMediaByURL``: creates an upload for each URL; one whose URL contains "broken" will fail.

    A second request with the same ``SessionId`` creates none, and answers with the first one's uploads.

    :raises Refusal: for no URL, or more than twenty.
    """
    jobs = []
    for number, url in enumerate(_listed(given, "UploadURLs", _MOST_URLS)):
        session = given.get("SessionId")
        job_id = made_up_id("upload", session, str(number)) if session else context.new_id()
        if not context.knows(KIND.name, job_id=job_id):
            record = {"UploadURL": url, "UserData": given.get("UserData", "")}
            context.create(KIND.name, {"job_id": job_id}, record, broken="broken" in url)
        jobs.append({"JobId": job_id, "SourceURL": url})
    return {"UploadJobs": jobs}


_QUERY, _CANCEL = Limit("alibaba.vod.GetURLUploadInfos", 100, 1.0), Limit("alibaba.vod.CancelUrlUploadJobs", 50, 1.0)
OPERATIONS = (
    Operation(VOD, "GetURLUploadInfos", KIND.name, {"JobIds": "job_id"}, get_url_upload_infos, _QUERY),
    Operation(VOD, "CancelUrlUploadJobs", KIND.name, {"JobIds": "job_id"}, cancel_url_upload_jobs, _CANCEL),
    Operation(VOD, "UploadMediaByURL", KIND.name, {}, upload_media_by_url),
)
