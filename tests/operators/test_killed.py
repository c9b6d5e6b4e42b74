# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what ``on_kill`` of an operator does: it cancels the job where a person has ended the task, else nothing.

Covers ``operators.killed``, ``triggers.killed``, ``triggers.cancelling``.
"""

from __future__ import annotations

import asyncio
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.serde import deserialize, serialize
from structlog.testing import capture_logs

from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.operators import MediaJobOperator, killed
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.sensors.errors import MediaJobTimeout
from airflow_provider_mediajobs.triggers import cancelling
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger
from airflow_provider_mediajobs.triggers.killed import state_of

from ..sensors.conftest import Bench
from .conftest import GOOD, Task

MPC, H_VOD, ICE = "huawei.mpc.editing", "huawei.vod.editing", "alibaba.ice.live_editing"
QUEUED = {MPC: "CANCELED", H_VOD: "CANCEL"}


class Ti(SimpleNamespace):
    """A task instance as Airflow has it; ``state`` is what the scheduler's database says.

    :ivar trouble: raised in place of the answer.
    """

    trouble: Exception | None = None

    def get_task_states(self, dag_id: str, map_index: int, task_ids: list[str], run_ids: list[str]) -> Any:
        assert (dag_id, map_index, task_ids, run_ids) == ("d", self.map_index, ["make"], ["r"])
        if self.trouble is not None:
            raise self.trouble
        if self.map_index >= 0:
            return {"r": {f"make_{self.map_index}": self.state}}
        return {"r": {"make": self.state}} if self.state else {}


def instance(state: str | None, **more: Any) -> Ti:
    return Ti(**({"dag_id": "d", "run_id": "r", "task_id": "make", "map_index": -1, "state": state} | more))


def submitted(bench: Bench, kind: str, **arguments: Any) -> Task:
    """A task whose job was made, and queues."""
    made = Task(bench, kind, wait_for_completion=False, **arguments)
    assert isinstance(made.attempt(), dict)
    return made


def state(made: Task) -> str:
    (job,) = made.jobs
    return str(job.at(made.world.now()).state)


# --- on a worker ------------------------------------------------------------------------------------------------


def on_worker(made: Task, ti: Any, **arguments: Any) -> tuple[list[str], str]:
    """The log of ``on_kill`` in a process that waits, and the vendor's word for the job then."""
    operator = MediaJobOperator(task_id="make", kind=made.kind, parameters=GOOD[made.kind], **arguments)
    operator.ids = dict(made.jobs[0].ids)
    with capture_logs() as logs:
        killed.killed(operator, ti, made._process(operator)["hook"])
    return [entry["event"] for entry in logs], state(made)


@pytest.mark.parametrize("kind", [MPC, H_VOD])
@pytest.mark.parametrize("ended", ["failed", "success", "skipped"])
def test_a_person_ends_the_task_on_a_worker(bench: Bench, kind: str, ended: str) -> None:
    made = submitted(bench, kind)

    (line,), word = on_worker(made, instance(ended))

    assert line.endswith(" was cancelled")
    assert word == QUEUED[kind]


@pytest.mark.parametrize("left", [None, "running", "restarting", "queued", "deferred", "up_for_retry", "scheduled"])
def test_anything_else_cancels_nothing_on_a_worker(bench: Bench, left: str | None) -> None:
    """A SIGTERM at a deployment, an eviction, a clear: the next try goes on with the job."""
    made = submitted(bench, MPC)

    (line,), word = on_worker(made, instance(left))

    assert "goes on, and costs money (the task is " in line
    assert made.jobs[0].ids["job_id"] in line
    assert word == "WAITING"


def test_what_has_begun_cannot_be_cancelled(bench: Bench) -> None:
    made = submitted(bench, MPC)
    made.world.advance(8)

    (line,), word = on_worker(made, instance("failed"))

    assert "goes on, and costs money (" in line
    assert "MPC.10202" in line
    assert word == "PROCESSING"


@pytest.mark.parametrize("times", [1, None])
def test_an_answer_that_was_lost(bench: Bench, times: int | None) -> None:
    """A refusal after that may be one of what is cancelled already."""
    made = submitted(bench, MPC)
    made.world.add_fault("server_error", action="DeleteEditingJob", times=times)
    made.world.advance(8)

    (*_, line), _ = on_worker(made, instance("failed"))

    assert made.jobs[0].ids["job_id"] in line
    assert "whether it was cancelled is unclear (" in line
    assert "goes on, and costs money" in line


@pytest.mark.parametrize("kind", [MPC, ICE])
def test_what_is_told_while_a_request_is_under_way(bench: Bench, kind: str) -> None:
    made = Task(bench, kind)
    operator = MediaJobOperator(task_id="make", kind=kind, **made.arguments)
    send = made.wire.send

    def interrupted(request: Any) -> Any:
        operator.on_kill()
        return send(request)

    made.wire.send = interrupted  # type: ignore[method-assign]
    with capture_logs() as logs:
        operator.submit(made.context(), nonce=made._drawn, **made._process(operator))

    told = [entry["event"] for entry in logs if "whether one was made is unclear" in entry["event"]]
    assert len(told) == 1
    assert "with the key mj" in told[0]


