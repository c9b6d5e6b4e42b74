# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Deferred tasks in a throw-away Airflow's database: ``python -m tests.benchmarks.rows FEWER MORE``.

The rows are made through Airflow's own models, as workers would have left them: of each subject the first ones for the
triggerer of the queue of its name, and the others for a queue that no triggerer has yet.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

DAG_ID = "benchmark_waits"
TASKS = 50
"""Tasks of a run; counts are multiples of it."""

KIND = "huawei.mpc.editing"
OURS, SLEEPS, TOGETHER = "ours", "sleeps", "together"
MANY = 500
"""Jobs of a wait for many."""

POLL_INTERVAL_S = 5.0
"""The sooner each has been looked at a few times."""

MARK = "running (the vendor says 'PROCESSING', 0 %)"
_FAR = timedelta(days=7)


def job_id(number: int) -> str:
    return f"{number:06}"


def later(subject: str) -> str:
    """The queue of those that are not to be waited for yet."""
    return f"{subject}-later"


def main() -> None:
    """A new database with all of them."""
    fewer, more = int(sys.argv[1]), int(sys.argv[2])
    _make_database()
    for subject in (OURS, SLEEPS):
        _add(subject, subject, range(fewer))
        _add(subject, later(subject), range(fewer, more))


def _make_database() -> None:
    """Empty but for one DAG, whose tasks do nothing themselves: the triggers are what is waited for."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.models.dag import DagModel
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session

    initdb()
    with DAG(DAG_ID, schedule=None) as dag:
        for number in range(TASKS):
            EmptyOperator(task_id=f"wait_{number}")
    with create_session() as session:
        DagBundlesManager().sync_bundles_to_db(session=session)
        session.flush()
        session.add(DagModel(dag_id=DAG_ID, bundle_name="dags-folder", is_paused=True, fileloc=__file__))
        session.flush()
        SerializedDagModel.write_dag(LazyDeserializedDAG.from_dag(dag), bundle_name="dags-folder", session=session)


def _add(subject: str, queue: str, numbers: range) -> None:
    from airflow.models.dagbag import DBDagBag
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    now = datetime.now(UTC)
    with create_session() as session:
        dag: Any = DBDagBag().get_latest_version_of_dag(DAG_ID, session=session)
        for begin in numbers[::TASKS]:
            run = dag.create_dagrun(
                run_id=f"{subject}-{begin}",
                run_after=now,
                run_type=DagRunType.MANUAL,
                triggered_by=DagRunTriggeredByType.TEST,
                state=DagRunState.RUNNING,
                start_date=now,
                session=session,
            )
            for number, instance in enumerate(run.get_task_instances(session=session), begin):
                _defer(instance, trigger(subject, [number], now), queue, now, session)


def trigger(subject: str, numbers: Sequence[int], now: datetime) -> Any:
    """One of them, as a worker leaves it after its first look: for the job of each number."""
    if subject == SLEEPS:
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        return DateTimeTrigger(now + _FAR)
    from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

    return MediaJobTrigger(
        kind=KIND,
        ids=[{"job_id": job_id(number)} for number in numbers],
        many=len(numbers) > 1,
        conn_id="huawei_mediajobs_default",
        region=None,
        project_id=None,
        created_after=None,
        policy={},
        deadline=(now + _FAR).isoformat(),
        ends_at=(now + _FAR).isoformat(),
        timeout=_FAR.total_seconds(),
        poll_interval=POLL_INTERVAL_S,
        before=[{"mark": MARK, "unchanged_since": now.isoformat()} for _ in numbers],
        report={"looks": 1, "calls": 1, "throttled": 0, "retried": 0},
        finish=False,
        push=True,
    )


def _defer(instance: Any, trigger: Any, queue: str, now: datetime, session: Any) -> None:
    from airflow.models.trigger import Trigger
    from airflow.utils.state import TaskInstanceState

    classpath, kwargs = trigger.serialize()
    row = Trigger(classpath=classpath, kwargs=kwargs, queue=queue)
    session.add(row)
    session.flush()
    instance.state = TaskInstanceState.DEFERRED
    instance.trigger_id = row.id
    instance.next_method = "execute_complete"
    instance.next_kwargs = {}
    instance.trigger_timeout = now + _FAR
    instance.try_number = 1
    instance.start_date = now


if __name__ == "__main__":
    main()
