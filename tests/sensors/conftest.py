# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: sensors that wait in the emulator's time."""

from __future__ import annotations

import asyncio
import json
import types
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, TaskDeferred
from airflow.sdk.execution_time import macros
from airflow.sdk.serde import deserialize, serialize
from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from airflow_provider_mediajobs.clock import SteadyClock
from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.virtual_time import SteppedClock, VirtualLoop
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.hooks.media import MediaHook
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.poller.source import Reader
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.triggers import finish
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger
from airflow_provider_mediajobs.vendors import VENDORS, vendor_of

STARTS = hasattr(BaseTrigger, "render_template_fields")
"""Whether this Airflow starts tasks in the triggerer; before 3.3 none does."""


class TaskInstance:
    """The part of Airflow's task instance that a sensor uses."""

    def __init__(self, start_date: datetime, first: datetime | None = None, of: str = "try-1") -> None:
        self.start_date = start_date
        self.first = first
        self.id = of
        self.try_number = 1
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = json.loads(json.dumps(value))

    def get_first_reschedule_date(self, _context: Any) -> datetime | None:
        return self.first


class StateStore(dict[str, Any]):
    """Airflow 3.3's store of a task, as far as it is used: plain JSON in, plain JSON out.

    :ivar trouble: the exception that its backend raises.
    :ivar read_only: whether it refuses to be written.
    """

    trouble: Exception | None = None
    read_only = False

    def get(self, key: str) -> Any:  # type: ignore[override]  # the store's signature, not that of a dict
        if self.trouble is not None:
            raise self.trouble
        return super().get(key)

    def set(self, key: str, value: Any) -> None:
        if self.trouble is not None or self.read_only:
            raise self.trouble or PermissionError
        self[key] = json.loads(json.dumps(value))


