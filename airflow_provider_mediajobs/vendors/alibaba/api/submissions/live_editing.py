# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits editing tasks of ApsaraVideo Live: ``EditShowAndReplace`` (2016-11-01).

A submitted task is found again in ``GetEditingJobInfo``. Facts of the pages: tasks have no id but that of the episode,
and the newest task of an episode hides its others; no response has ``UserData``. What a task makes distinguishes it:
the media asset, whose id the answer contains, and the file, into whose name the operator's key is put.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, ParameterError
from .....core.shown import shown
from .....core.submit import Candidates, Key, Order, Ours, Submit, demand, made_id, opened, told
from .. import quotas
from ..kinds import live_tasks
from ..rpc import call, check_empty
from .parameters import as_text, refusals

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-editshowandreplace"

ENDS = ("3", "-1")
"""Status words of a task that has ended, after which its episode may be edited again."""

PARAMETERS = {
    "caster_id": "CasterId",
    "show_id": "ShowId",
    "storage_info": "StorageInfo",
    "start_time": "StartTime",
    "end_time": "EndTime",
    "user_data": "UserData",
}


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    if whole:
        demand(PARAMETERS, parameters, ("CasterId", "ShowId", "StorageInfo"))
        if parameters.get("StartTime") is None and parameters.get("EndTime") is None:
            raise ParameterError("start_time (StartTime) or end_time (EndTime) is missing; the vendor demands one")
    for name in ("CasterId", "ShowId"):
        if parameters.get(name) is not None and not isinstance(parameters[name], str):
            raise ParameterError(f"{told(PARAMETERS, name)} must be text, not {shown(parameters[name])}")
    _check_times(parameters)
    if parameters.get("StorageInfo") is not None:
        _storage(parameters["StorageInfo"])


def _check_times(parameters: Mapping[str, Any]) -> None:
    """Check the two times, in seconds from the beginning of the episode.

    :raises ParameterError: for a time that is no number or negative, or an end that is not after the start.
    """
    for name in ("StartTime", "EndTime"):
        value = parameters.get(name)
        if value is not None and ((seconds := facts.number(value)) is None or seconds < 0):
            raise ParameterError(
                f"{told(PARAMETERS, name)} must be seconds from the beginning of the episode, not {shown(value)}"
            )
    start, end = (facts.number(parameters.get(name)) for name in ("StartTime", "EndTime"))
    if end is not None and end <= (start or 0):
        raise ParameterError(f"end_time (EndTime) must be later than start_time (StartTime), not {end:g}")


def _storage(value: Any) -> Mapping[str, Any]:
    """``StorageInfo`` as an object that says where the file is written.

    :raises ParameterError: for another value, or without ``StorageLocation`` or ``FileName``.
    """
    storage: Mapping[str, Any] = opened("storage_info (StorageInfo)", value, Mapping, "an object")
    for name in ("StorageLocation", "FileName"):
        if not isinstance(storage.get(name), str) or not storage[name].strip():
            raise ParameterError(f"storage_info (StorageInfo) must have {name} as text")
    return storage


def unique(file_name: str, key: Key) -> str:
    """The file's name with the key before its extension: ``clips/goal.mp4`` becomes ``clips/goal-<key>.mp4``.

    :param file_name: the name that the author gave.
    """
    folder, slash, last = file_name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    return f"{folder}{slash}{stem}-{key}{dot}{ending}" if stem else f"{folder}{slash}{last}-{key}"


def named_by(file_name: str) -> Key | None:
    """The key that :func:`unique` has put into a file's name; ``None`` where there is none."""
    last = file_name.rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    at = stem.rfind("-mj")
    return Key.read(stem[at + 1 :]) if at >= 0 else None


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one task by ``EditShowAndReplace``: see :class:`Submit`.

    :return: the ids of the episode, and of the media asset that the task makes, which distinguishes it from other
        edits.
    :raises UnreadableResponse: for an answer without an id; a task may have been made nevertheless.
    """
    storage = _storage(order.parameters["StorageInfo"])
    named = {**storage, "FileName": unique(storage["FileName"], order.key)}
    query = as_text({**order.parameters, "StorageInfo": named})
    response = yield call(account, "live", "EditShowAndReplace", query)
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        info = shapes.capitalised(shapes.record("JobInfo", body.get("JobInfo")))
    return {**_episode(order), "output_vod_id": made_id(response, info, "VodId")}


def ready(account: Account, order: Order) -> Exchange[None]:
    """Check that no other edit of the episode is unfinished.

    The new task would hide that edit from the vendor's list, so that those who wait for it would never see its end.

    :raises ParameterError: where another edit is unfinished; the text names the media asset that it makes.
    """
    for record in (yield from _tasks(account, order)):
        if live_tasks.status(record) not in ENDS:
            made = facts.text(record.get("OutputVodId")) or "an unknown medium"
            raise ParameterError(
                f"show_id (ShowId): another edit of the episode is unfinished, which makes {made}; a second edit would "
                "hide it in the vendor's list: wait for the first by AlibabaLiveEditingSensor, and submit then"
            )


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The tasks of the episode whose file's name carries a key of the order's task instance."""
    episode = _episode(order)
    records = yield from _tasks(account, order)
    return Candidates(tuple(ours for record in records if (ours := _ours(order.key, episode, record)) is not None))


def _tasks(account: Account, order: Order) -> Exchange[list[dict[str, Any]]]:
    """The records of the episode's tasks; empty where the vendor knows no such episode.

    :raises UnreadableResponse: for an answer, or a task's status, that cannot be read.
    """
    episode = _episode(order)
    query = {"CasterId": episode["caster_id"], "ShowId": episode["show_id"]}
    try:
        response = yield call(account, "live", "GetEditingJobInfo", query)
    except JobNotFound:
        return []
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        tasks = live_tasks.read_tasks(body.get(live_tasks.FIELD), {episode["show_id"]})
        if tasks.unread is not None:
            raise tasks.unread
        if not tasks.tasks:
            check_empty(response, "RequestId", live_tasks.FIELD)
        for task in tasks.tasks:
            live_tasks.status(task.record)
    return [task.record for task in tasks.tasks]


def _episode(order: Order) -> dict[str, str]:
    """The ids of the episode that is to be edited."""
    return {"caster_id": order.parameters["CasterId"], "show_id": order.parameters["ShowId"]}


def _ours(wanted: Key, episode: Mapping[str, str], task: Mapping[str, Any]) -> Ours | None:
    """The task of a record, if its file's name carries a key of the wanted key's task instance."""
    file_name = facts.text(facts.mapping(task.get("StorageInfo")).get("FileName"))
    key = None if file_name is None else named_by(file_name)
    if file_name is None or key is None or key.task != wanted.task:
        return None
    media = shapes.ident("OutputVodId", task.get("OutputVodId"))
    return Ours(key, {**episode, **({"output_vod_id": media} if media else {"file_name": file_name})})


SUBMIT = Submit(
    operation="EditShowAndReplace",
    page=PAGE,
    actions=("live:EditShowAndReplace",),
    find_actions=("live:GetEditingJobInfo",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    ready=ready,
    find=find,
    refusals=refusals(
        tuple(PARAMETERS.values()), "InvalidShowList.NotFound", "InvalidCasterId.NotFound", "InvalidShowId.NotFound"
    ),
    carrier="StorageInfo.FileName",
    shows_key=True,
    doubt="nothing, unless another edit of the episode hides the task: it is found by its key",
    quota=quotas.LIVE_SUBMIT,
)
