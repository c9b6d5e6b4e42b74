# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ApsaraVideo Live, as the emulator answers for it.

From the pages GetEditingJobInfo and EditShowAndReplace (2016-11-01). Where the pages are silent, the choice stands in
the function that makes it.
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
    """JSON text, as the page's table and the SDK type the field, unless the world has chosen another form.

    One task is an object when ``ShowId`` is given (the page's sample), else a list ("one or more editing tasks").

    A studio nobody created a task in is unknown: ``InvalidShowList.NotFound``. A known studio without the episode
    answers with nothing in ``EditingTasksInfo``. The page says neither.
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
    """Text, or what the page's sample, its wording, and this product's neighbours would have in that place."""
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
    """Creates an editing task; a second one for the same episode takes the first one's place.

    Each makes a medium of its own: the page of GetEditingJobInfo knows nothing else that tells them apart.
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
    # Typed "string" in the SDK: JSON inside JSON. This jobId cannot be queried with GetEditingJobInfo.
    return {"JobInfo": json.dumps({"vodId": media, "mediaid": media, "jobId": context.new_id()})}


def _seconds(given: Given, name: str) -> float | None:
    """A float within the episode, whose length the emulator does not know."""
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
