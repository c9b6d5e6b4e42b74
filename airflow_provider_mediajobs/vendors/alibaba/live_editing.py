"""ApsaraVideo Live ``GetEditingJobInfo`` (2016-11-01): editing tasks of a production studio's episodes.

Facts of the page: 10 calls a second per account; ``ShowId`` left out answers for every episode of the studio;
statuses -1, 0, 1, 2, 3. There are no times, no progress, no error text, no notification, and no id of the task: a
second edit of an episode has the same key, and only the file that it makes tells it from the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...core import facts
from ...core.errors import JobNotFound, RequestRejected, UnreadableResponse
from ...core.job import JobRef, JobSnapshot, JobState, combined, least_final
from ...core.kind import Answer, Answers, Exchange, JobKind, Quota, of_these
from ...core.output import Output
from .rpc import call, check_empty

if TYPE_CHECKING:
    from ...core.account import Account

PINS = ("output_vod_id", "file_name")
PAGE = "https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-geteditingjobinfo"

STATES = {
    "0": JobState.PENDING,
    "1": JobState.RUNNING,
    "2": JobState.RUNNING,  # uploading the output
    "3": JobState.SUCCEEDED,
    "-1": JobState.FAILED,
}


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """One call for one studio: with ``ShowId`` for a single episode, without for several."""
    caster_id = refs[0]["caster_id"]
    show_id = refs[0].get("show_id") if len(refs) == 1 else None
    try:
        tasks, request_id = yield from _ask(account, caster_id, show_id)
    except (JobNotFound, RequestRejected) as error:
        return of_these(refs, error)  # InvalidShowList.NotFound, or an id called wrong
    answers = {ref: _pick(ref, tasks, request_id) for ref in refs}
    return {ref: answer for ref, answer in answers.items() if answer is not None}


def _ask(account: Account, caster_id: str, show_id: str | None) -> Exchange[tuple[list[JobSnapshot], str | None]]:
    response = yield call(account, "live", "GetEditingJobInfo", {"CasterId": caster_id, "ShowId": show_id})
    body = response.json()
    if (facts.text(body.get("CasterId")) or caster_id) != caster_id:  # an answer about somebody else's studio
        raise UnreadableResponse(response.status, response.body)
    request_id = facts.text(body.get("RequestId"))
    tasks = [_snapshot(caster_id, task, request_id) for task in read_tasks(body.get("EditingTasksInfo"))]
    if not tasks:
        check_empty(response, "RequestId", "EditingTasksInfo")
    return tasks, request_id


def _pick(ref: JobRef, tasks: Sequence[JobSnapshot], request_id: str | None) -> Answer | None:
    """A re-edit reuses the key; where both are listed the unfinished one counts."""
    show_id = ref.get("show_id")
    if show_id is None:
        episodes = dict.fromkeys(task.ids.get("show_id", "") for task in tasks)
        # A task without a ShowId is no episode that could be counted.
        jobs = [replace(least_final(_of(show, tasks)), proven=bool(show)) for show in episodes]
        return combined(ref, jobs, request_id) if tasks else None
    mine = _of(show_id, tasks)  # a task without a ShowId cannot be proved to be this one, so it never opens its gate
    fitting = [found for task in mine if (found := _fitting(ref, task))]
    if mine and not fitting:
        return _none_fits(ref, mine, request_id)
    return replace(least_final(fitting), among=len(fitting)) if fitting else None


def _of(show_id: str, tasks: Sequence[JobSnapshot]) -> list[JobSnapshot]:
    return [task for task in tasks if task.ids.get("show_id", "") == show_id]


def _fitting(ref: JobRef, task: JobSnapshot) -> JobSnapshot | None:
    """The task, if it may be the edit that was asked for. Until it has ended, what it does not say may still come."""
    told = [(ref.get(name), value) for name, value in _made(task).items() if ref.get(name) is not None]
    if all(wanted == value for wanted, value in told):
        return task
    possible = not task.state.ended and all(value in {wanted, None} for wanted, value in told)
    return replace(task, proven=False) if possible else None


def _made(task: JobSnapshot) -> dict[str, str | None]:
    """What tells one edit of an episode from another."""
    storage = facts.mapping(task.raw.get("StorageInfo"))
    return {"output_vod_id": facts.text(task.raw.get("OutputVodId")), "file_name": facts.text(storage.get("FileName"))}


def _none_fits(ref: JobRef, mine: Sequence[JobSnapshot], request_id: str | None) -> JobNotFound:
    """The episode has been edited, but not into what was asked for: another run."""
    from ...core.story import describe  # here, not above: importing a sensor in a DAG file must not load it

    wanted = " and ".join(f"{name}={value}" for name in PINS if (value := ref.get(name)))
    others = "; ".join(
        f"{describe(task)} with " + ", ".join(f"{name}={told or 'not told'}" for name, told in _made(task).items())
        for task in mine
    )
    return JobNotFound("NoSuchTask", f"the episode has no task with {wanted}; it has {others}", request_id=request_id)


def _snapshot(caster_id: str, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
    raw_state = facts.word(task.get("TaskStatus"))
    state = LIVE_EDITING.state(raw_state)
    show_id = facts.text(task.get("ShowId"))
    ids = {"caster_id": caster_id} | ({"show_id": show_id} if show_id else {})
    # The page names a storage location and a file name but no URL, so `uri` stays unknown; both are in `raw`.
    output = Output(media_id=facts.text(task.get("OutputVodId")))
    outputs = (output,) if state is JobState.SUCCEEDED else ()
    return JobSnapshot(LIVE_EDITING.name, ids, state, raw_state, outputs=outputs, request_id=request_id, raw=task)


def read_tasks(info: Any) -> list[dict[str, Any]]:
    """The tasks in ``EditingTasksInfo``, whatever form it has.

    The page types it as text, describes "one or more tasks", shows an object, and prints a bare fragment
    (``"EditingTasksInfo": {…},``) as its example. So: an object, a list, a JSON text of either (also doubly
    encoded), an object that wraps a list or maps show ids to tasks, the fragment; null and empty mean no task.

    :raises UnreadableResponse: for text that is none of these.
    """
    try:
        return [_with_storage(task) for task in _tasks(info)]
    except RecursionError:
        raise UnreadableResponse(200, "EditingTasksInfo is nested too deeply") from None


def _tasks(info: Any) -> Iterator[dict[str, Any]]:
    if isinstance(info, str) and info.strip():
        yield from _tasks(_decoded(info.strip()))
    elif isinstance(info, list):
        for item in info:
            yield from _tasks(item)
    elif isinstance(info, dict) and ("TaskStatus" in info or "ShowId" in info):
        yield info
    elif isinstance(info, dict):
        for key, value in info.items():
            for task in _tasks(value):
                # Keyed by show: the key says which episode it is, where the task itself does not.
                keyed = not isinstance(value, list) and key != "EditingTasksInfo"
                yield {"ShowId": key, **task} if keyed else task


def _decoded(text: str) -> Any:
    try:
        return facts.decoded(text)
    except ValueError:
        pass
    try:
        return facts.decoded("{" + text.rstrip(", \r\n\t") + "}")  # the fragment lacks its braces
    except ValueError:
        raise UnreadableResponse(200, text) from None


def _with_storage(task: dict[str, Any]) -> dict[str, Any]:
    """``StorageInfo`` as an object: the page nests it in the sample, lists it flat, and may send it as text."""
    storage = task.get("StorageInfo")
    if isinstance(storage, str):
        with suppress(UnreadableResponse):  # it decides nothing: what cannot be read stays as it came
            storage = _decoded(storage.strip())
    flat = {name: task[name] for name in ("StorageLocation", "FileName") if name in task}
    merged = flat | facts.mapping(storage)
    kept = {name: value for name, value in task.items() if name not in flat}
    return kept | ({"StorageInfo": merged} if merged else {})


LIVE_EDITING = JobKind(
    name="alibaba.live.editing",
    title="ApsaraVideo Live editing task",
    page=PAGE,
    ids=("caster_id",),
    optional=("show_id", *PINS),
    states=STATES,
    quota=Quota("live", 10, 1, "the page: 10 calls per second per account"),
    look=look,
    needs=dict.fromkeys(PINS, "show_id"),
    console="https://live.console.aliyun.com",
    actions=("live:GetEditingJobInfo",),
    group_by=("caster_id",),
    batch_size=10_000,  # no limit: one call answers for every episode of the studio
    counted="show_id",
)
