"""What a rescheduled wait remembers from one process to the next.

Airflow 3.3 keeps a small store for each task; before that there is none, and the wait begins every look without a past:
its report counts the last process only, and a job that was seen before but is invisible at one look after the grace
counts as not found.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from ..core.job import WaitReport
from ..core.outcome import Seen
from ..core.times import format_time, parse_time

_KEY = "mediajobs_wait"


class Store(Protocol):
    """What is used of Airflow's ``context["task_state_store"]``."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Memory:
    """The past of one try's wait.

    :param store: ``None`` where Airflow has none.
    """

    store: Store | None

    def recall(self, since: datetime, report: WaitReport) -> Seen:
        """What this wait saw before, if it is this wait that was kept; fills the report.

        The store outlives retries and clears, so what it holds may be of another try: that one started at another time.
        """
        kept = self.store.get(_KEY) if self.store is not None else None
        if not isinstance(kept, dict) or kept.get("since") != format_time(since):
            return Seen(since)
        for name in asdict(report):
            setattr(report, name, kept.get(name, 0))
        return Seen(since, visible_at=parse_time(kept.get("visible_at")))

    def keep(self, seen: Seen, report: WaitReport) -> None:
        """For the next process."""
        if self.store is not None:
            times = {"since": format_time(seen.since), "visible_at": format_time(seen.visible_at)}
            self.store.set(_KEY, times | asdict(report))
