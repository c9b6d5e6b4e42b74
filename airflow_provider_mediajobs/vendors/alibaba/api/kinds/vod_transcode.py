# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of transcoding tasks of ApsaraVideo VOD: ``ListTranscodeTask`` (2017-03-21), then ``GetTranscodeTask``.

Facts of the page: the list is by video, not by task; 15 calls a second per account, the excess is **dropped**; at most
50 tasks a page and no total; tasks of the past year. The list has no error text and no output: ``GetTranscodeTask`` is
called for these once a task has ended. The list's time filters are not used: the page does not say which of a task's
times they compare, and one unfiltered list answers for every wait on the video.
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
from .....core.shown import shown
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
    """List the tasks of one video, choose each reference's task, and query the details of those that have ended.

    :param refs: references to tasks of the same video.
    :return: the answer for each reference whose task is listed.
    :raises MediaJobsError: for an error that concerns all references.
    """
    try:
        listed = yield from tasks_of(account, refs[0])
    except (JobNotFound, RequestRejected) as error:
        return of_these(refs, error)  # InvalidVideo.NotFound, or an id that the vendor rejects
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
        records = _versions(task, detail.record)
        shown = least_final(_snapshot(ref, record, detail.record, listed.request_id) for record in records)
        # A task that only may be the requested one is not proven: it keeps the gate shut, and never opens it.
        answers[ref] = replace(shown, told_later=detail.later, proven=_fits(ref, task), among=among)
    return answers


def _choice(ref: JobRef, listed: Tasks) -> tuple[dict[str, Any], int] | MediaJobsError | None:
    """The requested task, with the number of tasks that fit.

    :return: instead the error where a record that may be the requested task's cannot be read, and ``None`` where the
        video has no task.
    """
    named, tasks = ref.get("transcode_task_id"), listed.records
    fitting = _fitting(ref, tasks)
    if listed.unread is not None and not (named and fitting):
        return listed.unread
    if not fitting and named:  # a record whose id cannot be read may be the requested task's
        nameless = (listed.wrong.get(id(task)) for task in tasks if not _id(task))
        return next((wrong for wrong in nameless if wrong is not None), None)
    if not fitting:
        return _none_fits(ref, tasks, listed.request_id) if tasks else None
    task = _chosen(ref, fitting)
    if wrong := _wrong_selector(ref, task):
        return listed.doubt(wrong)
    return listed.wrong.get(id(task)) or (task, _number(fitting))


def _number(tasks: Sequence[dict[str, Any]]) -> int:
    """The number of tasks in these records: a task that was listed with two statuses counts once."""
    return len({key(task) for task in tasks})


