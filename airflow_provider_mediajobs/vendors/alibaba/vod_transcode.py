"""ApsaraVideo VOD ``ListTranscodeTask`` (2017-03-21), followed up by ``GetTranscodeTask``.

Facts of the page: keyed by video, not by task; 15 calls a second per account, the excess **dropped**; at most 50 a
page and no total; tasks of the past year. The list carries no error text and no output, the follow-up does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...core import facts
from ...core.errors import (
    JobNotFound,
    ParameterError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    UnreadableResponse,
)
from ...core.job import JobFault, JobRef, JobSnapshot, JobState, least_final
from ...core.kind import Answers, Exchange, JobKind, Quota
from ...core.times import parse_time
from .rpc import call, check_empty
from .vod_renditions import failures, outputs, renditions
from .vod_summary import VIDEOS, probe

if TYPE_CHECKING:
    from ...core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-listtranscodetask"

STATES = {
    "Processing": JobState.RUNNING,
    "Partial": JobState.RUNNING,  # some renditions are done, others not yet: not an end
    "CompleteAllSucc": JobState.SUCCEEDED,
    "CompeleteAllSucc": JobState.SUCCEEDED,  # sic: the page's own sample
    "CompleteAllSucces": JobState.SUCCEEDED,  # sic: the older page of GetTranscodeTask
    "CompletePartialSucc": JobState.PARTIAL,
    "CompleteAllFail": JobState.FAILED,
}

PAGE_SIZE = 50
DETAIL_TRIES = 3
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """List the tasks of one video, choose each reference's task, and ask for the details of those that ended."""
    try:
        tasks, request_id = yield from _list(account, refs[0])
    except (JobNotFound, RequestRejected) as error:
        # InvalidVideo.NotFound, or an id called wrong: trouble of this video's waits, not of those looked at along.
        return dict.fromkeys(refs, error)
    tasks = _in_window(refs[0], tasks)
    answers: dict[JobRef, JobSnapshot] = {}
    details: dict[str, dict[str, Any]] = {}
    for ref in refs:
        task = _choose(ref, tasks)
        if task is None:
            continue
        task_id = facts.text(task.get("TranscodeTaskId")) or ""
        if task_id and task_id not in details and _state(task).ended:
            details[task_id] = yield from _detail(account, task_id)
        detail = details.get(task_id, {})
        answers[ref] = least_final(_snapshot(ref, record, detail, request_id) for record in _told(task, detail))
    return answers


def _list(account: Account, ref: JobRef) -> Exchange[tuple[list[dict[str, Any]], str | None]]:
    """All tasks of a video: page after page until a short one, each task once in each status it was shown in."""
    tasks: dict[tuple[str, str], dict[str, Any]] = {}
    query = {"VideoId": ref["video_id"], "StartTime": ref.get("start_time"), "EndTime": ref.get("end_time")}
    page = 0
    while True:
        page += 1
        response = yield call(account, "vod", "ListTranscodeTask", query | {"PageSize": PAGE_SIZE, "PageNo": page})
        body = response.json()
        found = _task_list(body.get("TranscodeTaskList"))
        if not found:
            check_empty(response, "RequestId", "TranscodeTaskList")
        before = len(tasks)
        for task in found:
            if facts.text(task.get("VideoId")) in {ref["video_id"], None}:
                key = facts.text(task.get("TranscodeTaskId")) or repr(task)
                tasks.setdefault((key, facts.word(task.get("TaskStatus"))), task)
        # A page that brought nothing new ends it too: a server that ignores PageNo would go on for ever.
        if len(found) < PAGE_SIZE or len(tasks) == before:
            return list(tasks.values()), facts.text(body.get("RequestId"))


def _task_list(value: Any) -> list[dict[str, Any]]:
    # The sample shows a plain array; its table names the element as this product's wrapped arrays do.
    return facts.records(facts.mapping(value).get("TranscodeTask", value))


