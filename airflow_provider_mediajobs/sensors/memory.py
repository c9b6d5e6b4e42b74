"""What a rescheduled wait remembers from one process to the next.

Airflow 3.3 keeps a small store for each task. Before that there is none and every look begins without a past, which
only delays: the deadline holds, but other limits (of a job that is not visible, is queued, or stands still) start anew
with each look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

from ..core.asked import Asked, History, Seen
from ..core.job import WaitReport
from ..core.times import clock_step, format_time, parse_time
from ..triggers.telling import Log

if TYPE_CHECKING:
    from airflow.sdk import Context

    from .job import MediaJobSensor

_KEY = "mediajobs_wait"


class Store(Protocol):
    """What is used of Airflow's ``context["task_state_store"]``."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: dict[str, Any]) -> None: ...


@dataclass(slots=True)
class Memory:
    """The past of one try's wait. Trouble with the store costs the memory, never the wait.

    :param store: ``None`` where Airflow has none.
    :param of: names the try: the store outlives retries and clears, and what it holds may be of another.
    :param start: when the wait of this try began, as far as this process can tell.
    :param first: tells it where nothing was kept, as far as Airflow can.
    :param log: is told of trouble with the store.
    """

    store: Store | None
    of: str
    start: datetime
    log: Log
    first: Callable[[], datetime | None] = lambda: None
    _past: dict[str, Any] = field(default_factory=dict)

    def recall(self) -> WaitReport:
        """What this wait cost before; corrects ``start``."""
        self._past = self._kept()
        self.start = parse_time(self._past.get("start")) or self.first() or self.start
        return WaitReport(**{name: self._past.get(name, 0) for name in asdict(WaitReport())})

    @property
    def due(self) -> datetime | None:
        """When the look of this process was to be made, by the clock of the last."""
        return parse_time(self._past.get("due"))

    @property
    def ahead(self) -> float:
        """Seconds by which the last process's machine was ahead of the time of this wait: its clock had been set."""
        try:
            return clock_step(self._past.get("ahead", 0.0))
        except ValueError:
            return 0.0

    def history(self, asked: Asked, now: datetime) -> History:
        """What it saw before, of the same jobs; after :meth:`recall`."""
        jobs = self._past.get("jobs")
        if self._past.get("for") != _name(asked) or not isinstance(jobs, list):
            return asked.start()
        return tuple(Seen.from_json(job).recalled(now, self.due) for job in jobs)

    def _kept(self) -> dict[str, Any]:
        try:
            kept = self.store.get(_KEY) if self.store is not None else None
        except Exception as error:  # noqa: BLE001  # whatever the store's backend raises
            self._forgo("read", error)
            self.store = None  # or the little that this process knows would take the place of what is kept
            kept = None
        return kept if isinstance(kept, dict) and kept.get("of") == self.of else {}

    def keep(self, asked: Asked, history: History, report: WaitReport, due: datetime, ahead: float = 0.0) -> None:
        """For the next process.

        :param due: when that is to look.
        :param ahead: seconds by which this machine's clock is ahead of the times that are kept.
        """
        if self.store is not None:
            jobs = [seen.to_json() for seen in history]
            times: dict[str, Any] = {"start": format_time(self.start), "due": format_time(due)}
            if ahead:
                times["ahead"] = ahead
            try:
                self.store.set(_KEY, {"of": self.of, "for": _name(asked), "jobs": jobs} | times | asdict(report))
            except Exception as error:  # noqa: BLE001
                self._forgo("written", error)

    def _forgo(self, done: str, error: Exception) -> None:
        self.log.warning(
            "the task's state store could not be %s (%s); the wait goes on without", done, type(error).__name__
        )


def _name(asked: Asked) -> list[int]:
    """Tells the jobs of one wait from those of another, in little room."""
    return [len(asked.refs), crc32(repr(asked.refs).encode())]


def memory_of(sensor: MediaJobSensor, context: Context, now: datetime) -> Memory:
    """The memory of a sensor's wait.

    :param context: Airflow's.
    :param now: where nothing else tells when the wait began.
    """
    ti = context.get("ti")
    if ti is None:  # somebody drives the sensor outside a task
        return Memory(None, "", now, sensor.log)
    if not sensor.reschedule:
        return Memory(None, "", ti.start_date, sensor.log)
    # A task instance that failed while it was queued is tried again under the same id.
    of = f"{ti.id}/{ti.try_number}"
    # A reschedule starts a new process with a start date of its own. That of the first reschedule is the time when it
    # was asked for: later than the start by one look, and so is the deadline.
    first = partial(ti.get_first_reschedule_date, context)
    return Memory(context.get("task_state_store"), of, ti.start_date, sensor.log, first)
