# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests where a sensor may be called, and arguments that Airflow assigns after the sensor was made.

Covers ``sensors.checks``, ``sensors.job``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, BaseOperator

from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter

from ..conftest import dags_of
from .conftest import Bench, done_after

MPC: dict[str, Any] = {"task_id": "wait", "kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"deferrable": True},
            (
                "wait: called inside the task 'outer', the sensor cannot be deferred: Airflow would resume that "
                "task, and not the sensor; give it deferrable=False, or let it be a task of its own"
            ),
        ),
        (
            {"mode": "reschedule"},
            (
                "wait: called inside the task 'outer', the sensor cannot be rescheduled: Airflow would run that task "
                "again at once; give it mode='poke', or let it be a task of its own"
            ),
        ),
    ],
)
def test_inside_another_task(given: dict[str, Any], text: str, bench: Bench) -> None:
    """Before anything is sent."""
    ti: Any = bench.instance()
    ti.task = BaseOperator(task_id="outer")

    with pytest.raises(MediaJobBadParameter) as caught:
        bench.once(MediaJobSensor(**MPC, **given), ti)

    assert str(caught.value) == text
    assert bench.world.requests == []


def test_what_may_be_called_inside_another_task(bench: Bench) -> None:
    """One that holds its worker; and any, in a task that knows how to go on."""
    done_after(bench, 30)
    ti: Any = bench.instance()
    ti.task = BaseOperator(task_id="outer")
    assert bench.once(MediaJobSensor(**MPC), ti)["state"] == "succeeded"

    ti.task = SimpleNamespace(task_id="outer", reschedule=True, execute_complete=None)
    for given in ({"deferrable": True}, {"mode": "reschedule"}):
        assert bench.once(MediaJobSensor(**MPC, **given), ti)["state"] == "succeeded"


NESTED = """
from airflow.sdk import dag, task
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

@dag(schedule=None)
def nested():
    @task
    def outer(**context):
        return HuaweiMpcEditingSensor(task_id="inner", job_id="1", deferrable=True).execute(context)

    outer()
    for name, given in (("mapped", {"deferrable": True}), ("again", {"mode": "reschedule"})):
        HuaweiMpcEditingSensor.partial(task_id=name, **given).expand(job_id=["1"])

nested()
"""


@pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself
def test_in_a_real_run(tmp_path: Path, mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer) -> None:
    """The task that runs is Airflow's own, also of a mapped sensor, which is none of another's."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    (tmp_path / "nested.py").write_text(NESTED)

    run = mediajobs_airflow(dags_of(tmp_path / "nested.py")["nested"])

    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert states == {"outer": "failed", "mapped": "success", "again": "success"}


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 60.0),
        ({"poke_interval": 20}, 20.0),
        ({"poke_interval": timedelta(minutes=3)}, 180.0),
        ({"poke_interval": 0.1}, 1.0),
        ({"poke_interval": 20, "poll_interval": 5}, 5.0),
        ({"poll_interval": timedelta(seconds=7)}, 7.0),
    ],
)
def test_the_interval_of_a_deferred_wait(given: dict[str, Any], seconds: float) -> None:
    """``poke_interval`` is what those know who know Airflow's sensors."""
    assert MediaJobSensor(**MPC, **given).poll_interval == seconds


def test_the_interval_of_a_whole_dag() -> None:
    """From the DAG's ``default_args`` too."""
    with DAG("d", schedule=None, default_args={"poke_interval": 30}):
        assert MediaJobSensor(**MPC).poll_interval == 30.0


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"until": "done"}, "until must be one of succeeded, finished, running, not 'done'"),
        ({"on_partial": "ignore"}, "on_partial must be one of fail, accept, skip, not 'ignore'"),
        ({"until": "finished", "on_partial": "skip"}, "on_partial does not go with until='finished'"),
        ({"wait_for": 0}, "wait_for must be 'all', 'any', or how many jobs"),
        ({"fail_fast": "no"}, "fail_fast must be True or False, not 'no'"),
        ({"timeout": -1}, "timeout must be seconds or a timedelta, from 0 s to ten years, not -1"),
        ({"not_found_grace": "1"}, "not_found_grace must be seconds or a timedelta"),
        ({"queue_timeout": 0}, "queue_timeout must be seconds or a timedelta, from 1 s to ten years, not 0"),
        ({"stall_timeout": -5}, "stall_timeout must be seconds or a timedelta"),
        ({"poll_interval": 0}, "poll_interval must be seconds or a timedelta, from 1 s to ten years, not 0"),
        ({"on_timeout": "cancel"}, "on_timeout must be one of fail, cancel_then_fail, not 'cancel'"),
        ({"on_queue_timeout": "cancel"}, "on_queue_timeout must be one of fail, cancel_then_fail"),
        ({"silent_fail": True}, "silent_fail is not supported: errors that may pass never end a wait"),
        ({"exponential_backoff": True}, "exponential_backoff is not supported: looks would come later and later"),
    ],
)
def test_arguments_of_a_mapped_task(given: dict[str, Any], text: str, tmp_path: Path) -> None:
    """Airflow makes the task on a worker; what is wrong with it is told while the file is parsed."""
    (tmp_path / "mapped.py").write_text(
        "from airflow.sdk import DAG\n"
        "from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor\n"
        "with DAG('d', schedule=None):\n"
        f"    HuaweiMpcEditingSensor.partial(task_id='wait', **{given!r}).expand(job_id=['1'])\n"
    )

    (told,) = DagBag(tmp_path).import_errors.values()

    assert f"MediaJobBadParameter: {text}" in told


def test_the_kind_of_a_mapped_task() -> None:
    """One that there is not."""
    with pytest.raises(MediaJobBadParameter, match=r"huawei\.mpc\.edit"):
        MediaJobSensor.partial(task_id="wait", kind="huawei.mpc.edit")


def test_what_a_mapped_task_may_be_given() -> None:
    """All that is right, and what comes from elsewhere."""
    with DAG("d", schedule=None):
        of: Any = BaseOperator(task_id="submit").output
        HuaweiMpcEditingSensor.partial(
            task_id="wait", until="finished", timeout=60, queue_timeout=None, silent_fail=False, conn_id=of
        ).expand(job_id=["1"])


def test_partial_of_a_task() -> None:
    """As Airflow has it: of classes only."""
    with pytest.raises(TypeError, match="partial can only be called on Operator classes"):
        MediaJobSensor(**MPC).partial(task_id="wait")
