# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the pytest fixtures with which users test their DAGs."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from airflow.sdk import DAG, dag

from airflow_provider_mediajobs.core.errors import ParameterError, RequestRejected
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcEditingSensor

Run = Callable[..., Any]
GATES: dict[str, dict[str, Any]] = {
    "poke": {},
    "deferred": {"deferrable": True},
    "up_for_reschedule": {"mode": "reschedule"},
    "an execution_timeout": {"execution_timeout": timedelta(minutes=5)},
    "retries": {"retries": 3, "retry_delay": timedelta(0)},
}


def gate(**given: Any) -> HuaweiMpcEditingSensor:
    return HuaweiMpcEditingSensor(**({"task_id": "gate", "job_id": "1"} | given))


def add_job(emulator: EmulatorServer, word: str) -> None:
    emulator.world.add_job("huawei.mpc.editing", {"job_id": "1"}, word)


@pytest.mark.parametrize("way", list(GATES))
def test_a_run_has_a_time_limit(way: str, mediajobs_emulator: EmulatorServer, mediajobs_airflow: Run) -> None:
    """Whatever a task does while it waits; and the next run is none the worse for it."""
    add_job(mediajobs_emulator, "PROCESSING")
    with DAG(f"waits_{list(GATES).index(way)}", schedule=None) as waits:
        gate(**GATES[way]) >> gate(task_id="after", trigger_rule="all_done", **GATES[way])
    before, start = signal.getsignal(signal.SIGUSR2), time.monotonic()

    with pytest.raises(TimeoutError, match=rf"^DAG {waits.dag_id} was stopped after 2 s; unfinished: task 'gate' \("):
        mediajobs_airflow(waits, time_limit=2)

    assert time.monotonic() - start < 30
    assert signal.getsignal(signal.SIGUSR2) is before
    add_job(mediajobs_emulator, "SUCCEEDED")
    with DAG("goes_well", schedule=None) as goes_well:
        gate(deferrable=True)
    assert mediajobs_airflow(goes_well).state == "success"


class Finalized(DAG):
    """When it is run, Python finalizes something, and lets no exception out of that."""

    finalizer: Callable[[object], object]

    def test(self, *_: Any, **__: Any) -> Any:
        type("Anything", (), {"__del__": self.finalizer})()
        signal.pause()


def test_the_time_is_up_while_something_is_finalized(mediajobs_airflow: Run) -> None:
    """That is no fault of the test, and the run is interrupted again."""
    dag, interrupted = Finalized("finalizes", schedule=None), []

    def finalizer(_: object) -> None:
        try:
            signal.pause()
        finally:
            interrupted.append(True)

    dag.finalizer = finalizer

    with pytest.raises(TimeoutError, match=r"^DAG finalizes was stopped after 0\.1 s"):
        mediajobs_airflow(dag, time_limit=0.1)

    assert interrupted == [True]


def test_what_a_finalizer_raises_is_told_as_ever(mediajobs_airflow: Run) -> None:
    """By whoever tells it outside of a run."""
    dag = Finalized("breaks", schedule=None)
    dag.finalizer = lambda _: {"a": 1}.pop("b")

    with patch.object(sys, "unraisablehook") as told, pytest.raises(TimeoutError):
        mediajobs_airflow(dag, time_limit=0.1)

    assert [unraisable.args[0].exc_type for unraisable in told.call_args_list] == [KeyError]


def test_a_function_that_makes_a_dag(mediajobs_emulator: EmulatorServer, mediajobs_airflow: Run) -> None:
    """As ``@dag`` leaves it, without a call."""
    add_job(mediajobs_emulator, "SUCCEEDED")

    @dag(schedule=None)
    def publishes() -> None:
        gate()

    assert mediajobs_airflow(publishes).state == "success"


@pytest.mark.parametrize("given", [None, "my_dag", lambda: None], ids=["None", "text", "a function"])
def test_what_is_no_dag(given: Any, mediajobs_airflow: Run) -> None:
    with pytest.raises(ParameterError, match="dag must be a DAG, or the function that @dag decorates, not "):
        mediajobs_airflow(given)


@pytest.mark.parametrize("limit", [0, -1, True, "60", float("nan"), float("inf"), None])
def test_what_is_no_time_limit(limit: Any, mediajobs_airflow: Run) -> None:
    with pytest.raises(ParameterError, match="time_limit must be a number of seconds above 0, not "):
        mediajobs_airflow(DAG("d", schedule=None), time_limit=limit)


def test_an_error_of_the_run_is_told_as_it_is(mediajobs_airflow: Run) -> None:
    """Before the time is up."""
    with pytest.raises(TypeError, match="no_such_argument"):
        mediajobs_airflow(DAG("d", schedule=None), no_such_argument=1)


@pytest.mark.usefixtures("mediajobs_emulator")
def test_a_call_to_what_is_not_emulated() -> None:
    """It does not look like a mistake of the caller's."""
    with pytest.raises(
        RequestRejected, match="The emulator has no operation GET /v1/emulator-project/enhancements; it has "
    ):
        HuaweiMediaHook().call("mpc", "GET", "/v1/{project_id}/enhancements")
