"""One wait in the triggerer, from the trigger's arguments to its event. No socket, no clock."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.errors import TransportError
from ..core.handover import BrokenEvent, Handover, moment
from ..core.job import WaitReport
from ..core.kind import Answer
from ..core.outcome import Asked, Done, Seen, Wait, decide
from ..core.times import format_time, parse_time
from ..vendors import kind as kind_of
from .telling import Log, Telling

if TYPE_CHECKING:
    from ..poller.waiter import Waiter

STORY_LINES = 20


class DeferredWait:
    """What a trigger knows.

    :param given: the trigger's arguments.
    :param log: the task's.
    """

    __slots__ = ("_before", "_ends_at", "_kind", "_seen", "_story", "_telling", "asked", "waiter")

    def __init__(self, given: Mapping[str, Any], log: Log) -> None:
        self._kind = kind_of(given["kind"])
        self.asked = Asked(
            self._kind.ref(given["ids"]),
            deadline=moment(given["deadline"]),
            timeout=given["timeout"],
            on_partial=given["on_partial"],
            not_found_grace=given["not_found_grace"],
            episodes=given["episodes"],
        )
        self.waiter: Waiter | None = None
        ends_at = moment(given["ends_at"])
        self._ends_at = self.asked.deadline if ends_at == self.asked.deadline else ends_at  # one object, mostly
        self._before = WaitReport(**given["report"])
        # That a job is not there, only a look can tell.
        nothing = TransportError("no look has been made since the task was deferred")
        self._seen = Seen(nothing, parse_time(given["absent_since"]))
        self._telling = Telling(self.asked.ref, log)
        self._story: list[tuple[datetime, str]] = []

    def is_over(self, answer: Answer | None, now: datetime) -> bool:
        """Whether this answer ends the wait."""
        self._seen = self._seen.after(answer, now)
        verdict = decide(self.asked, self._seen, now)
        if not isinstance(verdict, Wait):
            return True
        self._seen = self._seen.without_raw()  # ten thousand waits would keep as many records, which nobody reads
        if self._telling.tell(self._seen.answer, verdict.reason, now):
            # Interned: many waits tell the same.
            self._story = [*self._story[-STORY_LINES + 1 :], (now, sys.intern(verdict.reason))]
        return False

    def time_is_over(self, now: datetime) -> datetime:
        """When that is. The loop's clock has told; the one that deadlines are kept by may lag behind it."""
        self._telling.log.info("%s: the time of this wait is over", self.asked.ref)
        return max(now, self._ends_at)

    def event(self, now: datetime) -> dict[str, Any]:
        """For the worker, which decides again."""
        seen, report = self._seen, self._before
        if self.waiter is not None:
            report = report.plus(self.waiter.report)
            trouble = self.waiter.trouble
            # It is newer than what was told. What may be cured by reading the connection anew has ended nothing yet.
            if trouble is not None and trouble.retryable:
                seen = seen.after(trouble, now)
        story = tuple((str(format_time(when)), line) for when, line in self._story)
        handover = Handover(self.asked.ref, seen, report, now, self._ends_at, self.asked.deadline, story)
        return handover.to_json()

    def result(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """What the worker would return for this event; ``None`` where that is anything but success."""
        try:
            handover = Handover.from_json(event, self.asked.ref, self._kind)
        except BrokenEvent:  # the worker tells it, in full
            return None
        verdict = decide(self.asked, handover.seen, handover.at)
        return verdict.snapshot.to_result(handover.report) if isinstance(verdict, Done) else None
