# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ApsaraVideo VOD ``ListTranscodeTask`` (2017-03-21), followed up by ``GetTranscodeTask``.

Facts of the page: keyed by video, not by task; 15 calls a second per account, the excess **dropped**; at most 50 a
page and no total; tasks of the past year. The list carries no error text and no output, the follow-up does. Its time
filters are not used: by which of a task's times they go is not said, and one list answers for every wait on the video.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, MediaJobsError, ParameterError, RequestRejected, UnreadableResponse
from .....core.job import JobRef, JobSnapshot, JobState, least, least_final
from .....core.kind import Answer, Answers, Exchange, JobKind, Probe, of_these
from .....core.output import fault_of
from .....core.times import format_time, parse_time
from .. import quotas
from ..rpc import NO_ID, permission
from ..submissions.vod_transcode import SUBMIT
from . import vod_renditions
from .vod_details import NO_DETAIL, details_of
from .vod_summary import VIDEOS, probe
from .vod_tasks import SELECTORS, Tasks, key, tasks_of, wrong_shape

if TYPE_CHECKING:
    from .....core.account import Account

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

_NO_VIDEO = "InvalidParameter InvalidVideoId.Malformed InvalidVideo.NotFound InvalidVideoId.NotFound"
TRIGGERS = ("Auto", "Manual")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """List the tasks of one video, choose each reference's task, and ask for the details of those that ended."""
    try:
        listed = yield from tasks_of(account, refs[0])
    except (JobNotFound, RequestRejected) as error:
        return of_these(refs, error)  # InvalidVideo.NotFound, or an id called wrong
    answers: dict[JobRef, Answer] = {}
    chosen: dict[JobRef, tuple[dict[str, Any], int]] = {}
    for ref in refs:
        found = _choice(ref, listed)
        if isinstance(found, tuple):
            chosen[ref] = found
        elif found is not None:
            answers[ref] = found
    ended = [_id(task) for task, _ in chosen.values() if _state(task).ended]
    details = yield from details_of(account, ended)
    for ref, (task, among) in chosen.items():
        detail = details.get(_id(task), NO_DETAIL)
        if isinstance(detail, MediaJobsError):
            if len(refs) == 1 and not isinstance(detail, UnreadableResponse):
                raise detail
            answers[ref] = detail
            continue
        records = _told(task, detail.record)
        told = least_final(_snapshot(ref, record, detail.record, listed.request_id) for record in records)
        # One that only may be it keeps the gate shut and opens none.
        answers[ref] = replace(told, told_later=detail.later, proven=_fits(ref, task), among=among)
    return answers


def _choice(ref: JobRef, listed: Tasks) -> tuple[dict[str, Any], int] | MediaJobsError | None:
    """The task asked for, and among how many; or why it cannot be told; or nothing, where it is not listed."""
    named, tasks = ref.get("transcode_task_id"), listed.records
    fitting = _fitting(ref, tasks)
    if listed.unread is not None and not (named and fitting):
        return listed.unread
    if not fitting and named:  # a record whose id cannot be read may be it
        nameless = (listed.wrong.get(id(task)) for task in tasks if not _id(task))
        return next((wrong for wrong in nameless if wrong is not None), None)
    if not fitting:
        return _none_fits(ref, tasks, listed.request_id) if tasks else None
    task = _chosen(ref, fitting)
    if wrong := _wrong_selector(ref, task):
        return listed.doubt(wrong)
    return listed.wrong.get(id(task)) or (task, _number(fitting))


def _number(tasks: Sequence[dict[str, Any]]) -> int:
    """How many they are: one that was shown in two states counts once."""
    return len({key(task) for task in tasks})


