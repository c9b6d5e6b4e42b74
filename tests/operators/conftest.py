# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: operators whose tries follow each other in the emulator's time, and can be killed at any step."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger
from airflow_provider_mediajobs.vendors import vendor_of

from ..sensors.conftest import Bench, StateStore, bench

__all__ = ["bench"]

CREATES = {
    "SubmitLiveEditingJob",
    "SubmitTranscodeJobs",
    "EditShowAndReplace",
    "CreateAssetEditTask",
    "CreateEditingJob",
    "CreateEditingJobs",
    "CreateTranscodingTask",
    "SubmitJobs",
    "SubmitMediaProducingJob",
    "SubmitTranscodeJob",
}

GOOD: dict[str, dict[str, Any]] = {
    "alibaba.ice.live_editing": {
        "Clips": [{"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z"}],
        "LiveStreamConfig": {"AppName": "live", "DomainName": "pull.example.com", "StreamName": "s1"},
        "OutputMediaConfig": {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"},
    },
    "alibaba.ice.producing": {
        "Timeline": {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m1"}]}]},
        "OutputMediaConfig": {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"},
    },
    "alibaba.ice.transcode": {
        "InputGroup": [{"Type": "OSS", "Media": "oss://b/in.mp4"}],
        "OutputGroup": [
            {
                "Output": {"Type": "OSS", "Media": "oss://b/o.mp4"},
                "ProcessConfig": {"Transcode": {"TemplateId": "t1"}},
            }
        ],
    },
    "alibaba.mps.transcode": {
        "Input": {"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in.mp4"},
        "Outputs": {"OutputObject": "o.mp4", "TemplateId": "t1"},
        "OutputBucket": "b",
        "PipelineId": "p1",
    },
    "alibaba.vod.transcode": {"VideoId": "v1", "TemplateGroupId": "g1"},
    "alibaba.live.editing": {
        "CasterId": "c1",
        "ShowId": "e1",
        "StorageInfo": {"StorageLocation": "s", "FileName": "cut.mp4"},
        "StartTime": 0,
    },
    "huawei.vod.editing": {"inputs": [{"asset_id": "a1", "timeline_start": "0", "timeline_end": "12.5"}]},
    "huawei.mpc.editing": {
        "inputs": [{"input": {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"}}],
        "output": {"bucket": "b", "location": "cn-north-4", "object": "out"},
    },
    "huawei.mpc.transcoding": {
        "input": {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"},
        "output": {"bucket": "b", "location": "cn-north-4", "object": "out"},
        "trans_template_id": [7],
    },
}


class Killed(BaseException):
    """Stands for kill -9 of the task's process: no code of the package runs after it."""


class Wire:
    """The emulator's transport, which can kill the process at a create.

    :ivar kill: when to end the process of the next create: ``before`` it is sent, or ``after`` it was taken.
    :ivar spared: number of creates that are let through before that one.
    """

    def __init__(self, world: World) -> None:
        self._inner = EmulatorTransport(world)
        self.kill: str | None = None
        self.spared = 0

    def send(self, request: HttpRequest) -> HttpResponse:
        if not self.kill or not _creates(request):
            return self._inner.send(request)
        if self.spared:
            self.spared -= 1
            return self._inner.send(request)
        kill, self.kill = self.kill, None
        if kill == "before":
            raise Killed
        self._inner.send(request)
        raise Killed

    async def asend(self, request: HttpRequest) -> HttpResponse:
        return self.send(request)


def _creates(request: HttpRequest) -> bool:
    if request.header("x-acs-action"):
        return request.header("x-acs-action") in CREATES
    return request.method == "POST"


class Store(StateStore):
    """Airflow's state store of the task, which can kill the process at a write.

    :ivar kill: at which write of this try, and whether ``before`` or ``after`` it.
    """

    kill: tuple[int, str] | None = None
    writes = 0

    def set(self, key: str, value: Any) -> None:
        self.writes += 1
        at, when = self.kill or (0, "")
        if at == self.writes and when == "before":
            raise Killed
        super().set(key, value)
        if at == self.writes:
            raise Killed


class Task:
    """One task instance, whose tries a test runs one after the other.

    :param arguments: arguments of its operator.
    :ivar store: ``None`` before Airflow 3.3.
    :ivar ti: Airflow's task instance, as the next try sees it.
    """

    def __init__(self, bench: Bench, kind: str, retries: int = 3, keeps: bool = True, **arguments: Any) -> None:
        self.bench, self.kind = bench, kind
        self.arguments = {"parameters": GOOD[kind], "poke_interval": 5.0, **arguments}
        self.store: Store | None = Store() if keeps else None
        self.wire = bench.transport = Wire(bench.world)
        self.retries = retries
        self.tries, self.max_tries = 0, retries
        self._nonce = 0
        self._began: datetime = bench.world.now()
        self.pushed: dict[str, Any] = {}

    @property
    def world(self) -> World:
        return self.bench.world

    @property
    def jobs(self) -> list[Any]:
        return [job for job in self.world.jobs if job.kind.name == self.kind]

    def attempt(self) -> Any:
        """Run one try: returns its result, or the exception that Airflow would see."""
        self.tries += 1
        operator = MediaJobOperator(task_id="make", kind=self.kind, **self.arguments)
        context = self.context()
        try:
            return self._run(operator, context)
        except (Exception, Killed) as end:  # noqa: BLE001
            return end
        finally:
            self.wire.kill, self.wire.spared = None, 0
            if self.store is not None:
                self.store.kill, self.store.writes = None, 0

    def clear(self) -> None:
        """Clear the task, as a person does: the next try has retries of its own."""
        self.max_tries = self.tries + self.retries

    def context(self) -> Any:
        ti = SimpleNamespace(
            id=f"ti-{self.tries}",
            dag_id="d",
            run_id="r",
            task_id="make",
            map_index=-1,
            try_number=self.tries,
            max_tries=self.max_tries,
            start_date=self.bench.clock(),
            xcom_push=self.pushed.__setitem__,
        )
        store = {"task_state_store": self.store} if self.store is not None else {}
        run = SimpleNamespace(run_after=self._began, start_date=self._began)
        return {"ti": ti, "dag_run": run, **store}

    def _run(self, operator: MediaJobOperator, context: Any) -> Any:
        try:
            return operator.submit(context, nonce=self._drawn, **self._process(operator))
        except TaskDeferred as deferral:
            path, stored = deferral.trigger.serialize()
            assert path == "airflow_provider_mediajobs.triggers.job.MediaJobTrigger"
            back: Any = deserialize(json.loads(json.dumps(serialize(stored))))
            kept: Any = deserialize(json.loads(json.dumps(serialize(deferral.kwargs or {}))))
            event = self.bench.triggered(MediaJobTrigger(**back))
        resumed = MediaJobOperator(task_id="make", kind=self.kind, **self.arguments)
        told = json.loads(json.dumps(event))
        return resumed.execute_complete(context, told, **self._process(resumed), **kept)

    def _process(self, operator: MediaJobOperator) -> dict[str, Any]:
        """The hook, clock and sleep of a process that starts now."""
        hook = hook_class(vendor_of(operator.kind))(
            operator.conn_id,
            region=operator.region,
            project_id=operator.project_id,
            transport=self.wire,
            clock=self.bench.clock.monotonic,
            sleep=self.world.advance,
        )
        return {"hook": hook, "now": self.bench._process(), "sleep": self.world.advance}

    def _drawn(self) -> str:
        self._nonce += 1
        return f"{self._nonce:06x}"


@pytest.fixture
def task(bench: Bench) -> Callable[..., Task]:
    """``task(kind, **arguments)`` makes a :class:`Task`."""
    return lambda kind, **arguments: Task(bench, kind, **arguments)
