# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Arguments of the triggers. They are stored in the database in clear: none is secret, and their names are public API.

Other releases read and write these rows: see :mod:`core.stored`. A new key needs an entry in its table of fields.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from ..core.errors import ParameterError
from ..core.policy import LEAST_BACKSTOP_S, LEAST_POLL_INTERVAL_S, POLL_INTERVAL_S, Policy, check, is_seconds
from ..core.stored import Field, NotUnderstood, is_count, is_names, is_text, marked, understood
from ..core.terms import is_ids, is_report, is_time, is_time_or_none
from ..vendors import KINDS
from ..vendors import kind as kind_of

CANCEL = "cancel_on_kill"


class WaitArguments(TypedDict):
    """Arguments that both triggers have.

    :param kind: name of the kind.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id.
    :param created_after: see :class:`MediaJobSensor`; ISO 8601, or a template where no worker has rendered it.
    :param policy: options that differ from their defaults: see :class:`core.policy.Policy`.
    :param timeout: seconds from the start of this try to the deadline.
    :param poll_interval: seconds, the widest gap between two looks as long as the quota allows.
    :param finish: whether success ends the task in the triggerer.
    :param push: whether the result is then pushed as an XCom.
    """

    kind: str
    region: str | None
    project_id: str | None
    created_after: str | None
    policy: dict[str, Any]
    timeout: float
    poll_interval: float
    finish: bool
    push: bool


class JobArguments(WaitArguments):
    """Arguments of a wait that a worker has begun.

    :param ids: the kind's ids, of each job.
    :param many: whether a list of jobs was given, even of one.
    :param conn_id: Airflow connection.
    :param deadline: when the wait ends, ISO 8601.
    :param ends_at: when the trigger fires at the latest: the deadline, or before it an ``execution_timeout``.
    :param before: the history so far, one entry for each job.
    :param report: what the wait has cost so far.
    :param anew: how often it has begun anew because a triggerer could not read its arguments.
    :param cancel_on_kill: whether the jobs are cancelled when a person ends the task: of operators, never of sensors.
    """

    ids: list[dict[str, str]]
    many: bool
    conn_id: str
    deadline: str
    ends_at: str
    before: list[dict[str, str]]
    report: dict[str, int]
    anew: NotRequired[int]
    cancel_on_kill: NotRequired[bool]


class Backstop(TypedDict, total=False):
    """Arguments of a wait whose trigger Airflow also ends.

    :param backstop: seconds after ``timeout`` at which it does; 120 in rows without this key.
    """

    backstop: float


class StartArguments(WaitArguments, Backstop):
    """Arguments of a wait that begins in the triggerer: ids, connection and overrides may be templates.

    :param ids: the kind's ids, or a list; ``None`` where one XCom holds them all.
    :param conn_id: ``None`` where it comes from an XCom; ``region``, ``project_id`` and ``created_after`` too.
    :param xcoms: task id and key of arguments that come from XComs, by name; an id's name is ``ids.<name>``.
    :param execution_timeout: seconds from the start of this try.
    """

    ids: Any
    conn_id: str | None
    xcoms: dict[str, list[str]]
    execution_timeout: float | None


def _is_kind(value: Any) -> bool:
    return isinstance(value, str) and value in KINDS


def _is_text_or_none(value: Any) -> bool:
    return value is None or is_text(value)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_interval(value: Any) -> bool:
    return is_seconds(value) and value >= LEAST_POLL_INTERVAL_S


def _is_xcoms(value: Any) -> bool:
    return isinstance(value, dict) and all(is_names(of) and len(of) == 2 for of in value.values())


def _is_before(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(seen, dict) for seen in value)


# Only safe defaults: an unknown history only delays the wait, and a worker finishes the task. Job, run, account and
# deadline have none.
_WAIT = {
    "kind": Field(_is_kind),
    "region": Field(_is_text_or_none),
    "project_id": Field(_is_text_or_none),
    "created_after": Field(_is_text_or_none),
    "policy": Field(Policy.is_json),
    "timeout": Field(is_seconds),
    "poll_interval": Field(_is_interval, POLL_INTERVAL_S),
    "finish": Field(_is_bool, False),
    "push": Field(_is_bool),
}
JOB: Mapping[str, Field] = {
    **_WAIT,
    "ids": Field(is_ids),
    "many": Field(_is_bool),
    "conn_id": Field(is_text),
    "created_after": Field(is_time_or_none),
    "deadline": Field(is_time),
    "ends_at": Field(is_time),
    "before": Field(_is_before, ()),
    "report": Field(is_report, {}),
    "anew": Field(is_count, 0),
    CANCEL: Field(_is_bool, False),
}
START: Mapping[str, Field] = {
    **_WAIT,
    "ids": Field(lambda _ids: True),  # templates of any form, which a worker renders where the triggerer cannot
    "conn_id": Field(_is_text_or_none),
    "xcoms": Field(_is_xcoms),
    "execution_timeout": Field(lambda value: value is None or is_seconds(value)),
    "backstop": Field(is_seconds, LEAST_BACKSTOP_S),
}


def read_job(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a wait that a worker has begun.

    :raises NotUnderstood: for arguments of another release, or damaged ones.
    """
    found = read(JOB, given)
    try:
        kind = kind_of(found["kind"])
        check(Policy.from_json(found["policy"]), kind)
        refs = [kind.ref(ids) for ids in found["ids"]]
    except ParameterError as wrong:
        raise NotUnderstood(f"{wrong!a}") from None
    before = list(found["before"]) or [{}] * len(refs)
    if len(before) != len(refs) or (len(refs) != 1 and not found["many"]):
        raise NotUnderstood(f"of {len(refs)} jobs with {len(before)} histories")
    return found | {"before": before}


def stored_job(given: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a wait that a worker has begun.

    A triggerer that does not know how to cancel waits nevertheless.
    """
    if given.get(CANCEL):
        return marked({**given, "informative": [CANCEL]})
    return marked({name: value for name, value in given.items() if name != CANCEL})


def read(fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a trigger.

    :param fields: one of the tables above.
    :raises NotUnderstood: for arguments of another release, or damaged ones.
    """
    found: dict[str, Any] = _interned(understood(given, fields))
    return found


def _interned(value: Any) -> Any:
    """The arguments with strings interned: most are the same in all waits, and would be kept once for each row."""
    if type(value) is str:
        return sys.intern(value)
    if type(value) is dict:
        return {sys.intern(name): _interned(item) for name, item in value.items()}
    return [_interned(item) for item in value] if type(value) is list else value