def _fitting(ref: JobRef, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks that may be the one asked for."""
    wanted = ref.get("transcode_task_id")
    if wanted is not None:
        return [task for task in tasks if facts.text(task.get("TranscodeTaskId")) == wanted]
    newest = _times([task for task in tasks if _fits(ref, task)])
    return [task for task in tasks if _fits(ref, task) or (_may_fit(ref, task) and _is_newer(ref, task, newest))]


def _is_newer(ref: JobRef, task: dict[str, Any], newest: datetime | None) -> bool:
    """Than the newest that surely fits. Where there is none, one that has ended proves nothing."""
    created = parse_time(task.get("CreationTime"))
    if newest is None or created is None:
        return not _state(task).ended or _wrong_selector(ref, task) is not None
    return created > newest


def _wrong_selector(ref: JobRef, task: dict[str, Any]) -> shapes.WrongShape | None:
    """What it says of what was asked for cannot be read."""
    return wrong_shape(task, [field for name, field in SELECTORS.items() if ref.get(name) is not None])


def _times(tasks: Sequence[dict[str, Any]]) -> datetime | None:
    return max((moment for task in tasks if (moment := parse_time(task.get("CreationTime")))), default=None)


def _fits(ref: JobRef, task: dict[str, Any]) -> bool:
    return all(told == wanted for wanted, told in _selected(ref, task))


def _may_fit(ref: JobRef, task: dict[str, Any]) -> bool:
    """Whether what it does not say (the samples lack ``Trigger``) is all that it lacks."""
    return all(told in {wanted, None} for wanted, told in _selected(ref, task))


def _selected(ref: JobRef, task: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What is asked for, and what the task says of it."""
    pairs = [(ref.get(name), facts.text(task.get(field))) for name, field in SELECTORS.items()]
    # The vendor's samples print "Auto " with a blank.
    return [(wanted, (told or "").strip() or None) for wanted, told in pairs if wanted is not None]


def _chosen(ref: JobRef, fitting: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The task asked for, or else the newest; of several that may be it, the one that opens a gate last."""
    # The id says which run it is: a time that cannot be read leaves no doubt.
    candidates = fitting if ref.get("transcode_task_id") is not None else _newest(fitting)
    state = least(map(_state, candidates))
    return next(task for task in candidates if _state(task) is state)


def _newest(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest task, then those without a time: one of them may be newer, and keeps the gate shut while it runs."""
    dated = [(task, parse_time(task.get("CreationTime"))) for task in tasks]
    newest = _times(tasks)
    undated = [task for task, moment in dated if moment is None]
    return undated if newest is None else [*(task for task, moment in dated if moment == newest), *undated]


def _none_fits(ref: JobRef, tasks: Sequence[dict[str, Any]], request_id: str | None) -> JobNotFound:
    """The video has tasks, and none is the one asked for: which there are says what to correct."""
    task = _newest(tasks)[0]
    wanted = " and ".join(f"{name}={value}" for name in SELECTORS if (value := ref.get(name)))
    has = ", ".join(f"{name}={facts.text(task.get(field)) or 'not told'}" for name, field in SELECTORS.items())
    number = _number(tasks)
    message = (
        f"the video has {number} task{'s' * (number > 1)}, and none with {wanted}; the newest has {has}: "
        f"{facts.text(task.get('TranscodeTaskId')) or 'no id'}, {facts.word(task.get('TaskStatus'))}, created at "
        f"{format_time(parse_time(task.get('CreationTime'))) or 'an unknown time'}"
    )
    return JobNotFound("NoSuchTask", message, request_id=request_id)


def _told(task: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
    """The task as the list has it, and as its details have it: where they disagree, the one that opens last counts."""
    status = facts.word(detail.get("TaskStatus"))
    return [task, task | {"TaskStatus": status}] if status else [task]


def _id(task: Mapping[str, Any]) -> str:
    return facts.text(task.get("TranscodeTaskId")) or ""


def _state(task: Mapping[str, Any]) -> JobState:
    return JobState.UNKNOWN if wrong_shape(task) else VOD_TRANSCODE.state(facts.word(task.get("TaskStatus")))


def _snapshot(ref: JobRef, task: dict[str, Any], detail: dict[str, Any], request_id: str | None) -> JobSnapshot:
    ids = {"video_id": ref["video_id"]}
    if task_id := _id(task):
        ids["transcode_task_id"] = task_id
    jobs = detail.get(vod_renditions.LIST)
    made = None if jobs is None else tuple(vod_renditions.rendition(job) for job in jobs)
    word = facts.word(task.get("TaskStatus"))
    state = VOD_TRANSCODE.state_of(word, made)
    return VOD_TRANSCODE.snapshot(
        ids,
        word,
        made,
        created_at=parse_time(task.get("CreationTime")),
        # The page's sample has a CompleteTime on a task that is still Processing: it is no sign of an end.
        finished_at=parse_time(task.get("CompleteTime")) if state.ended else None,
        outputs=vod_renditions.outputs(jobs or ()) if state in {JobState.SUCCEEDED, JobState.PARTIAL} else (),
        error=fault_of(made or ()) if state in {JobState.PARTIAL, JobState.FAILED} else None,
        request_id=request_id,
        raw=task | ({"TranscodeJobInfoList": jobs} if jobs else {}),
    )


def check(ids: Mapping[str, str]) -> None:
    """What chooses among tasks.

    :raises ParameterError: for a trigger that the page does not have, and for choices where the task is named.
    """
    if "trigger" in ids and ids["trigger"] not in TRIGGERS:
        raise ParameterError(
            f"{VOD_TRANSCODE.name}: trigger must be one of {', '.join(TRIGGERS)}, not {ids['trigger']!r}"
        )
    if "transcode_task_id" in ids and (more := [name for name in SELECTORS if name in ids]):
        raise ParameterError(f"{VOD_TRANSCODE.name}: transcode_task_id names one task: leave out {' and '.join(more)}")


VOD_TRANSCODE = JobKind(
    name="alibaba.vod.transcode",
    title="ApsaraVideo VOD transcoding task",
    page=PAGE,
    ids=("video_id",),
    optional=("transcode_task_id", *SELECTORS),
    console="https://vod.console.aliyun.com",
    console_list="https://vod.console.aliyun.com/#/media/video/list",
    permissions=(
        permission(
            "vod:ListTranscodeTask",
            {"VideoId": NO_ID, "PageSize": 1},
            "TranscodeTaskList",
            proved_by=f"{_NO_VIDEO} NoSuchResource",
        ),
        permission(
            "vod:GetTranscodeTask",
            {"TranscodeTaskId": NO_ID},
            "TranscodeTask",
            proved_by="InvalidParameter NoSuchResource",
        ),
    ),
    run_id="transcode_task_id",
    renditions=vod_renditions.STATES,
    lowered=vod_renditions.LOWERED,
    states=STATES,
    quota=quotas.VOD,
    details_quota=quotas.VOD_DETAILS,
    look=look,
    group_by=("video_id",),
    batch_size=10_000,  # one video's list answers for any number of its tasks
    check=check,
    probe=Probe(
        probe,
        VIDEOS,
        (
            permission(
                "vod:GetTranscodeSummary",
                {"VideoIds": NO_ID},
                "TranscodeSummaryList NonExistVideoIds",
                proved_by=_NO_VIDEO,
            ),
        ),
    ),
    submit=SUBMIT,
)
