# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides which page of a vendor's list of jobs to read. Pure.

A list cannot be asked for given ids, so the place of a job in it must be predicted from the page on which it was seen
last. In a list with the newest jobs first, later jobs push it down by one place each; with the oldest first, it stays
where it was. The order shows in the pages. If there is none, the list is read page after page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..core.job import JobRef
from ..core.kind import Page

PAGE_SIZE = 100
"""Rows of a page."""

_VOTES = 3  # how many pages with one order are remembered; as many with the other one make the order unknown again
_MEMORY = 0.1  # the weight of the newest page in the share of predictions that were right


class Worth(NamedTuple):
    """What reading one job's record is worth now, and where it is.

    :param delay: the worth, in seconds of expected delay.
    :param place: the predicted place in the list, from 0; ``None`` if it is unknown.
    """

    ref: JobRef
    delay: float
    place: float | None


class Listing:
    """What the pages read so far have shown of one list.

    :ivar total: the number of rows by the newest page; ``None`` before the first.
    :ivar hits: of the jobs that were predicted to be on a page, the share that was there, of late.
    """

    __slots__ = ("_places", "_reading", "_votes", "hits", "total")

    def __init__(self) -> None:
        self.total: int | None = None
        self.hits = 1.0
        self._votes = 0
        self._reading = 0
        self._places: dict[JobRef, tuple[float | None, int]] = {}

    @property
    def newest_first(self) -> bool | None:
        """Whether the newest jobs come first; ``None`` if the order is not known, or there is none."""
        return None if abs(self._votes) < 1 else self._votes > 0

    def enter(self, ref: JobRef) -> None:
        """Add a job. It is most likely new, so that the list held ``total`` rows before it."""
        if self.total is not None:
            self._places.setdefault(ref, (None, self.total))

    def leave(self, ref: JobRef) -> None:
        """Forget a job that no wait waits for any more."""
        self._places.pop(ref, None)

    def place(self, ref: JobRef) -> float | None:
        """Return the predicted place of a job; ``None`` if nothing is known."""
        if ref not in self._places or self.newest_first is None or not self.total:
            return None
        seen, total = self._places[ref]
        pushed_down, kept = (seen or 0) + self.total - total, total if seen is None else seen
        # A place within the list: only then can reading the page show that the job is not there.
        return max(0.0, min(float(pushed_down if self.newest_first else kept), self.total - 1))

    def shows(self, offset: int, ref: JobRef) -> bool:
        """Whether the page that begins at a place is predicted to show a job."""
        place = self.place(ref)
        return place is not None and offset <= place < offset + PAGE_SIZE

    def best(self, jobs: Iterable[Worth]) -> tuple[int, float]:
        """Choose the page that is worth most.

        :returns: its first place, and its worth in seconds of expected delay.
        """
        placed, unknown = [], 0.0
        for job in jobs:
            if job.place is None:
                unknown += job.delay
            else:
                placed.append((job.place, job.delay))
        offset, worth = _window(sorted(placed))
        chance = unknown * PAGE_SIZE / max(PAGE_SIZE, self.total or 0)
        if worth * self.hits <= chance:
            return self._next_unread(), chance
        return self._fitted(offset), worth * self.hits + chance

    def _fitted(self, first: float) -> int:
        """Begin the page five places before the first job, since predictions are wrong in both directions."""
        return max(0, min(int(first) - 5, (self.total or 0) - PAGE_SIZE))

    def _next_unread(self) -> int:
        """Return the place at which the page after the newest one begins."""
        return self._reading if self._reading < (self.total or 0) else 0

    def read(self, offset: int, page: Page, expected: Collection[JobRef]) -> None:
        """Learn from a page.

        :param offset: its first place.
        :param page: what it shows.
        :param expected: the jobs that were predicted to be on it.
        """
        self.total = page.total
        self._reading = offset + page.rows if offset + page.rows < page.total else 0
        if page.newest_first is not None:
            self._votes = max(-_VOTES, min(_VOTES, self._votes + (1 if page.newest_first else -1)))
        elif page.rows > 2:
            self._votes -= (self._votes > 0) - (self._votes < 0)
        missed = [ref for ref in expected if ref not in page.places]
        if expected:
            self.hits = max(0.05, self.hits + _MEMORY * (1 - len(missed) / len(expected) - self.hits))
        for ref in missed:
            self._places.pop(ref, None)
        for ref, place in page.places.items():
            self._places[ref] = (float(place), page.total)


def _window(placed: list[tuple[float, float]]) -> tuple[float, float]:
    """Find the window of a page's size that holds the most delay: two indices move along the sorted places.

    :returns: its first place, and the delay in seconds.
    """
    best, best_first, held, tail = 0.0, 0.0, 0.0, 0
    for place, delay in placed:
        held += delay
        while place - placed[tail][0] > PAGE_SIZE - 10:
            held -= placed[tail][1]
            tail += 1
        if held > best:
            best, best_first = held, placed[tail][0]
    return best_first, best
