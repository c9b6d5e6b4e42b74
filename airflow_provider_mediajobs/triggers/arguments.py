"""What the triggers are told. Stored in the database, in clear: no secret is among it, and the names are public.

Other releases read and write these rows: see :mod:`core.stored`. A key that is added here gets a line in its table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from ..core.errors import ParameterError
from ..core.policy import LEAST_BACKSTOP_S, LEAST_POLL_INTERVAL_S, POLL_INTERVAL_S, Policy, check, is_seconds
from ..core.stored import Field, NotUnderstood, is_count, is_names, is_text, understood
from ..core.terms import is_ids, is_report, is_time, is_time_or_none
from ..vendors import KINDS
from ..vendors import kind as kind_of


class WaitArguments(TypedDict):
    """Of both triggers: the wait.

    :param kind: which sort of job.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id.
    :param created_after: see :class:`MediaJobSensor`; ISO 8601, and a template where no worker has rendered it.
    :param policy: what the author chose otherwise than by default: see :class:`core.policy.Policy`.
    :param timeout: seconds the wait was given, from the start of this try.
    :param poll_interval: seconds, the widest gap between two looks as long as the quota allows.
    :param finish: on success, end the task here.
    :param push: whether the task's result is wanted as an XCom, when it ends here.
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
    """Of a wait that goes on.

    :param ids: the kind's ids, of each job.
    :param many: whether a list of jobs was asked for, of however many.
    :param conn_id: Airflow connection.
    :param deadline: when the wait ends, ISO 8601.
    :param ends_at: when the trigger fires at the latest: the deadline, or before it an ``execution_timeout``.
    :param before: what was seen of each job before.
    :param report: what the wait has cost before.
    :param anew: how often a worker has begun it anew, because a triggerer did not understand its arguments.
    """

    ids: list[dict[str, str]]
    many: bool
    conn_id: str
    deadline: str
    ends_at: str
    before: list[dict[str, str]]
    report: dict[str, int]
    anew: NotRequired[int]


class Backstop(TypedDict, total=False):
    """Of a wait whose end Airflow keeps, too.

    :param backstop: seconds by which that is later than ``timeout``; 120 in rows that do not say it.
    """

    backstop: float


class StartArguments(WaitArguments, Backstop):
    """Of a wait that begins in the triggerer, where ids, connection and overrides may be templates.

    :param ids: the kind's ids, or a list; ``None`` where one XCom holds them all.
    :param conn_id: ``None`` where it comes from an XCom; ``region``, ``project_id`` and ``created_after`` too.
    :param xcoms: arguments that come from an XCom: the task and the key by name, an id's name being ``ids.<name>``.
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


# Defaults are there only where they are safe: what was seen before is not known, which only delays; a worker finishes
# the task. Which job, which run, by whose account, until when: nobody may guess.
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
}
START: Mapping[str, Field] = {
    **_WAIT,
    "ids": Field(lambda _ids: True),  # templates of any form, which a worker reads where they cannot be read here
    "conn_id": Field(_is_text_or_none),
    "xcoms": Field(_is_xcoms),
    "execution_timeout": Field(lambda value: value is None or is_seconds(value)),
    "backstop": Field(is_seconds, LEAST_BACKSTOP_S),
}


def read_job(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a wait that goes on.

    :raises NotUnderstood: for those of another release, and for what is none.
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


def read(fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a trigger.

    :param fields: one of the tables above.
    :raises NotUnderstood: for those of another release, and for what is none.
    """
    found: dict[str, Any] = _interned(understood(given, fields))
    return found


def _interned(value: Any) -> Any:
    """Names and most texts are the same in every wait; read from as many rows, each would be kept as often."""
    if type(value) is str:
        return sys.intern(value)
    if type(value) is dict:
        return {sys.intern(name): _interned(item) for name, item in value.items()}
    return [_interned(item) for item in value] if type(value) is list else value
