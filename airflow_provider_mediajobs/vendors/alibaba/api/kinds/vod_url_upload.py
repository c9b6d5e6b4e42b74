# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ApsaraVideo VOD ``GetURLUploadInfos`` (2017-03-21): media that VOD fetches from elsewhere.

Facts of the page: up to ten ids a call, separated by commas; unknown ones are in ``NonExists``; uploads of the past
year, in Shanghai and Singapore only; 100 calls a second, apart from the limits of VOD's other operations.
``UPLOAD_SUCCESS`` is not the end, ``SUCCESS`` is: then the caller has been called back, too. Its sample has an
``ErrorCode`` in a success. An upload may take hours to days. One that waits (``PENDING``) can be cancelled; no page
has a word for such a one.
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
    """Query up to ten uploads by one call. One bad id may get the whole call refused: then each is queried singly."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["job_id"]: ref for ref in some}
        query = {"JobIds": ",".join(wanted)}
        response = yield call(account, "vod", "GetURLUploadInfos", query)
        return batches.answers(response, wanted, _PLACE, _MARKS, _snapshot)

    return (yield from batches.look(refs, ask))


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """``CancelUrlUploadJobs``: cancels an upload that waits. The response lists the cancelled uploads; none is refused.

    :raises JobNotFound: where there is no such upload.
    :raises RequestRejected: where the upload is no longer waiting.
    """
    response = yield call(account, "vod", "CancelUrlUploadJobs", {"JobIds": ref["job_id"]})
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
    check_empty(response, "RequestId", "CanceledJobs", "NonExists")
    if ref["job_id"] in _names(body.get("CanceledJobs")):
        return
    request_id = facts.text(body.get("RequestId"))
    if ref["job_id"] in _names(body.get("NonExists")):
        raise JobNotFound("NotFound", "there is no such upload", status=response.status, request_id=request_id)
    message = "it is not among the uploads that were cancelled: it does not wait any more"
    raise RequestRejected("NotPending", message, status=response.status, request_id=request_id)


def _names(value: Any) -> set[str]:
    """Ids of a list; the page's sample has several ids in one text."""
    listed = value if isinstance(value, list) else [value]
    return {name.strip() for text in listed if isinstance(text, str) for name in text.split(",")}


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    word = shapes.word("Status", job.get("Status"))
    state = VOD_URL_UPLOAD.state_of(word)
    fault = JobFault(facts.text(job.get("ErrorCode")), facts.text(job.get("ErrorMessage")))
    made = Output(media_id=facts.text(job.get("MediaId")), size_bytes=facts.integer(job.get("FileSize")))
    return VOD_URL_UPLOAD.snapshot(
        {"job_id": job_id},
        word,
        created_at=parse_time(job.get("CreationTime")),
        finished_at=parse_time(job.get("CompleteTime")) if state.ended else None,
        outputs=(made,) if state is JobState.SUCCEEDED else (),
        error=fault if state is JobState.FAILED and any(fault) else None,
        request_id=request_id,
        raw=job,
    )


def check(ids: Mapping[str, str]) -> None:
    """See :func:`batches.check_single`."""
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
