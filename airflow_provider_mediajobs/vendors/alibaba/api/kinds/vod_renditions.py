# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The renditions of a transcoding task of ApsaraVideo VOD (2017-03-21), by ``GetTranscodeTask``.

They are in the list ``TranscodeJobInfoList``. Each rendition is a job of its own there, one for each template of the
task's template group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....core import facts, shapes
from .....core.job import JobState
from .....core.output import JobFault, Output, Rendition

STATES = {
    "Transcoding": JobState.RUNNING,
    "TranscodeSuccess": JobState.SUCCEEDED,
    "TranscodeFail": JobState.FAILED,
}


LIST = "TranscodeJobInfoList"

# Where a rendition contradicts the task's word, the task's state is lowered: a running rendition means that the task
# has not ended, a failed one that its success is only partial.
LOWERED = {
    (JobState.SUCCEEDED, JobState.RUNNING): JobState.RUNNING,
    (JobState.PARTIAL, JobState.RUNNING): JobState.RUNNING,
    (JobState.SUCCEEDED, JobState.FAILED): JobState.PARTIAL,
}


def records(listed: Any) -> list[dict[str, Any]] | None:
    """The vendor's records, one for each rendition; ``None`` where the task's record has no list of them.

    :raises WrongShape: for a list or state of the wrong type: the task's state depends on them.
    """
    if shapes.is_empty(listed) and not isinstance(listed, list):
        return None
    found = shapes.listed(LIST, listed, "TranscodeJobInfo", spelt=shapes.capitalised)
    if found.unread:
        raise found.unread
    for job in found.records:
        _word(job)
    return found.records


def _word(record: dict[str, Any]) -> str:
    """The status word in a rendition's record.

    :raises WrongShape: for a status that is no text.
    """
    return shapes.word("TranscodeJobStatus", record.get("TranscodeJobStatus"))


def rendition(record: dict[str, Any]) -> Rendition:
    """One rendition, by the vendor's record.

    :raises WrongShape: for a status that is no text.
    """
    word = _word(record)
    state = STATES.get(word, JobState.UNKNOWN)
    fault = JobFault(facts.text(record.get("ErrorCode")), facts.text(record.get("ErrorMessage")))
    return Rendition(
        definition=facts.text(record.get("Definition")),
        template_id=facts.text(record.get("TranscodeTemplateId")),
        job_id=facts.text(record.get("TranscodeJobId")),
        state=str(state),
        raw_state=word,
        progress=facts.percent(record.get("TranscodeProgress")),
        uri=_output(record).uri if state is JobState.SUCCEEDED else None,
        error=fault if state is JobState.FAILED and any(fault) else None,
    )


def outputs(jobs: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The files of the renditions that succeeded."""
    return tuple(_output(job) for job in jobs if STATES.get(_word(job)) is JobState.SUCCEEDED)


def _output(job: dict[str, Any]) -> Output:
    """The file that a rendition has made."""
    file = shapes.known_record(job.get("OutputFile"))
    video = _first_stream(file.get("VideoStreamList"))
    audio = _first_stream(file.get("AudioStreamList"))
    return Output(
        uri=facts.text(file.get("OutputFileUrl")),
        format=facts.text(file.get("Format")),
        duration_s=facts.number(file.get("Duration")),
        size_bytes=facts.integer(file.get("Filesize")),
        width=facts.integer(file.get("Width")) or facts.integer(video.get("Width")),
        height=facts.integer(file.get("Height")) or facts.integer(video.get("Height")),
        video_codec=facts.text(video.get("CodecName")),
        audio_codec=facts.text(audio.get("CodecName")),
    )


def _first_stream(value: Any) -> dict[str, Any]:
    """The first stream of a list, which is JSON **text**; empty where it cannot be read, as only facts depend on it."""
    return next(iter(shapes.known_records(value)), {})
