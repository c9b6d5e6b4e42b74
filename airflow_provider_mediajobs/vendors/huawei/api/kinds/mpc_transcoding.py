# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying a Transcoding Task": ``GET /v1/{project_id}/transcodings``.

Facts of the page: up to nine outputs a task, one for each template; ``multitask_info`` tells of them where some have
failed, and of which status the whole then has it says nothing; names of videos and pictures are one list; ``progress``
stays 0 unless the tenant is on a list of the vendor's; ``create_time`` is called the start of transcoding.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.job import JobState
from .....core.output import Output, Rendition
from ..faults import fault
from ..submissions.mpc_transcoding import SUBMIT
from . import mpc_files
from .mpc_tasks import Making, dialect_a, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListTranscodingTask.html"

STATES = {**dialect_a("TRANSCODING"), "NEED_TO_BE_AUDIT": JobState.PENDING}  # its source awaits review

# Outputs have no words of their own: those of a task stand for theirs.
_MADE, _FAILED, _UNTOLD = "SUCCEEDED", "FAILED", ""
RENDITIONS = {_MADE: JobState.SUCCEEDED, _FAILED: JobState.FAILED}
LOWERED = {(JobState.SUCCEEDED, JobState.FAILED): JobState.PARTIAL}


def renditions(task: dict[str, Any], state: JobState) -> tuple[Rendition, ...] | None:
    """One for each template, as far as the record tells of them."""
    try:
        told = [_rendition(entry, state) for entry in _entries(task)]
    except shapes.WrongShape:
        if state is JobState.SUCCEEDED:  # they may deny it
            raise
        return None
    if state is JobState.SUCCEEDED:
        # A failed one that does not say its template may be any of those that are not told.
        nameless = any(rendition.template_id is None and rendition.raw_state == _FAILED for rendition in told)
        untold = _UNTOLD if nameless else _MADE
        named = {rendition.template_id for rendition in told}
        told += [_of(template, untold) for template in _templates(task) if template not in named]
    return tuple(told) or None


def _entries(task: dict[str, Any]) -> list[dict[str, Any]]:
    detail = shapes.record("transcode_detail", task.get("transcode_detail"))
    marks = ("template_id", "error", "output_file")
    found = shapes.listed("multitask_info", detail.get("multitask_info"), "multitask_info", marks)
    if found.unread:
        raise found.unread
    return found.records


def _rendition(entry: dict[str, Any], state: JobState) -> Rendition:
    template = facts.text(entry.get("template_id"))
    if _has_failed(entry.get("error")):
        return _of(template, _FAILED)._replace(error=fault({"error": entry.get("error")}))
    return _of(template, _MADE if state is JobState.SUCCEEDED else _UNTOLD)


def _has_failed(error: Any) -> bool:
    """Whether an error says anything.

    :raises WrongShape: for what is no error and no text.
    """
    try:
        return any(not shapes.is_empty(value) for value in shapes.record("error", error).values())
    except shapes.WrongShape:
        if isinstance(error, str):
            return True
        raise


def _of(template: str | None, word: str) -> Rendition:
    return Rendition(None, template, None, str(RENDITIONS.get(word, JobState.UNKNOWN)), word)


def _templates(task: dict[str, Any]) -> list[str]:
    given = task.get("trans_template_id")
    found = map(facts.text, given if isinstance(given, list) else [given])
    return list(dict.fromkeys(template for template in found if template))


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """Videos and pictures, as the record names them; which of them belongs to which template it does not say."""
    place = shapes.known_record(task.get("output"))
    names = mpc_files.names(task.get("output_file_name"))
    return tuple(mpc_files.output(place, name, None) for name in names) or (mpc_files.output(place, None, None),)


MPC_TRANSCODING = task_kind(
    "huawei.mpc.transcoding",
    "Huawei MPC transcoding task",
    PAGE,
    "transcodings",
    STATES,
    Making(outputs, renditions, RENDITIONS, LOWERED),
    action="mpc:transcodeTask:view",
    cancel_action="mpc:transcodeTask:delete",
    running="TRANSCODING",
    progress="progress",
    submit=SUBMIT,
)
