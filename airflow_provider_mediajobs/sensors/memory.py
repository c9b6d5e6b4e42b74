"""What a rescheduled wait remembers from one process to the next.

Airflow 3.3 keeps a small store for each task. Before that there is none, and every look is without a past: the report
counts the last process only, and a job that is invisible at one look is taken for one that never was visible.
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
        if self.store is None:
            return Seen(since, absent_since=since)
        kept = self.store.get(_KEY)
        if not isinstance(kept, dict) or kept.get("since") != format_time(since):
            return Seen(since)
        for name in asdict(report):
            setattr(report, name, kept.get(name, 0))
        return Seen(since, absent_since=parse_time(kept.get("absent_since")))

    def keep(self, seen: Seen, report: WaitReport) -> None:
        """For the next process."""
        if self.store is not None:
            times = {"since": format_time(seen.since), "absent_since": format_time(seen.absent_since)}
            self.store.set(_KEY, times | asdict(report))
