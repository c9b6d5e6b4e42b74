# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The trigger of a wait that begins in the triggerer, before any worker has had the task."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from airflow.triggers.base import BaseTrigger, TriggerEvent

from ..clock import steady, utc_now
from ..core.errors import ConnectionUnavailable, MediaJobsError
from ..core.policy import LEAST_BACKSTOP_S
from ..core.stored import marked
from ..core.times import Clock, format_time
from ..core.wait_event import not_started
from ..poller.shared import Poller, poller
from ..poller.source import Reader
from .arguments import START, StartArguments, read
from .foreign import understood_or_not
from .guard import guarded
from .job import MediaJobTrigger
from .template import Rendering

if TYPE_CHECKING:
    from airflow.sdk import Context
    from jinja2 import Environment

AHEAD_S = 5.0
"""Seconds before ``execution_timeout`` at which this trigger fires. At ``execution_timeout`` Airflow itself ends the
task, with a message that says less, and by the wall clock: if that is set meanwhile, too early or too late."""


class MediaJobStartTrigger(BaseTrigger):
    """Waits for media jobs from the start of the task. A wait that cannot begin in the triggerer is left to a worker.

    :param arguments: see :class:`StartArguments`. If they cannot be read, the wait is left to a worker, too.
    """

    def __init__(self, /, **arguments: Unpack[StartArguments]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        self.arguments, self._not_understood = understood_or_not(partial(read, START), arguments)
        self.timeout_after: datetime | None = None
        self._rendered: dict[str, Any] = {}
        self._trouble = self._not_understood or "Airflow did not render its arguments"

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return class path and arguments. They are stored in the database, so both are public API."""
        stored = self.arguments if self._not_understood else marked(self.arguments)
        return ("airflow_provider_mediajobs.triggers.start.MediaJobStartTrigger", stored)

    def render_template_fields(self, context: Context, jinja_env: Environment | None = None) -> None:
        """Render the arguments. Airflow calls this before ``run`` if the task began by its ``start_trigger_args``."""
        if self._not_understood:
            return
        from jinja2 import StrictUndefined

        env = jinja_env or self.get_template_env()
        env.undefined = StrictUndefined  # as on a worker
        try:
            self._rendered = Rendering(context, env, self.arguments["xcoms"]).rendered(self.arguments)
        except Exception as error:  # noqa: BLE001  # a template may raise anything; a worker raises it again, in full
            self._trouble = type(error).__name__

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: that of :class:`MediaJobTrigger`, or one by which a worker begins the wait."""
        yield await guarded(self.event)

    async def on_kill(self) -> None:
        """Log that the wait has stopped. Jobs of a sensor are never cancelled."""
        if self._rendered:
            await self._begun(utc_now()).on_kill()
        else:
            self.log.info("stopped before the wait had begun")

    async def event(
        self,
        *,
        now: Clock = utc_now,
        lanes: Poller | None = None,
        read: Reader | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> TriggerEvent:
        """Return the event of ``run``; the parameters are those of :meth:`MediaJobTrigger.event`."""
        if not self._rendered:
            return self._left_to_a_worker(self._trouble)
        clock = steady(now, asyncio.get_running_loop().time)
        trigger, lanes = self._begun(clock()), lanes or poller()
        try:
            async with asyncio.timeout(trigger.seconds_left(clock())):
                await lanes.accounts.get(trigger.where, trigger.reader(lanes, read))
        except ConnectionUnavailable as error:  # the connection's id may be wrong, which only a worker can tell
            return self._left_to_a_worker(str(error))
        except (MediaJobsError, TimeoutError):  # the wait meets the same error and handles it
            pass
        return await trigger.event(now=clock, lanes=lanes, read=read, jitter=jitter)

    def _left_to_a_worker(self, reason: str) -> TriggerEvent:
        """Return the event by which a worker begins the wait."""
        self.log.info("a worker begins this wait (%s)", reason)
        return TriggerEvent(not_started(reason))

    def _begun(self, now: datetime) -> MediaJobTrigger:
        """Make the trigger that waits, from the rendered arguments."""
        given = self.arguments | self._rendered
        del given["xcoms"]
        given.pop("backstop", None)
        limit = given.pop("execution_timeout")
        start = self._start(now)
        deadline = start + timedelta(seconds=given["timeout"])
        ends_at = deadline if limit is None else min(deadline, start + timedelta(seconds=max(0.0, limit - AHEAD_S)))
        given |= {
            "deadline": format_time(deadline),
            "ends_at": format_time(ends_at),
            "before": [{}] * len(given["ids"]),
            "report": {},
        }
        trigger = MediaJobTrigger(**given)
        trigger.task_instance = self.task_instance
        return trigger

    def _start(self, now: datetime) -> datetime:
        """Return the start of this try, by the time-out that Airflow stores: it survives restarts of the triggerer."""
        end = self.timeout_after
        if end is None:
            return now
        end = end if end.tzinfo else end.replace(tzinfo=UTC)
        limit = self.arguments["execution_timeout"]
        granted = self.arguments["timeout"] + self.arguments.get("backstop", LEAST_BACKSTOP_S)
        return end - timedelta(seconds=granted if limit is None else min(granted, limit))
