# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated editing tasks of ApsaraVideo Live.

Written from the pages GetEditingJobInfo and EditShowAndReplace (2016-11-01). What the pages leave open is decided here,
and described where it is decided.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from ..operation import LIVE, Given, Operation, json_parameter, made_up_id, malformed, required

KIND = EmulatedKind(
    name="alibaba.live.editing",
    ids=("caster_id", "show_id"),
    course=(("0", 0.0), ("1", 0.2), ("2", 0.8), ("3", 1.0)),
    failure="-1",
    unstarted=frozenset({"0"}),
    unfinished=frozenset({"0", "1", "2"}),
    forms=("text", "object", "list", "wrapped", "keyed", "lines", "fragment", "lower"),
)

_WHOLE_NUMBER = re.compile(r"-?[0-9]+")


def get_editing_job_info(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetEditingJobInfo``: the tasks of one episode, or without ``ShowId`` of all episodes of a studio.

    ``EditingTasksInfo`` is JSON text, as the page's table and the SDK type it, unless the world's ``forms`` choose
    another form: an object with ``ShowId``, as in the page's sample, otherwise a list ("one or more editing tasks").
    The page does not describe unknown ids: here a studio without any task is refused, and a known studio without the
    episode has an empty ``EditingTasksInfo``.

    :raises Refusal: for a missing or rejected id, or an unknown studio.
    """
    caster_id, show_id = required(given, "CasterId"), given.get("ShowId")
    ids = {"caster_id": caster_id, **({"show_id": show_id} if show_id else {})}
    if context.rejects(KIND.name, **ids):
        raise Refusal(400, "InvalidParameter", "The specified parameter is not valid.")
    if not context.knows(KIND.name, caster_id=caster_id):
        raise Refusal(404, "InvalidShowList.NotFound", "The specified show list does not exist.")
    tasks = [_editing_task(context.look(job)) for job in context.jobs(KIND.name, **ids)]
    return {"CasterId": caster_id, "EditingTasksInfo": _in_form(context.form(KIND.name), tasks, one=bool(show_id))}


def _in_form(form: str, tasks: list[dict[str, Any]], *, one: bool) -> Any:
    """The value of ``EditingTasksInfo`` in one of the forms that the page, its sample or similar operations suggest.

    :param form: one of the kind's ``forms``.
    :param one: whether the request is for a single episode.
    """
    plain: Any = (tasks[0] if tasks else {}) if one else tasks
    forms: dict[str, Callable[[], Any]] = {
        "text": lambda: json.dumps(plain) if tasks else "",
        "object": lambda: plain,
        "list": lambda: tasks,
        "wrapped": lambda: {"TotalNum": len(tasks), "EditingTaskList": {"EditingTask": tasks}},
        "keyed": lambda: {task["ShowId"]: task for task in tasks},
        "lines": lambda: "\n".join(json.dumps(task) for task in tasks),
        "fragment": lambda: "".join(f'"EditingTasksInfo": {json.dumps(task)},' for task in tasks),
        "lower": lambda: json.dumps([{name[:1].lower() + name[1:]: task[name] for name in task} for task in tasks]),
    }
    return forms[form]()


def _editing_task(job: EmulatedJob) -> dict[str, Any]:
    """A task's record."""
    return job.over(
        {
            "OutputVodId": made_up_id(job["caster_id"], job["show_id"]),
            "TaskStatus": int(job.state) if _WHOLE_NUMBER.fullmatch(job.state) else job.state,
            "StorageInfo": {
                "StorageLocation": "outin-emulator.oss-cn-shanghai.aliyuncs.com",
                "FileName": "EditFile.mp4",
            },
            "ShowId": job["show_id"],
        }
    )


def edit_show_and_replace(context: VendorContext, given: Given) -> dict[str, Any]:
    """``EditShowAndReplace``: creates an editing task, which replaces an earlier one of the same episode.

    Each task makes a media asset of its own, by which alone GetEditingJobInfo distinguishes them. A task whose
    ``StorageInfo`` contains "broken" will fail.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    caster_id, show_id = required(given, "CasterId"), required(given, "ShowId")
    required(given, "StorageInfo")
    storage = json_parameter(given, "StorageInfo", dict)
    if not given.get("StartTime") and not given.get("EndTime"):
        raise Refusal(400, "MissingStartTime", "At least one of StartTime and EndTime is mandatory for this action.")
    if not all(isinstance(storage.get(name), str) and storage[name] for name in ("StorageLocation", "FileName")):
        raise malformed("StorageInfo")
    start, end = _seconds(given, "StartTime") or 0.0, _seconds(given, "EndTime")
    if end is not None and end <= start:
        raise malformed("EndTime")
    ids = {"caster_id": caster_id, "show_id": show_id}
    media = context.new_id()
    record = {"OutputVodId": media, "StorageInfo": storage}
    context.create(KIND.name, ids, record, broken="broken" in given["StorageInfo"])
    # JSON text, as the SDK types the field. No operation queries by this jobId.
    return {"JobInfo": json.dumps({"vodId": media, "mediaid": media, "jobId": context.new_id()})}


def _seconds(given: Given, name: str) -> float | None:
    """A time in seconds from the beginning of the episode, which may be longer than it; ``None`` where it is missing.

    :raises Refusal: for a value that is no such number.
    """
    text = given.get(name)
    if text and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise malformed(name)
    return float(text) if text else None


_IDS = {"CasterId": "caster_id", "ShowId": "show_id"}
_SUBMIT = Limit("alibaba.live.EditShowAndReplace", 10, 1.0)
OPERATIONS = (
    Operation(LIVE, "GetEditingJobInfo", KIND.name, _IDS, get_editing_job_info),
    Operation(LIVE, "EditShowAndReplace", KIND.name, _IDS, edit_show_and_replace, _SUBMIT),
)