def test_a_vendor_that_cancels_nothing(bench: Bench) -> None:
    made = submitted(bench, ICE)
    sent = len(made.world.requests)

    (line,), _ = on_worker(made, instance("failed"))

    assert "goes on, and costs money: the vendor has no operation that cancels it" in line
    assert made.jobs[0].ids["job_id"] in line
    assert len(made.world.requests) == sent


def test_an_author_who_does_not_want_it(bench: Bench) -> None:
    made = submitted(bench, MPC)

    (line,), word = on_worker(made, instance("failed"), cancel_on_kill=False)

    assert line.endswith("goes on, and costs money (cancel_on_kill=False)")
    assert word == "WAITING"


@pytest.mark.parametrize(
    ("ti", "told"),
    [
        (None, "the task instance is unknown"),
        (instance("failed", trouble=RuntimeError("secret")), "did not return the state of the task: RuntimeError"),
    ],
)
def test_a_state_that_is_not_told(bench: Bench, ti: Any, told: str) -> None:
    """It is not guessed."""
    made = submitted(bench, MPC)

    (line,), word = on_worker(made, ti)

    assert told in line
    assert word == "WAITING"


def test_airflow_that_does_not_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal came while the process was asking Airflow: it must not wait for itself."""
    monkeypatch.setattr(killed, "ASK_S", 0.01)
    never = threading.Event()
    ti = instance("failed")
    monkeypatch.setattr(ti, "get_task_states", lambda **_: never.wait())
    made = submitted(bench, MPC)

    (line,), word = on_worker(made, ti)
    never.set()

    assert "did not return the state of the task: no answer" in line
    assert word == "WAITING"


def test_a_job_that_is_not_known_yet(capsys: pytest.CaptureFixture[str]) -> None:
    made = MediaJobOperator(task_id="t", kind=MPC, parameters=GOOD[MPC])

    made.on_kill()

    assert "stopped before a request was sent" in capsys.readouterr().out
    made.underway = "CreateEditingJob with the key mj1"
    made.on_kill()
    told = capsys.readouterr().out
    assert "before it was told of a job (CreateEditingJob with the key mj1): whether one was made is unclear" in told
    assert "console.huaweicloud.com" in told


def test_on_kill_of_a_task_that_waits(bench: Bench) -> None:
    """As Airflow calls it: by the operator that runs, and its task instance."""
    made = Task(bench, MPC)
    operator = MediaJobOperator(task_id="make", kind=MPC, **made.arguments)
    context = made.context()
    context["ti"].get_task_states = instance("running").get_task_states
    process = made._process(operator)

    def interrupted(_seconds: float) -> None:
        operator.on_kill()
        raise KeyboardInterrupt

    with capture_logs() as logs, pytest.raises(KeyboardInterrupt):
        operator.submit(context, nonce=made._drawn, **(process | {"sleep": interrupted}))
    assert "goes on, and costs money (the task is running" in logs[-1]["event"]
    assert state(made) == "WAITING"


def test_mapped_tasks_are_told_apart() -> None:
    assert state_of(instance("failed", map_index=3)) == "failed"
    assert state_of(instance(None)) is None


# --- in the triggerer -------------------------------------------------------------------------------------------


def deferred(made: Task, **arguments: Any) -> MediaJobTrigger:
    """The trigger, as it comes back from the database."""
    made.arguments |= {"deferrable": True, "wait_for_completion": True, **arguments}
    operator = MediaJobOperator(task_id="make", kind=made.kind, **made.arguments)
    made.tries += 1
    with pytest.raises(TaskDeferred) as caught:
        operator.submit(made.context(), nonce=made._drawn, **made._process(operator))
    stored: Any = deserialize(json.loads(json.dumps(serialize(caught.value.trigger.serialize()[1]))))
    return MediaJobTrigger(**stored)


@pytest.fixture
def lanes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Poller:
    """The poller of the triggerer."""
    made = Poller(lambda _options: EmulatorTransport(bench.world), bench.world.now)
    monkeypatch.setattr("airflow_provider_mediajobs.triggers.job.poller", lambda: made)
    monkeypatch.setattr(cancelling, "PAUSE_S", 0.0)
    return made


def in_triggerer(trigger: MediaJobTrigger, ti: Any) -> list[str]:
    """The log of ``on_kill``."""
    trigger.task_instance = ti
    with capture_logs() as logs:
        asyncio.run(trigger.on_kill())
    return [entry["event"] for entry in logs]


@pytest.mark.usefixtures("lanes")
class TestInTheTriggerer:
    @pytest.mark.parametrize("kind", [MPC, H_VOD])
    @pytest.mark.parametrize("ended", ["failed", "success", "skipped"])
    def test_a_person_ends_the_task(self, bench: Bench, kind: str, ended: str) -> None:
        made = Task(bench, kind)
        trigger = deferred(made)

        (line,) = in_triggerer(trigger, instance(ended))

        assert line.endswith(" was cancelled")
        assert state(made) == QUEUED[kind]

    @pytest.mark.parametrize("left", [None, "scheduled", "queued", "running", "deferred", "restarting"])
    def test_a_clear(self, bench: Bench, left: str | None) -> None:
        """A new try may have begun before, and waits for the job."""
        made = Task(bench, MPC)
        trigger = deferred(made)

        (line,) = in_triggerer(trigger, instance(left))

        assert "goes on, and costs money (the task is " in line
        assert state(made) == "WAITING"

    def test_a_state_that_is_not_told(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        made = Task(bench, MPC)
        trigger = deferred(made)
        monkeypatch.setattr(cancelling, "ASK_S", 0.0)

        told = [
            *in_triggerer(trigger, None),
            *in_triggerer(trigger, instance("failed", trouble=RuntimeError())),
            *in_triggerer(trigger, instance("failed")),
        ]

        assert "gave the trigger no task instance" in told[0]
        assert "did not return the state of the task" in told[1]
        assert "did not return the state of the task: TimeoutError" in told[2]
        assert state(made) == "WAITING"

    def test_a_vendor_that_cancels_nothing(self, bench: Bench) -> None:
        made = Task(bench, ICE)
        trigger = deferred(made)
        sent = len(made.world.requests)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert "goes on, and costs money: the vendor has no operation that cancels it" in line
        assert made.jobs[0].ids["job_id"] in line
        assert len(made.world.requests) == sent

    def test_what_has_begun(self, bench: Bench) -> None:
        made = Task(bench, MPC)
        trigger = deferred(made)
        made.world.advance(8)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert "MPC.10202" in line
        assert state(made) == "PROCESSING"

    def test_trouble_that_passes(self, bench: Bench) -> None:
        made = Task(bench, MPC)
        trigger = deferred(made)
        made.world.add_fault("throttle", action="DeleteEditingJob", times=2)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert line.endswith(" was cancelled")

    def test_trouble_that_does_not(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """Airflow leaves thirty seconds."""
        made = Task(bench, MPC)
        trigger = deferred(made)
        made.world.add_fault("throttle", action="DeleteEditingJob")
        monkeypatch.setattr(cancelling, "CANCEL_S", 0.05)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert "whether it was cancelled is unclear (no answer within 0.05 s); unless it was, it goes on" in line

    def test_an_answer_that_was_lost(self, bench: Bench) -> None:
        """A refusal after that may be one of what is cancelled already."""
        made = Task(bench, MPC)
        trigger = deferred(made)
        made.world.add_fault("server_error", action="DeleteEditingJob", times=1)
        made.world.advance(8)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert made.jobs[0].ids["job_id"] in line
        assert "whether it was cancelled is unclear (MPC.10202" in line
        assert "goes on, and costs money" in line

    def test_no_answer_at_all(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        made = Task(bench, MPC)
        trigger = deferred(made)
        made.world.add_fault("server_error", action="DeleteEditingJob")
        monkeypatch.setattr(cancelling, "CANCEL_S", 0.05)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert "whether it was cancelled is unclear (" in line

    def test_an_author_who_does_not_want_it(self, bench: Bench) -> None:
        made = Task(bench, MPC)
        trigger = deferred(made, cancel_on_kill=False)

        (line,) = in_triggerer(trigger, instance("failed"))

        assert line.startswith("stopped waiting for ")
        assert state(made) == "WAITING"


def test_the_row_of_an_operator(bench: Bench) -> None:
    """A triggerer of another release may ignore that it is to cancel; a sensor's row says nothing of it."""
    stored = deferred(Task(bench, MPC)).serialize()[1]
    assert (stored["cancel_on_kill"], stored["informative"]) == (True, ["cancel_on_kill"])
    without = deferred(Task(bench, H_VOD), cancel_on_kill=False).serialize()[1]
    assert not {"cancel_on_kill", "informative"} & set(without)


async def test_a_kind_that_nothing_cancels(bench: Bench, lanes: Poller) -> None:
    from airflow_provider_mediajobs.core.errors import ParameterError
    from airflow_provider_mediajobs.vendors import kind

    with pytest.raises(ParameterError, match="cannot be cancelled"):
        await lanes.cancel(kind(ICE).ref({"job_id": "1"}), bench.world.account("alibaba"))


def test_a_limit_of_time_cancels_too(bench: Bench) -> None:
    """``on_timeout`` and ``on_queue_timeout``, as the sensors have it."""
    made = Task(bench, H_VOD, timeout=30, on_timeout="cancel_then_fail")
    made.world.job_seconds = (10_000.0, 10_000.0)

    end = made.attempt()

    assert isinstance(end, MediaJobTimeout)
    assert str(made.jobs[0].ids["task_id"]) in str(end)
    assert " was cancelled" in str(end)
    assert state(made) == "CANCEL"