class _WorldLoop(VirtualLoop):
    """An event loop with virtual time, which moves the emulated world's time with its own."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def leap(self, seconds: float) -> None:
        super().leap(seconds)
        self._world.advance(seconds)


class Bench:
    """Runs a sensor to its end in virtual time.

    :ivar transport: the transport to use instead of the emulator's.
    :ivar slept: seconds of each pause, or until each rescheduled look.
    :ivar break_in: the exception that Airflow raises in the next look.
    :ivar store: the task's state store; ``None`` before Airflow 3.3.
    :ivar deferrals: the task's deferrals, as Airflow would catch them.
    :ivar xcoms: the XComs that the triggerer has written and nothing has read since.
    :ivar links: the addresses of links that the triggerer has written, by key.
    :ivar clock: the clock of all machines, the scheduler's included.
    :ivar start_up: seconds from the start of a process to the end of its look.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.transport: Any = None
        self.slept: list[float] = []
        self.store: StateStore | None = None
        self.break_in: BaseException | None = None
        self.start_up = 0.0
        self.clock = SteppedClock(world.now)
        self.deferrals: list[TaskDeferred] = []
        self.xcoms: list[dict[str, Any]] = []
        self.links: dict[str, str] = {}
        self.dag_run = types.SimpleNamespace(run_after=world.now())

    def run(self, sensor: MediaJobSensor) -> Any:
        """Run the sensor: returns the result, or raises the exception that Airflow would see."""
        if STARTS and sensor.start_from_trigger:
            return self._started(sensor)
        if sensor.deferrable:
            return self._deferred(sensor)
        return self._rescheduled(sensor) if sensor.reschedule else self.once(sensor, self.instance())

    def _started(self, sensor: MediaJobSensor) -> Any:
        """Start the task in the triggerer, as the scheduler of Airflow 3.3 does."""
        args = sensor.start_trigger_args
        assert args is not None
        assert args.timeout is not None
        assert args.trigger_cls == "airflow_provider_mediajobs.triggers.start.MediaJobStartTrigger"
        kwargs: dict[str, Any] = json.loads(json.dumps(args.trigger_kwargs))
        trigger = MediaJobStartTrigger(**kwargs)
        trigger.timeout_after = self.clock() + min(args.timeout, sensor.execution_timeout or args.timeout)
        trigger.render_template_fields(self.context(self.instance()))
        return self._ended(sensor, trigger)

    def _deferred(self, sensor: MediaJobSensor) -> Any:
        """One look, then the trigger as it comes back from the database, then the worker that resumes the task."""
        try:
            return self.once(sensor, self.instance())
        except TaskDeferred as deferral:
            self.deferrals.append(deferral)
        path, stored = self.deferrals[-1].trigger.serialize()
        assert path == "airflow_provider_mediajobs.triggers.job.MediaJobTrigger"
        back: Any = deserialize(json.loads(json.dumps(serialize(stored))))
        return self._ended(sensor, MediaJobTrigger(**back), self.kept())

    def kept(self) -> dict[str, Any]:
        """The arguments that Airflow has stored with the task at its last deferral."""
        kwargs: Any = deserialize(json.loads(json.dumps(serialize(self.deferrals[-1].kwargs or {}))))
        return dict(kwargs)

    def _ended(
        self, sensor: MediaJobSensor, trigger: MediaJobTrigger | MediaJobStartTrigger, kept: Any = MappingProxyType({})
    ) -> Any:
        """The result that is in XCom, where the trigger has ended the task; otherwise what the worker makes of it."""
        ti: Any = types.SimpleNamespace(dag_id="d", task_id="wait", run_id="r", map_index=None)
        trigger.task_instance = ti
        event = self.fired(trigger)
        if isinstance(event, TaskSuccessEvent):
            return self.xcoms.pop()["value"]
        assert self.xcoms == []
        return self.resumed(sensor, event.payload, **kept)

    def resumed(self, sensor: MediaJobSensor, event: Any, **kept: Any) -> Any:
        """Resume the task on a worker, with an event and what Airflow has stored with the task."""
        context = self.context(self.instance())
        told = json.loads(json.dumps(event))
        hook = self.hook(sensor)
        return sensor.execute_complete(context, told, hook=hook, now=self._process(), sleep=self._sleep, **kept)

    def triggered(self, trigger: MediaJobTrigger | MediaJobStartTrigger, read: Reader | None = None) -> Any:
        """The payload of a trigger's event."""
        return self.fired(trigger, read).payload

    def fired(
        self, trigger: MediaJobTrigger | MediaJobStartTrigger, read: Reader | None = None, jitter: float = 0.5
    ) -> TriggerEvent:
        """The event of a trigger, which runs on an event loop with the world's time."""
        given = trigger.arguments

        async def by_hook() -> Account:
            made = hook_class(vendor_of(given["kind"]))
            return made(given["conn_id"], region=given["region"], project_id=given["project_id"]).account

        transport = self.transport or EmulatorTransport(self.world)
        lanes = Poller(lambda _options: transport, self.world.now)
        with asyncio.Runner(loop_factory=lambda: _WorldLoop(self.world)) as runner:
            event = trigger.event(now=self.clock, lanes=lanes, read=read or by_hook, jitter=lambda: jitter)
            return runner.run(event)

    def once(self, sensor: MediaJobSensor, ti: TaskInstance) -> Any:
        store = {"task_state_store": self.store} if self.store is not None else {}
        return sensor.wait(self.context(ti, **store), hook=self.hook(sensor), now=self._process(), sleep=self._sleep)

    def context(self, ti: TaskInstance, **more: Any) -> Any:
        """Airflow's context. The DAG run was due when the world's time began."""
        return {"ti": ti, "dag_run": self.dag_run, "macros": macros, **more}

    def instance(self) -> TaskInstance:
        """The task instance of a task that starts now."""
        return TaskInstance(self.clock())

    def hook(self, sensor: MediaJobSensor) -> MediaHook:
        made, transport = hook_class(vendor_of(sensor.kind)), self.transport or EmulatorTransport(self.world)
        return made(
            sensor.conn_id,
            region=sensor.region,
            project_id=sensor.project_id,
            transport=transport,
            clock=self.clock.monotonic,
            sleep=self.world.advance,
        )

    def _now(self) -> datetime:
        if self.break_in is not None:
            raise self.break_in
        return self.clock()

    def _process(self) -> SteadyClock:
        """The clocks of a process that starts now."""
        return SteadyClock(self._now, self.clock.monotonic)

    def _rescheduled(self, sensor: MediaJobSensor) -> Any:
        """Each look in a process of its own, as Airflow does it: nothing but the first date survives.

        That date is when Airflow was told of the first reschedule.
        """
        first = None
        while True:
            instance = TaskInstance(self.clock(), first)
            self.world.advance(self.start_up)
            try:
                return self.once(sensor, instance)
            except AirflowRescheduleException as again:
                first = first or self.clock()
                self._sleep((again.reschedule_date - self.clock()).total_seconds())

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.world.advance(seconds)


@pytest.fixture
def bench(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A :class:`Bench` whose default connections lead to the emulator in memory."""
    keys = mediajobs_world.account("huawei").credentials
    for vendor in VENDORS:
        value = {
            "conn_type": vendor.conn_type,
            "login": keys.access_key,
            "password": keys.secret_key,
            "extra": {"region": vendor.regions[0], "project_id": mediajobs_world.project_id},
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.default_conn_id.upper()}", json.dumps(value))
    made = Bench(mediajobs_world)

    async def write(**given: Any) -> None:
        if given["key"].startswith("_link_"):
            made.links[given["key"]] = given["value"]
        else:
            made.xcoms.append(json.loads(json.dumps(given)))

    monkeypatch.setattr(finish, "_set", write)
    return made


def deferred_trigger(bench: Bench, of: MediaJobSensor) -> MediaJobTrigger:
    """The trigger of a wait that has just been deferred."""
    with pytest.raises(TaskDeferred) as caught:
        bench.once(of, bench.instance())
    trigger = caught.value.trigger
    assert isinstance(trigger, MediaJobTrigger)
    return trigger


def done_after(bench: Bench, seconds: float) -> None:
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", seconds)])
