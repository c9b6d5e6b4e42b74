# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of uploads by URL of ApsaraVideo VOD: ``GetURLUploadInfos`` (2017-03-21).

VOD downloads a media file from a URL and stores it as a media asset. Facts of the page: up to ten ids a call, separated
by commas; unknown ids are in ``NonExists``; uploads of the past year, in Shanghai and Singapore only; 100 calls a
second, apart from the limits of VOD's other operations. ``UPLOAD_SUCCESS`` is not the end, ``SUCCESS`` is: by then the
callback has been sent, too. The sample has an ``ErrorCode`` in a success. An upload may take hours to days. A pending
upload can be cancelled; no page has a status word for a cancelled one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, RequestRejected
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Cancel, Exchange, JobKind
from .....core.output import JobFault, Output
from .....core.times import parse_time
from .. import batches, quotas
from ..rpc import NO_ID, call, check_empty, permission

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-geturluploadinfos"

STATES = {
    "PENDING": JobState.PENDING,
    "PROCESSING": JobState.RUNNING,
    "DOWNLOADING": JobState.RUNNING,
    "DOWNLOAD_SUCCESS": JobState.RUNNING,
    "UPLOADING": JobState.RUNNING,
    "UPLOAD_SUCCESS": JobState.RUNNING,
    "SUCCESS": JobState.SUCCEEDED,
    "DOWNLOAD_FAIL": JobState.FAILED,
    "UPLOAD_FAIL": JobState.FAILED,
}
_PLACE = ("URLUploadInfoList", "URLUploadInfo", "NonExists")
_MARKS = ("JobId", "Status")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query up to ten uploads by one call; if that is refused, for instance for one bad id, query each singly."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["job_id"]: ref for ref in some}
        query = {"JobIds": ",".join(wanted)}
        response = yield call(account, "vod", "GetURLUploadInfos", query)
        return batches.answers(response, wanted, _PLACE, _MARKS, _snapshot)

    return (yield from batches.look(refs, ask))


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """Cancel a pending upload, by ``CancelUrlUploadJobs``.

    The vendor refuses no id: the response lists the cancelled uploads, and those that do not exist.
    https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-cancelurluploadjobs

    :raises JobNotFound: where there is no such upload.
    :raises RequestRejected: where the upload is no longer pending.
    """
    response = yield call(account, "vod", "CancelUrlUploadJobs", {"JobIds": ref["job_id"]})
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
    check_empty(response, "RequestId", "CanceledJobs", "NonExists")
    if ref["job_id"] in _names(body.get("CanceledJobs")):
        return
    request_id = facts.text(body.get("RequestId"))
    if ref["job_id"] in _names(body.get("NonExists")):
        message = "the vendor lists this upload among those that do not exist"
        raise JobNotFound("NotFound", message, status=response.status, request_id=request_id)
    message = "the vendor does not list this upload among the cancelled ones: it is no longer pending"
    raise RequestRejected("NotPending", message, status=response.status, request_id=request_id)


def _names(value: Any) -> set[str]:
    """The ids in a list, where one text may hold several ids separated by commas, as in the page's sample."""
    listed = value if isinstance(value, list) else [value]
    return {name.strip() for text in listed if isinstance(text, str) for name in text.split(",")}


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of an upload, by the vendor's record.

    :raises WrongShape: for a status that is no text.
    """
    word = shapes.word("Status", job.get("Status"))
    state = VOD_URL_UPLOAD.state_of(word)
    fault = JobFault(facts.text(job.get("ErrorCode")), facts.text(job.get("ErrorMessage")))
    made = Output(media_id=facts.text(job.get("MediaId")), size_bytes=facts.integer(job.get("FileSize")))
    return VOD_URL_UPLOAD.snapshot(
        {"job_id": job_id},
        word,
        created_at=parse_time(job.get("CreationTime")),
        finished_at=parse_time(job.get("CompleteTime")),
        outputs=(made,) if state is JobState.SUCCEEDED else (),
        error=fault if state is JobState.FAILED and any(fault) else None,
        request_id=request_id,
        raw=job,
    )


def check(ids: Mapping[str, str]) -> None:
    """Check that each value is one id: see :func:`batches.check_single`."""
    batches.check_single(VOD_URL_UPLOAD.name, ids)


VOD_URL_UPLOAD = JobKind(
    name="alibaba.vod.url_upload",
    title="ApsaraVideo VOD upload by URL",
    page=PAGE,
    ids=("job_id",),
    states=STATES,
    quota=quotas.VOD_URL_UPLOAD,
    look=look,
    console="https://vod.console.aliyun.com",
    console_list="https://vod.console.aliyun.com/#/media/video/list",
    permissions=(
        permission(
            "vod:GetURLUploadInfos", {"JobIds": NO_ID}, "URLUploadInfoList NonExists", proved_by="InvalidParameter"
        ),
    ),
    batch_size=batches.IDS_PER_CALL,
    check=check,
    cancel=Cancel(cancel, ("vod:CancelUrlUploadJobs",), quotas.VOD_URL_UPLOAD_CANCEL),
)
