# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services (ICE, 2020-11-09): jobs that are asked for one a call, and the limit they share.

The wrapper of the record has another name for each sort of job, and so has its field for the id of some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....core import batches, facts, shapes
from ....core.errors import JobNotFound, RequestRejected
from ....core.job import JobRef
from ....core.kind import Answers, Exchange, Permission, of_these
from ....core.output import JobFault, Output
from .rpc import NO_ID, call, check_empty, permission

if TYPE_CHECKING:
    from ....core.account import Account

CONSOLE = "https://ims.console.aliyun.com"
_NO_JOB = "InvalidParameter InvalidJobId.Malformed JobNotFound InvalidJob.NotFound InvalidJobId.NotFound NoSuchResource"


def look(
    account: Account, ref: JobRef, action: str, place: str, read: batches.Read, id_field: str = "JobId"
) -> Exchange[Answers]:
    """One call for one job.

    :param place: the field that has the record.
    :param id_field: of the record, and the parameter of the same name.
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
    """The one that a look needs."""
    return permission(f"ice:{action}", {id_field: NO_ID}, place, proved_by=_NO_JOB)


def fault(job: dict[str, Any]) -> JobFault | None:
    """Why it failed, where the record says; a job that succeeded may have a code, too."""
    found = JobFault(facts.text(job.get("Code")), facts.text(job.get("Message")))
    return found if any(found) else None


def place(value: Any) -> Output:
    """Where an ``Output`` says that the file is: an object of OSS, by its address or its parts, or a medium."""
    output = shapes.known_record(value, shapes.capitalised)
    media, sort = facts.text(output.get("Media")), facts.text(output.get("Type"))
    if sort == "Media":
        return Output(media_id=media)
    file = shapes.known_record(output.get("OssFile"), shapes.capitalised)
    bucket, name = facts.text(file.get("Bucket")), facts.text(file.get("Object"))
    parts = f"oss://{bucket}/{name.lstrip('/')}" if bucket and name else None
    return Output(uri=media or parts or facts.text(output.get("OutputUrl")))


def measured(value: Any, place: Output) -> Output:
    """A file as the vendor measured it; where it has not, as it was named.

    :param value: basic facts of the file and its streams.
    """
    about = shapes.known_record(value, shapes.capitalised)
    file = shapes.known_record(about.get("FileBasicInfo"), shapes.capitalised)
    video, audio = _first(about.get("VideoStreamInfoList")), _first(about.get("AudioStreamInfoList"))
    return Output(
        uri=facts.text(file.get("FileUrl")) or place.uri,
        media_id=facts.text(file.get("MediaId")) or place.media_id,
        format=facts.text(file.get("FormatName")),
        duration_s=facts.number(file.get("Duration")),
        size_bytes=facts.integer(file.get("FileSize")),
        width=facts.integer(file.get("Width")),
        height=facts.integer(file.get("Height")),
        video_codec=_codec(video),
        audio_codec=_codec(audio),
    )


def _codec(stream: dict[str, Any]) -> str | None:
    """``CodecName``, as the pages have it; the models of the vendor's SDK call it ``Codec_name`` in video streams."""
    return facts.text(stream.get("CodecName")) or facts.text(stream.get("Codec_name"))


def _first(value: Any) -> dict[str, Any]:
    return next(iter(shapes.known_records(value, spelt=shapes.capitalised)), {})