def _fitting(ref: JobRef, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of the tasks that may be the requested one."""
    wanted = ref.get("transcode_task_id")
    if wanted is not None:
        return [task for task in tasks if facts.text(task.get("TranscodeTaskId")) == wanted]
    newest = _newest_time([task for task in tasks if _fits(ref, task)])
    return [task for task in tasks if _fits(ref, task) or (_may_fit(ref, task) and _is_newer(ref, task, newest))]


def _is_newer(ref: JobRef, task: dict[str, Any], newest: datetime | None) -> bool:
    """Whether a task that only may fit is newer than the newest task that certainly fits, and so must be considered.

    :param newest: time of creation of the newest task that certainly fits; ``None`` where none does. Then only a task
        that has not ended, or cannot be read, is considered: an ended one proves nothing.
    """
    created = parse_time(task.get("CreationTime"))
    if newest is None or created is None:
        return not _state(task).ended or _wrong_selector(ref, task) is not None
    return created > newest


def _wrong_selector(ref: JobRef, task: dict[str, Any]) -> shapes.WrongShape | None:
    """The error of a selecting field (:data:`SELECTORS`) that is requested and cannot be read."""
    return wrong_shape(task, [field for name, field in SELECTORS.items() if ref.get(name) is not None])


def _newest_time(tasks: Sequence[dict[str, Any]]) -> datetime | None:
    """The newest time of creation; ``None`` where no task has a readable one."""
    return max((moment for task in tasks if (moment := parse_time(task.get("CreationTime")))), default=None)


def _fits(ref: JobRef, task: dict[str, Any]) -> bool:
    """Whether a task has all selecting facts that are requested."""
    return all(told == wanted for wanted, told in _selected(ref, task))


def _may_fit(ref: JobRef, task: dict[str, Any]) -> bool:
    """Whether no selecting fact contradicts the request; some may be missing, as ``Trigger`` is in the samples."""
    return all(told in {wanted, None} for wanted, told in _selected(ref, task))


def _selected(ref: JobRef, task: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Pairs of each requested selecting fact and the task's; ``None`` where its record has none."""
    pairs = [(ref.get(name), facts.text(task.get(field))) for name, field in SELECTORS.items()]
    # Blanks are removed, since the vendor's samples print "Auto " with one.
    return [(wanted, (told or "").strip() or None) for wanted, told in pairs if wanted is not None]


def _chosen(ref: JobRef, fitting: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The requested task, otherwise the newest; of several records the one whose state promises least."""
    # With a task id times do not matter, so a time that cannot be read raises no doubt.
    candidates = fitting if ref.get("transcode_task_id") is not None else _newest(fitting)
    state = least(map(_state, candidates))
    return next(task for task in candidates if _state(task) is state)


def _newest(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest tasks, then those without a time, which may be newer and so keep the gate shut while they run."""
    dated = [(task, parse_time(task.get("CreationTime"))) for task in tasks]
    newest = _newest_time(tasks)
    undated = [task for task, moment in dated if moment is None]
    return undated if newest is None else [*(task for task, moment in dated if moment == newest), *undated]


def _none_fits(ref: JobRef, tasks: Sequence[dict[str, Any]], request_id: str | None) -> JobNotFound:
    """The error for a video that has tasks but not the requested one; its text shows the newest, to be compared."""
    task = _newest(tasks)[0]
    wanted = " and ".join(f"{name}={value}" for name in SELECTORS if (value := ref.get(name)))
    has = ", ".join(f"{name}={facts.text(task.get(field)) or 'not stated'}" for name, field in SELECTORS.items())
    number = _number(tasks)
    message = (
        f"the video has {number} task{'s' * (number > 1)}, and none with {wanted}; the newest has {has}: "
        f"{facts.text(task.get('TranscodeTaskId')) or 'no id'}, {facts.word(task.get('TaskStatus'))}, created at "
        f"{format_time(parse_time(task.get('CreationTime'))) or 'an unknown time'}"
    )
    return JobNotFound("NoSuchTask", message, request_id=request_id)


def _versions(task: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
    """The task's record with the status of the list, and with that of the details, where these have one."""
    status = facts.word(detail.get("TaskStatus"))
    return [task, task | {"TaskStatus": status}] if status else [task]


def _id(task: Mapping[str, Any]) -> str:
    """The task's id; empty where the record has none."""
    return facts.text(task.get("TranscodeTaskId")) or ""


def _state(task: Mapping[str, Any]) -> JobState:
    """The state by the task's word alone, without its renditions; ``UNKNOWN`` for a record that cannot be read."""
    return JobState.UNKNOWN if wrong_shape(task) else VOD_TRANSCODE.state(facts.word(task.get("TaskStatus")))


def _snapshot(ref: JobRef, task: dict[str, Any], detail: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a task, by its record in the list and its details."""
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
        # The page's sample has a CompleteTime on a task that is still Processing, so it is not a sign of the end.
        finished_at=parse_time(task.get("CompleteTime")),
        outputs=vod_renditions.outputs(jobs or ()) if state in {JobState.SUCCEEDED, JobState.PARTIAL} else (),
        error=fault_of(made or ()) if state in {JobState.PARTIAL, JobState.FAILED} else None,
        request_id=request_id,
        raw=task | ({"TranscodeJobInfoList": jobs} if jobs else {}),
    )


def check(ids: Mapping[str, str]) -> None:
    """Check the ids that select among a video's tasks.

    :raises ParameterError: for an unknown trigger, and for a selecting id beside ``transcode_task_id``.
    """
    if "trigger" in ids and ids["trigger"] not in TRIGGERS:
        raise ParameterError(
            f"{VOD_TRANSCODE.name}: trigger must be one of {', '.join(TRIGGERS)}, not {shown(ids['trigger'])}"
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