def _in_window(ref: JobRef, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was created within the time filters. The vendor filters too, but its page does not say by which time.

    Both ends belong to it (the page is silent): times are in whole seconds, and a run may begin in the very first.
    """
    start, end = parse_time(ref.get("start_time")), parse_time(ref.get("end_time"))
    dated = [(task, parse_time(task.get("CreationTime"))) for task in tasks]
    return [
        task
        for task, moment in dated
        if moment is None or ((start is None or start <= moment) and (end is None or moment <= end))
    ]


def _choose(ref: JobRef, tasks: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The task asked for, or else the newest; of several that may be it, the one that opens a gate last."""
    wanted = ref.get("transcode_task_id")
    if wanted is not None:  # the id says which run it is: a time that cannot be read leaves no doubt
        candidates = [task for task in tasks if facts.text(task.get("TranscodeTaskId")) == wanted]
    else:
        candidates = _newest(ref, tasks)
    if not candidates:
        return None
    snapshots = {id(task): _snapshot(ref, task, {}, None) for task in candidates}
    least = least_final(snapshots.values())
    return next(task for task in candidates if snapshots[id(task)] is least)


def _newest(ref: JobRef, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest task, then those without a time: one of them may be newer, and keeps the gate shut while it runs.

    Under a time filter they open no gate of their own: they may be of any time.
    """
    dated = [(task, parse_time(task.get("CreationTime"))) for task in tasks]
    newest = max((moment for _, moment in dated if moment is not None), default=None)
    if newest is None:
        return [] if ref.get("start_time") or ref.get("end_time") else list(tasks)
    return [task for task, moment in dated if moment == newest] + [task for task, moment in dated if moment is None]


def _detail(account: Account, task_id: str) -> Exchange[dict[str, Any]]:
    """``GetTranscodeTask``: codes, messages, files. The end is known without it, so its own trouble only costs those.

    A throttle or a lost connection is not its own: it passes, and the look is made again. An operation that is broken
    may stay so and would hide the end for ever; a few tries at once, so that no blip costs the outputs.
    """
    for _ in range(DETAIL_TRIES):
        try:
            response = yield call(account, "vod", "GetTranscodeTask", {"TranscodeTaskId": task_id})
            detail = facts.mapping(response.json().get("TranscodeTask"))
            if not detail:
                check_empty(response, "RequestId", "TranscodeTask")
        except (PermissionDenied, RequestRejected, JobNotFound):
            break
        except (ServerFault, UnreadableResponse):
            continue
        return detail if facts.text(detail.get("TranscodeTaskId")) in {task_id, None} else {}
    return {}


def _told(task: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
    """The task as the list has it, and as its details have it: where they disagree, the one that opens last counts."""
    status = facts.word(detail.get("TaskStatus"))
    return [task, task | {"TaskStatus": status}] if status else [task]


def _state(task: Mapping[str, Any]) -> JobState:
    return VOD_TRANSCODE.state(facts.word(task.get("TaskStatus")))


def _snapshot(ref: JobRef, task: dict[str, Any], detail: dict[str, Any], request_id: str | None) -> JobSnapshot:
    state = _state(task)
    ids = {"video_id": ref["video_id"]}
    if task_id := facts.text(task.get("TranscodeTaskId")):
        ids["transcode_task_id"] = task_id
    jobs = renditions(detail)
    return JobSnapshot(
        VOD_TRANSCODE.name,
        ids,
        state,
        facts.word(task.get("TaskStatus")),
        created_at=parse_time(task.get("CreationTime")),
        # The page's sample has a CompleteTime on a task that is still Processing: it is no sign of an end.
        finished_at=parse_time(task.get("CompleteTime")) if state.ended else None,
        outputs=outputs(jobs) if state in {JobState.SUCCEEDED, JobState.PARTIAL} else (),
        error=_fault(failures(jobs)) if state in {JobState.PARTIAL, JobState.FAILED} else None,
        request_id=request_id,
        raw=task | ({"TranscodeJobInfoList": jobs} if jobs else {}),
    )


def _fault(faults: Sequence[tuple[str, JobFault]]) -> JobFault | None:
    """The first failed rendition's code; the message names them all."""
    if not faults:
        return None
    message = "; ".join(": ".join(part for part in (name, fault.code, fault.message) if part) for name, fault in faults)
    return JobFault(faults[0][1].code, message)


def check(ids: Mapping[str, str]) -> None:
    """The time filters.

    :raises ParameterError: for a filter in another form, or an end that is not later than the start.
    """
    moments: dict[str, datetime] = {}
    for name in ("start_time", "end_time"):
        moment = parse_time(ids.get(name))
        if name in ids and (moment is None or not _TIME.fullmatch(ids[name])):
            raise ParameterError(
                f"{VOD_TRANSCODE.name}: {name} must be UTC as yyyy-MM-ddTHH:mm:ssZ, not {ids[name]!r}; "
                "for example 2026-09-01T18:50:20Z"
            )
        if moment is not None:
            moments[name] = moment
    if len(moments) == 2 and moments["end_time"] <= moments["start_time"]:
        raise ParameterError(f"{VOD_TRANSCODE.name}: end_time must be later than start_time")


VOD_TRANSCODE = JobKind(
    name="alibaba.vod.transcode",
    title="ApsaraVideo VOD transcoding task",
    page=PAGE,
    ids=("video_id",),
    optional=("transcode_task_id", "start_time", "end_time"),
    states=STATES,
    quota=Quota("vod", 15, 1, "the page: 15 calls per second per account, the excess is dropped"),
    look=look,
    group_by=("video_id", "start_time", "end_time"),
    batch_size=10_000,  # one video's list answers for any number of its tasks
    check=check,
    probe=probe,
    probe_size=VIDEOS,
)
