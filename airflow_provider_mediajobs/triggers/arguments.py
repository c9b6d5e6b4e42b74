"""What the triggers are told. Stored in the database, in clear: no secret is among it, and the names are public."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TypedDict


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
    """

    ids: list[dict[str, str]]
    many: bool
    conn_id: str
    deadline: str
    ends_at: str
    before: list[dict[str, str]]
    report: dict[str, int]


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


def checked(of: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments.

    :param of: one of the classes above.
    :raises TypeError: as any signature does, which Airflow takes for the trigger's end.
    """
    if wrong := (of.__required_keys__ - given.keys()) | (given.keys() - of.__annotations__.keys()):
        raise TypeError(f"missing or unknown: {', '.join(sorted(wrong))}")
    found: dict[str, Any] = _interned(given)
    return found


def _interned(value: Any) -> Any:
    """Names and most texts are the same in every wait; read from as many rows, each would be kept as often."""
    if isinstance(value, Mapping):
        return {sys.intern(name): _interned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_interned(item) for item in value]
    return sys.intern(value) if type(value) is str else value
