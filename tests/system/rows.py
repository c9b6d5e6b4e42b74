# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads and writes Airflow's database through Airflow's own models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.triggers.base import BaseTrigger


def connect() -> None:
    """To the database that the environment names now."""
    from airflow import settings

    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()


def disconnect() -> None:
    from airflow import settings

    settings.dispose_orm()


def add_connection(conn_id: str, fields: dict[str, Any]) -> None:
    """Where most installations have theirs."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        session.add(Connection.from_json(json.dumps(fields), conn_id=conn_id))


def extra(conn_id: str) -> dict[str, Any]:
    """Of a connection, with its secrets."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        text = session.scalars(select(Connection).where(Connection.conn_id == conn_id)).one().extra
        return dict(json.loads(text or "{}"))


def triggerers() -> set[int]:
    """Job ids of all that have ever lived."""
    from airflow.jobs.job import Job
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return set(session.scalars(select(Job.id).where(Job.job_type == "TriggererJob")))


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task instance.

    :param pid: of the last worker's process; ``None`` if there was none.
    :param triggerer: whose its trigger is.
    :param event: what its trigger has told, while no worker has taken it up.
    """

    run_id: str
    task_id: str
    state: str | None
    tries: int
    start: datetime | None
    end: datetime | None
    pid: int | None
    triggerer: int | None
    event: Any


def tasks(dag_id: str) -> list[TaskRow]:
    """All of a DAG's task instances."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import Trigger
    from airflow.utils.session import create_session
    from sqlalchemy import select

    found = select(TaskInstance, Trigger.triggerer_id).outerjoin(Trigger, Trigger.id == TaskInstance.trigger_id)
    with create_session() as session:
        rows = session.execute(found.where(TaskInstance.dag_id == dag_id)).all()
        return [
            TaskRow(
                ti.run_id,
                ti.task_id,
                ti.state,
                ti.try_number,
                ti.start_date,
                ti.end_date,
                ti.pid,
                triggerer,
                _plain(ti.next_kwargs).get("event"),
            )
            for ti, triggerer in rows
        ]


def _plain(stored: Any) -> dict[str, Any]:
    from airflow.sdk.serde import deserialize

    found: Any = deserialize(stored or {})
    return found if isinstance(found, dict) else {}


def trigger_rows(dag_id: str) -> dict[str, dict[str, Any]]:
    """What the triggers of a DAG's deferred tasks were stored with, by task."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import Trigger
    from airflow.utils.session import create_session
    from sqlalchemy import select

    found = select(TaskInstance.task_id, Trigger).join(Trigger, Trigger.id == TaskInstance.trigger_id)
    with create_session() as session:
        rows = session.execute(found.where(TaskInstance.dag_id == dag_id)).all()
        return {task_id: dict(trigger.kwargs) for task_id, trigger in rows}


def rewrite(dag_id: str, task_id: str, row: dict[str, Any], kept: dict[str, Any] | None) -> None:
    """Store another row for a deferred task's trigger, in the form in which it was: in clear, or encrypted.

    :param kept: other values of what is kept with the task; ``None`` for nothing.
    """
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import Trigger
    from airflow.sdk.serde import serialize
    from airflow.utils.session import create_session
    from sqlalchemy import select

    found = select(TaskInstance, Trigger).join(Trigger, Trigger.id == TaskInstance.trigger_id)
    with create_session() as session:
        instance, trigger = session.execute(
            found.where(TaskInstance.dag_id == dag_id, TaskInstance.task_id == task_id)
        ).one()
        if trigger.encrypted_kwargs.startswith("{"):
            trigger.encrypted_kwargs = json.dumps(serialize(row))
        else:
            trigger.kwargs = row
        whole = _plain(instance.next_kwargs)
        if kept is None:
            instance.next_kwargs = {}
        elif kept:
            instance.next_kwargs = serialize(whole | {"wait": whole["wait"] | kept})


def xcoms(dag_id: str, key: str = "return_value") -> list[tuple[str, str, Any]]:
    """What tasks have returned, or written under another key: run, task and value, once for every row."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = session.scalars(select(XComModel).where(XComModel.dag_id == dag_id, XComModel.key == key)).all()
        return [(row.run_id, row.task_id, XComModel.deserialize_value(row)) for row in found]


def deferred_runs(
    dag_id: str, run_ids: Iterable[str], trigger_of: Callable[[str, str], BaseTrigger], timeout: float
) -> None:
    """DAG runs whose tasks are all deferred, as their workers would have left them; in one transaction.

    :param trigger_of: makes the trigger of a run's task, by their ids.
    :param timeout: seconds until Airflow ends a trigger that does not end itself.
    """
    from airflow.models.dagbag import DBDagBag
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    now = datetime.now(UTC)
    with create_session() as session:
        dag: Any = DBDagBag().get_latest_version_of_dag(dag_id, session=session)
        for run_id in run_ids:
            run = dag.create_dagrun(
                run_id=run_id,
                run_after=now,
                run_type=DagRunType.MANUAL,
                triggered_by=DagRunTriggeredByType.TEST,
                state=DagRunState.RUNNING,
                start_date=now,
                session=session,
            )
            for instance in run.get_task_instances(session=session):
                _defer(instance, trigger_of(run_id, instance.task_id), now, timeout, session)


def _defer(instance: Any, trigger: BaseTrigger, now: datetime, timeout: float, session: Any) -> None:
    from airflow.models.trigger import Trigger
    from airflow.utils.state import TaskInstanceState

    row = Trigger.from_object(trigger)
    session.add(row)
    session.flush()
    instance.state = TaskInstanceState.DEFERRED
    instance.trigger_id = row.id
    instance.next_method = "execute_complete"
    instance.next_kwargs = {}
    instance.trigger_timeout = now + timedelta(seconds=timeout)
    instance.try_number = 1
    instance.start_date = now
