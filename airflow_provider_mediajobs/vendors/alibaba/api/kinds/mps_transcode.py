# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of transcoding jobs of ApsaraVideo Media Processing (MPS): ``QueryJobList`` (product ``mts``, 2014-06-18).

Facts of the page: up to ten ids a call, separated by commas; unknown ids, also those of other accounts, are in
``NonExistJobIds``; 100 calls a second. Lists are wrapped, numbers under ``Properties`` are text. Its sample is a
**successful** job with ``Code`` and ``Message``, so only ``State`` decides. Each caption has its own ``Success``: a
successful job with a failed caption is only a partial success. The page has no time at which transcoding began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Cancel, Exchange, JobKind
from .....core.output import JobFault, Output, Rendition, fault_of
from .....core.times import parse_time
from .. import batches, oss, quotas
from ..rpc import NO_ID, call, check_empty, permission
from ..submissions.mps_transcode import SUBMIT

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-queryjoblist"

STATES = {
    "Submitted": JobState.PENDING,
    "Transcoding": JobState.RUNNING,
    "TranscodeSuccess": JobState.SUCCEEDED,
    "TranscodeFail": JobState.FAILED,
    "TranscodeCancelled": JobState.CANCELLED,
}
CAPTIONS = {"true": JobState.SUCCEEDED, "false": JobState.FAILED}
_PLACE = ("JobList", "Job", "NonExistJobIds")
_MARKS = ("JobId", "State")
_CAPTION_MARKS = ("Success", "Map", "OutSubtitleFile")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query up to ten jobs by one call; if that is refused, for instance for one bad id, query each singly."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["job_id"]: ref for ref in some}
        response = yield call(account, "mts", "QueryJobList", {"JobIds": ",".join(wanted)})
        return batches.answers(response, wanted, _PLACE, _MARKS, _snapshot)

    return (yield from batches.look(refs, ask))


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """Cancel a job that has not started, by ``CancelJob``.

    https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-canceljob

    :raises RequestRejected: for a job that has started or ended.
    :raises MediaJobsError: for any other refusal.
    """
    response = yield call(account, "mts", "CancelJob", {"JobId": ref["job_id"]})
    check_empty(response, "RequestId", "JobId")


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a job, by the vendor's record.

    :raises WrongShape: for a status or captions that cannot be read: the job's state depends on them.
    """
    output = shapes.known_record(job.get("Output"), shapes.capitalised)
    captions = _captions(output)
    made = tuple(map(_rendition, captions)) or None
    word = shapes.word("State", job.get("State"))
    state = MPS_TRANSCODE.state_of(word, made)
    return MPS_TRANSCODE.snapshot(
        {"job_id": job_id},
        word,
        made,
        progress=facts.percent(job.get("Percent")),
        created_at=parse_time(job.get("CreationTime")),
        finished_at=parse_time(job.get("FinishTime")),
        outputs=_outputs(output, captions) if state in {JobState.SUCCEEDED, JobState.PARTIAL} else (),
        error=_fault(state, job, made or ()),
        request_id=request_id,
        raw=job,
    )


def _captions(output: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of an output's captions.

    :raises WrongShape: for a list that cannot be read: it may hold a failed caption.
    """
    name = "OutSubtitleList"
    found = shapes.listed(name, output.get(name), "OutSubtitle", _CAPTION_MARKS, shapes.capitalised)
    if found.unread:
        raise found.unread
    return found.records


def _rendition(caption: dict[str, Any]) -> Rendition:
    """A caption as a rendition of its job.

    :raises WrongShape: for a ``Success`` that is neither boolean nor text.
    """
    made = caption.get("Success")
    word = str(made).lower() if isinstance(made, bool) else shapes.word("Success", made)
    state = CAPTIONS.get(word, JobState.UNKNOWN)
    message = facts.text(caption.get("Message"))
    return Rendition(
        definition=" ".join(filter(None, ("caption", facts.text(caption.get("Map"))))),
        template_id=None,
        job_id=None,
        state=str(state),
        raw_state=word,
        uri=oss.address(caption.get("OutSubtitleFile")) if state is JobState.SUCCEEDED else None,
        error=JobFault(None, message) if state is JobState.FAILED and message else None,
    )


def _fault(state: JobState, job: dict[str, Any], captions: Sequence[Rendition]) -> JobFault | None:
    """The reason of a failure: of the captions of a partial success, otherwise of the job."""
    if state is JobState.PARTIAL:
        return fault_of(captions)
    fault = JobFault(facts.text(job.get("Code")), facts.text(job.get("Message")))
    return fault if state is JobState.FAILED and any(fault) else None


def _outputs(output: dict[str, Any], captions: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The video, then the files of the captions that succeeded."""
    about = shapes.known_record(output.get("Properties"), shapes.capitalised)
    container = shapes.known_record(output.get("Container"), shapes.capitalised)
    streams = shapes.known_record(about.get("Streams"), shapes.capitalised)
    video, audio = (_first(streams.get(f"{name}StreamList"), f"{name}Stream") for name in ("Video", "Audio"))
    whole = Output(
        uri=oss.address(output.get("OutputFile")),
        format=facts.text(container.get("Format")) or facts.text(about.get("FileFormat")),
        duration_s=facts.number(about.get("Duration")),
        size_bytes=facts.integer(about.get("FileSize")),
        width=facts.integer(about.get("Width")),
        height=facts.integer(about.get("Height")),
        video_codec=facts.text(video.get("CodecName")),
        audio_codec=facts.text(audio.get("CodecName")),
        md5=facts.text(about.get("FileMd5")),
    )
    files = [caption.get("OutSubtitleFile") for caption in captions if _rendition(caption).state == JobState.SUCCEEDED]
    return (whole, *(Output(uri=oss.address(file)) for file in files))


def _first(value: Any, element: str) -> dict[str, Any]:
    """The first record of a list of streams, which is wrapped under ``element``; empty where there is none."""
    return next(iter(shapes.known_records(value, element, shapes.capitalised)), {})


def check(ids: Mapping[str, str]) -> None:
    """Check that each value is one id: see :func:`batches.check_single`."""
    batches.check_single(MPS_TRANSCODE.name, ids)


MPS_TRANSCODE = JobKind(
    name="alibaba.mps.transcode",
    title="ApsaraVideo Media Processing transcoding job",
    page=PAGE,
    ids=("job_id",),
    states=STATES,
    quota=quotas.MTS,
    look=look,
    console="https://mps.console.aliyun.com",
    permissions=(
        permission("mts:QueryJobList", {"JobIds": NO_ID}, "JobList NonExistJobIds", proved_by="InvalidParameter"),
    ),
    batch_size=batches.IDS_PER_CALL,
    renditions=CAPTIONS,
    lowered={(JobState.SUCCEEDED, JobState.FAILED): JobState.PARTIAL},
    check=check,
    cancel=Cancel(cancel, ("mts:CancelJob",), quotas.MTS_CANCEL),
    submit=SUBMIT,
)
