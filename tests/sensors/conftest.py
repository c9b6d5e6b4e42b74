"""Sensors that wait in the emulator's time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.vendors import VENDORS, vendor_of


class TaskInstance:
    """What a sensor asks of Airflow's."""

    def __init__(self, start_date: datetime, first: datetime | None = None, of: str = "try-1") -> None:
        self.start_date = start_date
        self.first = first
        self.id = of
        self.try_number = 1

    def get_first_reschedule_date(self, _context: Any) -> datetime | None:
        return self.first


class StateStore(dict[str, Any]):
    """Airflow 3.3's store of a task, as far as it is used: plain JSON in, plain JSON out.

    :ivar trouble: what its backend raises.
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


class Bench:
    """Runs a sensor to its end in virtual time.

    :ivar slept: what it slept, or for how long it was rescheduled.
    :ivar break_in: what Airflow throws into the next look.
    :ivar store: the task's state store; ``None`` before Airflow 3.3.
    :ivar start_up: seconds from the start of a process to the end of its look.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.slept: list[float] = []
        self.store: StateStore | None = None
        self.break_in: BaseException | None = None
        self.start_up = 0.0

    def run(self, sensor: MediaJobSensor) -> Any:
        """The result, or the exception Airflow would see."""
        return self._rescheduled(sensor) if sensor.reschedule else self._once(sensor, TaskInstance(self.world.now()))

    def _once(self, sensor: MediaJobSensor, ti: TaskInstance) -> Any:
        hook = hook_class(vendor_of(sensor.kind))(
            sensor.conn_id, region=sensor.region, project_id=sensor.project_id, transport=EmulatorTransport(self.world)
        )
        context: Any = {"ti": ti} | ({"task_state_store": self.store} if self.store is not None else {})
        return sensor.wait(context, hook=hook, now=self._now, sleep=self._sleep)

    def _now(self) -> datetime:
        if self.break_in is not None:
            raise self.break_in
        return self.world.now()

    def _rescheduled(self, sensor: MediaJobSensor) -> Any:
        """Each look in a process of its own, as Airflow does it: nothing but the first date survives.

        That date is when Airflow was told of the first reschedule.
        """
        first = None
        while True:
            instance = TaskInstance(self.world.now(), first)
            self.world.advance(self.start_up)
            try:
                return self._once(sensor, instance)
            except AirflowRescheduleException as again:
                first = first or self.world.now()
                self._sleep((again.reschedule_date - self.world.now()).total_seconds())

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.world.advance(seconds)


@pytest.fixture
def bench(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The default connections lead to a world in memory."""
    keys = mediajobs_world.account("huawei").credentials
    for vendor in VENDORS:
        value = {
            "conn_type": vendor.conn_type,
            "login": keys.access_key,
            "password": keys.secret_key,
            "extra": {"region": vendor.default_region, "project_id": mediajobs_world.project_id},
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.default_conn_id.upper()}", json.dumps(value))
    return Bench(mediajobs_world)
