# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests many tasks that submit at once: throttled creates are retried within the limit, and made once.

Covers ``operators.submitting``.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator import EmulatorTransport, World
from airflow_provider_mediajobs.operators import MediaJobOperator

from ..hooks.conftest import connections, hook, pauses
from ..quotas.conftest import worst
from .conftest import GOOD

__all__ = ["connections", "hook", "pauses"]


class Turns:
    """Blocking programs that share one world's time: one runs at a time, until it sleeps or ends."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sleeping: list[tuple[float, int, Event]] = []
        self._number = 0
        self._over = Event()

    def sleep(self, seconds: float) -> None:
        """Let the others run meanwhile."""
        turn = Event()
        self._enter(seconds, turn)
        self._next()
        turn.wait()

    def _enter(self, seconds: float, turn: Event) -> None:
        self._number += 1
        insort(self._sleeping, (self._world.now().timestamp() + seconds, self._number, turn))

    def _next(self) -> None:
        if not self._sleeping:
            self._over.set()
            return
        moment, _, turn = self._sleeping.pop(0)
        self._world.advance(max(0.0, moment - self._world.now().timestamp()))
        turn.set()

    def run(self, *programs: Callable[[], None]) -> None:
        """All of them, which begin at once."""
        for program in programs:
            turn = Event()
            self._enter(0.0, turn)
            Thread(target=self._runs, args=(program, turn), daemon=True).start()
        self._next()
        assert self._over.wait(60)

    def _runs(self, program: Callable[[], None], turn: Event) -> None:
        turn.wait()
        try:
            program()
        finally:
            self._next()


CASES = [
    # calls, seconds; and after how many seconds all are made: by pauses of one length it would be 30
    ("alibaba.live.editing", "EditShowAndReplace", 10, 1, 20),
    ("alibaba.vod.transcode", "SubmitTranscodeJobs", 30, 1, 10),
    ("alibaba.ice.live_editing", "SubmitLiveEditingJob", 10, 1, 20),
    ("huawei.mpc.transcoding", "CreateTranscodingTask", 100, 60, 5),
]


@pytest.mark.parametrize(("kind", "action", "calls", "seconds", "end"), CASES, ids=[case[0] for case in CASES])
def test_fifty_at_once(kind: str, action: str, calls: int, seconds: float, end: float, hook: Any) -> None:
    """None fails, none is made twice, and no more than the limit is taken in any of its windows."""
    world = World()
    turns, made = Turns(world), []

    def submit(index: int) -> None:
        ti = SimpleNamespace(
            dag_id="d", run_id="r", task_id="t", map_index=index, try_number=1, max_tries=0, start_date=world.now()
        )
        parameters = {**GOOD[kind], **({"ShowId": f"e{index}"} if "ShowId" in GOOD[kind] else {})}
        operator = MediaJobOperator(task_id="t", kind=kind, parameters=parameters, wait_for_completion=False)
        memory = hook(kind, transport=EmulatorTransport(world), sleep=turns.sleep)
        context: Any = {"ti": ti}
        made.append(operator.submit(context, hook=memory, now=world.now, sleep=turns.sleep, nonce=lambda: "0" * 6))

    turns.run(*[lambda index=index: submit(index) for index in range(50)])

    began = min(request.at for request in world.requests)
    creates = [request for request in world.requests if request.call.action == action]
    taken = [(request.at - began).total_seconds() for request in creates if request.status == 200]
    assert len(made) == len(taken) == 50
    assert len({str(sorted(ids.items())) for ids in made}) == 50
    assert len([job for job in world.jobs if job.kind.name == kind]) == 50
    assert worst(taken, seconds) <= calls
    assert max(taken) < end
