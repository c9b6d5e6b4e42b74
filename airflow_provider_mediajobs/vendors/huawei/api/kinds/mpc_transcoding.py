# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of transcoding tasks of Huawei MPC: ``GET /v1/{project_id}/transcodings``.

From the page "Querying a Transcoding Task": a task has up to nine outputs, one for each template. ``multitask_info``
has records of them where some have failed; the page does not say which status the task then has. Names of videos and
pictures are in one list; ``progress`` stays 0 unless the vendor has enabled it for the tenant; ``create_time`` is
described as the start of transcoding. What the kind shares with other tasks is in :mod:`mpc_tasks`.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.job import JobState
from .....core.output import Output, Rendition
from ..faults import fault
from ..submissions.mpc_transcoding import SUBMIT
from . import mpc_files
from .mpc_tasks import Results, dialect_a, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListTranscodingTask.html"

STATES = {**dialect_a("TRANSCODING"), "NEED_TO_BE_AUDIT": JobState.PENDING}  # the source awaits review

# Records of outputs have no status word, so they are given those of a task; an output without a record has none.
_MADE, _FAILED, _UNREPORTED = "SUCCEEDED", "FAILED", ""
RENDITIONS = {_MADE: JobState.SUCCEEDED, _FAILED: JobState.FAILED}
LOWERED = {(JobState.SUCCEEDED, JobState.FAILED): JobState.PARTIAL}


def renditions(task: dict[str, Any], state: JobState) -> tuple[Rendition, ...] | None:
    """The outputs of a task as renditions, as far as its record reports them; ``None`` where it reports none.

    :param task: the task's record.
    :param state: the state that the task's status word means.
    :raises WrongShape: where the task's word says that it has succeeded, but the outputs, which decide, cannot be read.
    """
    try:
        reported = [_rendition(entry, state) for entry in _entries(task)]
    except shapes.WrongShape:
        if state is JobState.SUCCEEDED:  # the unreadable records may contradict it
            raise
        return None
    if state is JobState.SUCCEEDED:
        # Templates without a record have succeeded. But a failed output without a template may be that of any of them.
        nameless = any(rendition.template_id is None and rendition.raw_state == _FAILED for rendition in reported)
        unreported = _UNREPORTED if nameless else _MADE
        named = {rendition.template_id for rendition in reported}
        reported += [_of(template, unreported) for template in _templates(task) if template not in named]
    return tuple(reported) or None


def _entries(task: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of a task's outputs.

    :raises WrongShape: for a list that cannot be read.
    """
    detail = shapes.record("transcode_detail", task.get("transcode_detail"))
    marks = ("template_id", "error", "output_file")
    found = shapes.listed("multitask_info", detail.get("multitask_info"), "multitask_info", marks)
    if found.unread:
        raise found.unread
    return found.records


def _rendition(entry: dict[str, Any], state: JobState) -> Rendition:
    """An output as a rendition, by its record and the state of the task."""
    template = facts.text(entry.get("template_id"))
    if _has_failed(entry.get("error")):
        return _of(template, _FAILED)._replace(error=fault({"error": entry.get("error")}))
    return _of(template, _MADE if state is JobState.SUCCEEDED else _UNREPORTED)


def _has_failed(error: Any) -> bool:
    """Whether the ``error`` of an output's record says that the output has failed: whether it is not empty.

    :raises WrongShape: for a value that is neither a record nor text.
    """
    try:
        return any(not shapes.is_empty(value) for value in shapes.record("error", error).values())
    except shapes.WrongShape:
        if isinstance(error, str):
            return True
        raise


def _of(template: str | None, word: str) -> Rendition:
    """The rendition of a template with this word."""
    return Rendition(None, template, None, str(RENDITIONS.get(word, JobState.UNKNOWN)), word)


def _templates(task: dict[str, Any]) -> list[str]:
    """The ids of a task's templates, each once."""
    given = task.get("trans_template_id")
    found = map(facts.text, given if isinstance(given, list) else [given])
    return list(dict.fromkeys(template for template in found if template))


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The files that the record names, videos and pictures; it does not say which of them belongs to which template."""
    place = shapes.known_record(task.get("output"))
    names = mpc_files.names(task.get("output_file_name"))
    return tuple(mpc_files.output(place, name, None) for name in names) or (mpc_files.output(place, None, None),)


MPC_TRANSCODING = task_kind(
    "huawei.mpc.transcoding",
    "Huawei MPC transcoding task",
    PAGE,
    "transcodings",
    STATES,
    Results(outputs, renditions, RENDITIONS, LOWERED),
    action="mpc:transcodeTask:view",
    cancel_action="mpc:transcodeTask:delete",
    running="TRANSCODING",
    progress="progress",
    submit=SUBMIT,
)
