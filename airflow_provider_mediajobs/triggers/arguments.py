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
    :param timeout: seconds the wait was given, from the start of this try.
    :param on_partial: see :class:`MediaJobSensor`.
    :param not_found_grace: seconds.
    :param episodes: see :class:`MediaJobSensor`.
    :param poll_interval: seconds, the widest gap between two looks as long as the quota allows.
    :param finish: on success, end the task here.
    :param push: whether the task's result is wanted as an XCom, when it ends here.
    """

    kind: str
    region: str | None
    project_id: str | None
    timeout: float
    on_partial: str
    not_found_grace: float
    episodes: int | None
    poll_interval: float
    finish: bool
    push: bool


class JobArguments(WaitArguments):
    """Of a wait that goes on.

    :param ids: the kind's ids.
    :param conn_id: Airflow connection.
    :param deadline: when the wait ends, ISO 8601.
    :param ends_at: when the trigger fires at the latest: the deadline, or before it an ``execution_timeout``.
    :param absent_since: since when the job is invisible, ISO 8601.
    :param report: what the wait has cost before.
    """

    ids: dict[str, str]
    conn_id: str
    deadline: str
    ends_at: str
    absent_since: str | None
    report: dict[str, int]


class StartArguments(WaitArguments):
    """Of a wait that begins in the triggerer, where ids, connection and overrides may be templates.

    :param ids: the kind's ids; ``None`` where one XCom holds them all.
    :param conn_id: ``None`` where it comes from an XCom; ``region`` and ``project_id`` too.
    :param xcoms: arguments that come from an XCom: the task and the key by name, an id's name being ``ids.<name>``.
    :param execution_timeout: seconds from the start of this try.
    """

    ids: dict[str, Any] | None
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
    # Names and most texts are the same in every wait; read from as many rows, each would be kept as often.
    return {sys.intern(name): sys.intern(value) if type(value) is str else value for name, value in given.items()}
