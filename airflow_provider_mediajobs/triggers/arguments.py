# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Declares and checks the arguments of the triggers.

They are stored in the database in clear, so none is secret, and their names are public API. Other releases read and
write these rows, see :mod:`airflow_provider_mediajobs.core.stored`. A new argument needs an entry in ``JOB`` or
``START``, the tables of fields.
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
"""The name of an argument that only operators set."""


class WaitArguments(TypedDict):
    """Arguments that both triggers have.

    :param kind: name of the kind.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id.
    :param created_after: see :class:`MediaJobSensor`; ISO 8601, or a template if no worker has rendered it.
    :param policy: the options that differ from their defaults, see :class:`core.policy.Policy`.
    :param timeout: seconds from the start of this try of the task to the deadline.
    :param poll_interval: the widest gap between two looks in seconds, as long as the quota allows.
    :param finish: whether success ends the task in the triggerer, without a worker.
    :param push: whether the triggerer then pushes the result as an XCom.
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

    :param ids: for each job, its ids by name.
    :param many: whether a list of jobs was given, even of one.
    :param conn_id: id of the Airflow connection.
    :param deadline: when the wait ends, ISO 8601.
    :param ends_at: when the trigger fires at the latest, ISO 8601: the deadline, or an earlier end by
        ``execution_timeout``.
    :param before: what earlier looks have shown, one entry for each job.
    :param report: the looks and calls so far; empty if no worker has looked.
    :param anew: how many times a worker has begun the wait again because a triggerer could not read its arguments.
    :param cancel_on_kill: whether the jobs are cancelled when a person ends the task; operators only.
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
    """Argument of a trigger that Airflow itself ends if it fails to end in time.

    :param backstop: seconds after ``timeout`` at which Airflow does so; 120 in rows without this key.
    """

    backstop: float


class StartArguments(WaitArguments, Backstop):
    """Arguments of a wait that begins in the triggerer. Ids, connection and overrides may be templates.

    :param ids: the ids of one job by name, or a list of such ids; ``None`` if an XCom holds them all.
    :param conn_id: id of the Airflow connection; ``None`` if an XCom holds it.
    :param xcoms: for each argument that an XCom holds, the task id and the key of the XCom. An id's name is
        ``ids.<name>``. ``region``, ``project_id`` and ``created_after`` may also be held by XComs.
    :param execution_timeout: the task's, in seconds from the start of this try.
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


# A default is for rows without the argument. Only safe ones: without its history a wait takes longer, and without
# ``finish`` a worker ends the task. What decides about job, run, account and deadline has no default.
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
    "ids": Field(lambda _ids: True),  # any templates: what the triggerer cannot render is left to a worker
    "conn_id": Field(_is_text_or_none),
    "xcoms": Field(_is_xcoms),
    "execution_timeout": Field(lambda value: value is None or is_seconds(value)),
    "backstop": Field(is_seconds, LEAST_BACKSTOP_S),
}


def read_job(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the stored arguments of a wait that a worker has begun, and fill in defaults.

    :raises NotUnderstood: they are of another release and cannot be understood, or are damaged.
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
    """Return the arguments of a wait that a worker has begun as they are stored.

    ``cancel_on_kill`` is marked as informative: a triggerer of an older release, which does not know it, then ignores
    it instead of refusing the wait.
    """
    if given.get(CANCEL):
        return marked({**given, "informative": [CANCEL]})
    return marked({name: value for name, value in given.items() if name != CANCEL})


def read(fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the stored arguments of a trigger, and fill in defaults.

    :param fields: ``JOB`` or ``START``.
    :param given: the arguments.
    :raises NotUnderstood: they are of another release and cannot be understood, or are damaged.
    """
    found = understood(given, fields)
    return {name: _interned(value) if type(value) in _HOLD_TEXT else value for name, value in found.items()}


def _interned(value: Any) -> Any:
    """Return the arguments with strings interned: most are the same in all waits, and are then kept only once."""
    of = type(value)
    if of is str:
        return sys.intern(value)
    if of is dict:
        return {sys.intern(name): _interned(item) if type(item) in _HOLD_TEXT else item for name, item in value.items()}
    return [_interned(item) for item in value] if of is list else value


_HOLD_TEXT = frozenset({str, dict, list})
