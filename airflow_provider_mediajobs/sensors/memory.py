# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The state of a rescheduled wait, in the task's state store of Airflow 3.3.

Earlier releases of Airflow have no such store, and every look begins without a history. That only delays the wait: the
deadline holds, but other limits (for jobs that are invisible, queued or stalled) restart with each look, and jobs that
have ended are asked for again.

The content may be of another release: see :mod:`core.stored`. Version 1 held the history under ``jobs``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

from ..core.job import WaitReport
from ..core.remembered import ROOM, pack, unpack
from ..core.stored import NotUnderstood, head, known, marked
from ..core.terms import NOT_TOLD, NotTold, Terms
from ..core.times import clock_step, format_time, parse_time
from ..core.wait import NOT_LOOKED_AT, JobHistory, WaitHistory, WaitSpec
from ..triggers.progress_log import Log
from .protocols import RunningSensor

if TYPE_CHECKING:
    from airflow.sdk import Context

_KEY = "mediajobs_wait"
_HEAD_ROOM = 1024
LOST = (
    "this Airflow has no state store (3.3 has): a rescheduled wait remembers nothing between its looks, so that "
    "not_found_grace, queue_timeout and stall_timeout begin anew, jobs that have ended are asked for again, and the "
    "result counts the last look only; timeout holds"
)
_KEYS = (
    "of for start due ahead created_after looks calls throttled retried left_out base seen words marks renditions jobs"
).split()


class IdsChanged(Exception):
    """The ids now render to other jobs than at the start of this try.

    :param then: the jobs at the start, in words.
    """

    def __init__(self, then: str) -> None:
        super().__init__(then)
        self.then = then


class Store(Protocol):
    """The methods that are used of Airflow's ``context["task_state_store"]``."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: dict[str, Any]) -> None: ...


@dataclass(slots=True)
class Memory:
    """The stored state of one try's wait. Errors of the store lose the state, but never end the wait.

    :param store: ``None`` where Airflow has none.
    :param of: identifies the try: the store outlives retries and clears, so its content may be of another try.
    :param start: when the wait of this try began, as far as this process knows.
    :param first: returns that time by Airflow's records, or ``None``; used where nothing was stored.
    :param log: the task's log.
    :param forgets: whether this is a rescheduled wait without a store.
    :ivar created_after: as first rendered in this try, where that is known.
    """

    store: Store | None
    of: str
    start: datetime
    log: Log
    first: Callable[[], datetime | None] = lambda: None
    forgets: bool = False
    created_after: datetime | NotTold | None = NOT_TOLD
    _past: dict[str, Any] = field(default_factory=dict)

    def recall(self) -> WaitReport:
        """Read the store: returns what the wait has cost so far, and sets ``start`` and ``created_after``."""
        self._past = self._kept()
        terms = Terms.told_by(self._past | {"report": {name: self._past.get(name, 0) for name in asdict(WaitReport())}})
        self.start = terms.start or self.first() or self.start
        self.created_after = terms.created_after
        return terms.report or WaitReport()

    @property
    def due(self) -> datetime | None:
        """When the look of this process was due, by the clock of the last one."""
        return parse_time(self._past.get("due"))

    @property
    def ahead(self) -> float:
        """Seconds by which the last process's machine clock was ahead of the wait's time, because it had been set."""
        try:
            return clock_step(self._past.get("ahead", 0.0))
        except ValueError:
            return 0.0

    def history(self, spec: WaitSpec, now: datetime) -> WaitHistory:
        """The history so far; to be called after :meth:`recall`.

        :raises IdsChanged: where it is of other jobs.
        """
        try:
            version = head(self._past).version
            known(self._past, _KEYS, head(self._past))
        except NotUnderstood as other:
            self.log.warning("the stored state of the wait cannot be read; it begins anew: %s", other)
            return spec.start()
        if version == 1:
            return tuple(seen.recalled(now, self.due) for seen in self._first_version(spec))
        if self._past.get("for") != _name(spec):
            raise IdsChanged(_told(self._past.get("for")))
        return tuple(seen.recalled(now, self.due) for seen in unpack(spec, self._past))

    def _first_version(self, spec: WaitSpec) -> WaitHistory:
        jobs = self._past.get("jobs")
        own = [len(spec.refs), crc32(repr(spec.refs).encode())]
        if self._past.get("for") != own or not isinstance(jobs, list) or len(jobs) != len(spec.refs):
            return spec.start()
        return tuple(JobHistory.from_json(job) if isinstance(job, dict) else NOT_LOOKED_AT for job in jobs)

    def _kept(self) -> dict[str, Any]:
        try:
            kept = self.store.get(_KEY) if self.store is not None else None
        except Exception as error:  # noqa: BLE001  # whatever the store's backend raises
            self._forgo("read", error)
            self.store = None  # or the unread content would be overwritten by what this process knows
            kept = None
        return kept if isinstance(kept, dict) and kept.get("of") == self.of else {}

    def keep(self, spec: WaitSpec, history: WaitHistory, report: WaitReport, due: datetime, ahead: float = 0.0) -> None:
        """Store the state for the next process.

        :param due: when that is to make its look.
        :param ahead: seconds by which this machine's clock is ahead of the stored times.
        """
        if self.store is None:
            if self.forgets and self.first() is None:
                self.log.info(LOST)
            return
        kept = {
            "of": self.of,
            "for": _name(spec),
            "start": format_time(self.start),
            "due": format_time(due),
            "created_after": format_time(spec.created_after),
            **asdict(report),
        }
        if ahead:
            kept["ahead"] = ahead
        packed = pack(spec, history, ROOM - _HEAD_ROOM)
        if packed.left_out and self._past.get("left_out") != packed.left_out:
            self.log.warning("the task's state store has no room for %s", packed.left_out)
        if packed.left_out:
            kept["left_out"] = packed.left_out
        try:
            self.store.set(_KEY, marked(kept | packed.content))
        except Exception as error:  # noqa: BLE001
            self._forgo("written", error)

    def _forgo(self, done: str, error: Exception) -> None:
        self.log.warning(
            "the task's state store could not be %s (%s); the wait goes on without it", done, type(error).__name__
        )


def _told(name: Any) -> str:
    """The former jobs in words: only their number is stored."""
    match name:
        case [int(count), int()] if count > 1:
            return f"{count} other jobs"
    return "another job"


def _name(spec: WaitSpec) -> list[int]:
    """A short fingerprint of the wait's jobs."""
    ids = json.dumps([ref.ids for ref in spec.refs], sort_keys=True)
    return [len(spec.refs), crc32(ids.encode())]


def start_of(context: Context, now: datetime) -> datetime:
    """When this try began. Airflow does not change it while a task is deferred."""
    ti = context.get("ti")
    return now if ti is None else ti.start_date


def memory_of(sensor: RunningSensor, context: Context, now: datetime) -> Memory:
    """The stored state of a sensor's wait.

    :param context: Airflow's.
    :param now: taken as the start of the wait where nothing else is known.
    """
    ti = context.get("ti")
    if ti is None or not sensor.reschedule:  # without a task instance the sensor is driven outside a task
        return Memory(None, "", start_of(context, now), sensor.log)
    # A task instance that failed while it was queued is tried again under the same id.
    of = f"{ti.id}/{ti.try_number}"
    # A reschedule starts a new process with a start date of its own. That of the first reschedule is the time when it
    # was asked for: later than the start by one look, and so is the deadline.
    first = partial(ti.get_first_reschedule_date, context)
    store = context.get("task_state_store")
    return Memory(store, of, ti.start_date, sensor.log, first, forgets=store is None and not sensor.deferrable)
