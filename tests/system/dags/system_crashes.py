# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Operators whose process is killed in its first try, and others that people and triggerers end.

A process kills itself as ``kill -9`` would, at one step of its way. The windows in which a job is looked for are cut
short: what they are for is held in the emulator's own time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG

from airflow_provider_mediajobs.operators import MediaJobOperator, submitting, written

SHOWN_S = 6.0
STEPS = ("before_intent", "after_intent", "sent", "answered", "written", "deferring", "resumed")
PLACE = {"bucket": "b", "location": "cn-north-4"}
CLIP = {"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z", "StreamName": "s1"}
PARAMETERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "alibaba.ice.live_editing": lambda name: {
        "Clips": [CLIP],
        "OutputMediaConfig": {"MediaURL": f"https://b.oss-cn-shanghai.aliyuncs.com/{name}.mp4"},
    },
    "alibaba.vod.transcode": lambda name: {"VideoId": name, "TemplateGroupId": "g"},
    "alibaba.live.editing": lambda name: {
        "CasterId": name,
        "ShowId": "e",
        "StorageInfo": {"StorageLocation": "s", "FileName": "cut.mp4"},
        "StartTime": 0,
    },
    "huawei.vod.editing": lambda name: {"inputs": [{"asset_id": name, "timeline_end": "12.5"}]},
    "huawei.mpc.editing": lambda name: {"inputs": [{"input": {**PLACE, "object": f"{name}.mp4"}}], "output": PLACE},
}
SHORT = ("after_intent", "sent", "written")
CRASHES = [(kind, step) for kind in PARAMETERS for step in (STEPS if kind == "alibaba.ice.live_editing" else SHORT)]
ENDED = ("lives", "marked_failed", "marked_success", "cleared")
ON_WORKERS = ("here_evicted", "here_failed", "here_success", "here_clear")
"""Tasks that hold a worker while they are ended."""


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Crashes(MediaJobOperator):
    """Ends its process at a step of the first try.

    :param step: one of ``STEPS``.
    """

    def __init__(self, *, step: str, **given: Any) -> None:
        super().__init__(**given)
        self.step = step
        self._first = False

    def execute(self, context: Any) -> Any:
        vars(submitting).update(VISIBLE_S=SHOWN_S, FIND_EVERY_S=2.0)
        self._first = context["ti"].try_number == 1
        if self._first:
            self._arm()
        return super().execute(context)

    def _arm(self) -> None:
        """In this process alone, which Airflow has made for this try."""
        notes: Any = written.Notes
        intend, keep = notes.intend, notes.keep

        def killing_intend(of: Any, what: Any) -> None:
            self._at("before_intent")
            intend(of, what)
            self._at("after_intent")

        def killing_keep(of: Any, what: Any) -> None:
            self._at("answered")
            keep(of, what)
            self._at("written")

        notes.intend, notes.keep = killing_intend, killing_keep
        if self.step == "sent":
            from airflow_provider_mediajobs.transports.blocking import BlockingTransport

            send: Any = BlockingTransport.send

            def killing_send(of: Any, request: Any) -> Any:
                answer = send(of, request)
                if not (request.header("x-acs-action") or "").startswith("Get"):
                    kill()
                return answer

            BlockingTransport.send = killing_send  # type: ignore[method-assign,assignment]

    def _at(self, step: str) -> None:
        if self.step == step:
            kill()

    def defer(self, **given: Any) -> Any:
        if self._first:
            self._at("deferring")
        super().defer(**given)

    def execute_complete(self, context: Any, event: Any = None, **kept: Any) -> Any:
        if context["ti"].try_number == 1:
            self._at("resumed")
        return super().execute_complete(context, event, **kept)


def name_of(kind: str, step: str) -> str:
    return f"{kind}-{step}"


def arguments(kind: str, name: str) -> dict[str, Any]:
    return {
        "task_id": name,
        "kind": kind,
        "parameters": PARAMETERS[kind](name),
        "conn_id": f"{kind.partition('.')[0]}_whole",
        "deferrable": True,
        "poll_interval": 10,
        "timeout": 1800,
        "retries": 1,
        "retry_delay": timedelta(seconds=1),
    }


with DAG("system_crashes", schedule=None) as crashes:
    for kind, step in CRASHES:
        Crashes(step=step, **arguments(kind, name_of(kind, step)))

with DAG("system_ends", schedule=None) as ends:
    for name in ENDED:
        Crashes(step="none", **arguments("huawei.vod.editing", name))

with DAG("system_workers", schedule=None) as workers:
    for name in ON_WORKERS:
        waits = {"deferrable": False, "poke_interval": 2}
        Crashes(step="none", **(arguments("huawei.vod.editing", name) | waits))
