# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the kinds of Intelligent Media Services (ICE, 2020-11-09) share: the status query, errors and output files.

Each query is for one job. Its response has the record in a field whose name depends on the kind, and so does the name
of the id in some kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....core import batches, facts, shapes
from ....core.errors import JobNotFound, RequestRejected
from ....core.job import JobRef
from ....core.kind import Answers, Exchange, Permission, of_these
from ....core.output import JobFault, Output
from . import oss
from .rpc import NO_ID, call, check_empty, permission

if TYPE_CHECKING:
    from ....core.account import Account

CONSOLE = "https://ims.console.aliyun.com"
_NO_JOB = "InvalidParameter InvalidJobId.Malformed JobNotFound InvalidJob.NotFound InvalidJobId.NotFound NoSuchResource"


def look(
    account: Account, ref: JobRef, action: str, place: str, read: batches.Read, id_field: str = "JobId"
) -> Exchange[Answers]:
    """Query one job by one call.

    :param action: the operation that queries a job of this kind.
    :param place: the field of the response that holds the job's record.
    :param read: reads the record.
    :param id_field: name of the record's id, and of the parameter that carries it.
    :return: the answer for ``ref``; empty where the vendor shows no such job.
    :raises MediaJobsError: for an error that does not concern this job alone.
    """
    ((_, job_id),) = ref.ids
    try:
        response = yield call(account, "ice", action, {id_field: job_id})
        body = response.json()
        try:
            body = shapes.capitalised(body)
            found = shapes.listed(place, body.get(place), place, (id_field, "Status"), shapes.capitalised)
        except shapes.WrongShape as wrong:
            return {ref: shapes.unreadable(response, wrong)}
        if not found.sent:
            check_empty(response, "RequestId", place)
    except (JobNotFound, RequestRejected) as error:
        return of_these([ref], error)
    return batches.answers(response, facts.text(body.get("RequestId")), {job_id: ref}, found, id_field, read)


def permission_for(action: str, place: str, id_field: str = "JobId") -> Permission:
    """The permission that a status query needs; for the parameters see :func:`look`."""
    return permission(f"ice:{action}", {id_field: NO_ID}, place, proved_by=_NO_JOB)


def fault(job: dict[str, Any]) -> JobFault | None:
    """The code and message in the record of a failed job; ``None`` where it has neither.

    Only for failed jobs: the vendor's samples show a successful job that has both.
    """
    found = JobFault(facts.text(job.get("Code")), facts.text(job.get("Message")))
    return found if any(found) else None


def location(value: Any) -> Output:
    """The location in a record's ``Output`` or ``Input``: an OSS object, by URL or by parts, or a media asset."""
    output = shapes.known_record(value, shapes.capitalised)
    media, sort = facts.text(output.get("Media")), facts.text(output.get("Type"))
    if sort == "Media":
        return Output(media_id=media)
    return Output(uri=media or oss.address(output.get("OssFile")) or facts.text(output.get("OutputUrl")))


def measured(value: Any, requested: Output) -> Output:
    """A file with the facts that the vendor has measured.

    :param value: the vendor's record of the file and its streams.
    :param requested: location of the file by the job's parameters, for a record that does not state it.
    """
    about = shapes.known_record(value, shapes.capitalised)
    file = shapes.known_record(about.get("FileBasicInfo"), shapes.capitalised)
    video, audio = _first(about.get("VideoStreamInfoList")), _first(about.get("AudioStreamInfoList"))
    return Output(
        uri=facts.text(file.get("FileUrl")) or requested.uri,
        media_id=facts.text(file.get("MediaId")) or requested.media_id,
        format=facts.text(file.get("FormatName")),
        duration_s=facts.number(file.get("Duration")),
        size_bytes=facts.integer(file.get("FileSize")),
        width=facts.integer(file.get("Width")),
        height=facts.integer(file.get("Height")),
        video_codec=_codec(video),
        audio_codec=_codec(audio),
    )


def _codec(stream: dict[str, Any]) -> str | None:
    """The codec of a stream: ``CodecName`` on the pages, and ``Codec_name`` for video in the vendor's SDK."""
    return facts.text(stream.get("CodecName")) or facts.text(stream.get("Codec_name"))


def _first(value: Any) -> dict[str, Any]:
    """The first record of a list of streams; empty where there is none."""
    return next(iter(shapes.known_records(value, spelt=shapes.capitalised)), {})
