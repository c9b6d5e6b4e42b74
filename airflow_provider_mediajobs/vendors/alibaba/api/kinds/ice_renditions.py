# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The renditions of a transcoding job of Intelligent Media Services: ``TranscodeJobList`` of ``GetTranscodeJob``.

Each rendition is a job of its own there, one for each requested output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .....core import facts, shapes
from .....core.job import JobState
from .....core.output import Output, Rendition
from .. import ice

STATES = {
    "Init": JobState.PENDING,
    "Processing": JobState.RUNNING,
    "Success": JobState.SUCCEEDED,
    "Fail": JobState.FAILED,
    "Deleted": JobState.CANCELLED,
}
_LIST = "TranscodeJobList"
_MARKS = ("JobId", "Status")


class Reported(NamedTuple):
    """The renditions that a job's record reports.

    :param records: the vendor's records, one for each rendition; ``None`` where the record has no list of them.
    :param later: whether the job has more renditions than its record reports, so that a later query may report them.
    """

    records: list[dict[str, Any]] | None
    later: bool


def reported(job_id: str, job: dict[str, Any]) -> Reported:
    """Read the renditions from a job's record.

    :param job_id: id of the job; records that name another job as their parent are ignored.
    :param job: the job's record.
    :raises WrongShape: for a list, state or count of the wrong type: the job's state depends on them.
    """
    value, count = job.get(_LIST), facts.integer(job.get("JobCount"))
    if count is None and job.get("JobCount") not in (None, ""):
        raise shapes.WrongShape("JobCount")
    if shapes.is_empty(value) and not isinstance(value, list):
        return Reported(None, later=bool(count))
    found = shapes.listed(_LIST, value, "TranscodeJob", _MARKS, shapes.capitalised)
    if found.unread:
        raise found.unread
    own = [part for part in found.records if shapes.ident("ParentJobId", part.get("ParentJobId")) in {job_id, None}]
    names = {shapes.ident("JobId", part.get("JobId")) or f"number {number}" for number, part in enumerate(own)}
    for part in own:
        _word(part)
    return Reported(own, later=len(names) < (count or 0))


def _word(part: dict[str, Any]) -> str:
    """The status word in a rendition's record.

    :raises WrongShape: for a status that is no text.
    """
    return shapes.word("Status", part.get("Status"))


def rendition(part: dict[str, Any]) -> Rendition:
    """One rendition, by the vendor's record.

    :raises WrongShape: for a status that is no text.
    """
    word = _word(part)
    state = STATES.get(word, JobState.UNKNOWN)
    process = _part(part, "ProcessConfig")
    return Rendition(
        definition=None,
        template_id=facts.text(_part(process, "Transcode").get("TemplateId")),
        job_id=facts.text(part.get("JobId")),
        state=str(state),
        raw_state=word,
        uri=_output(part).uri if state is JobState.SUCCEEDED else None,
        error=ice.fault(_part(part, "SubmitResultJson")) if state is JobState.FAILED else None,
    )


def outputs(parts: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The files of the renditions that succeeded."""
    return tuple(_output(part) for part in parts if STATES.get(_word(part)) is JobState.SUCCEEDED)


def _output(part: dict[str, Any]) -> Output:
    """The file that a rendition has made."""
    return ice.measured(part.get("OutFileMeta"), ice.location(part.get("Output")))


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    """The record in a field of another one; empty where there is none."""
    return shapes.known_record(record.get(name), shapes.capitalised)
