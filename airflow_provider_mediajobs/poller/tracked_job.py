# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The state that the poller keeps of each job, and the call that is made about some of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Generic, Self, TypeVar

from ..core.job import JobRef
from .schedule import NEVER, Schedule

W = TypeVar("W")

NOW = float("-inf")
"""A due time before all others."""


class CallKind(Enum):
    """The kinds of calls: an exact query of given jobs, a query of which jobs still run, a page of the list of jobs."""

    LOOK = "look"
    PROBE = "probe"
    PAGE = "page"


@dataclass(slots=True, eq=False)
class TrackedJob(Generic[W]):
    """A job that at least one wait waits for.

    It has entries in up to three heaps: the pool's by due time, the rotation's, and that of probes with their own
    quota. An entry is valid only while its number is the one kept here; -1 means that there is none.

    :param schedule: decides when to look at the job next.
    :param subscriptions: the waits that are told of the job.
    :param created: when the job was created, as the vendor says.
    :param alone: whether it is looked at in calls of its own, since an error of this job made a batch fail.
    :param confirm: whether the next call must be a look, and soon: a probe did not show that the job still runs.
    :param faults: calls with this job in a row that the vendor answered by an error of its own.
    :param strikes: those of them that chance would hardly bring; each halves the size of the batches it may be part of.
    :param busy: whether it is part of a call that is under way.
    :param postponed: no look before this time, since a call with this job failed.
    :param refused: calls with this job that were throttled in a row.
    :param due: the due time of its valid entry in the pool's heap.
    :param entry: the number of that entry.
    :param turn: the number of its entry in the rotation.
    :param probe: the number of its entry in the heap of probes.
    :param called_at: when the last call with it was sent.
    :param in_turn: whether the rotation, rather than its due time, made it part of the next call.
    :param counted: whether the rotation counts it among the jobs that take turns.
    :param waited_for: whether any wait still waits for it.
    :param weight: how often the rotation gives it turns, relative to others; 0 if it gives it none, or even ones.
    """

    ref: JobRef
    schedule: Schedule
    subscriptions: list[W] = field(default_factory=list)
    created: datetime | None = None
    alone: bool = False
    confirm: bool = False
    faults: int = 0
    strikes: int = 0
    busy: bool = False
    postponed: float = NOW
    refused: int = 0
    due: float = NEVER
    entry: int = -1
    turn: int = -1
    probe: int = -1
    called_at: float = NOW
    in_turn: bool = False
    counted: bool = False
    waited_for: bool = True
    weight: float = 0.0

    @property
    def earliest(self) -> float:
        """The time before which the job may not be looked at, even if the quota has calls left."""
        return self.postponed if self.confirm else max(self.postponed, self.schedule.first)

    @property
    def surely_runs(self) -> bool:
        """Whether the newest look showed the job running. Of any other job a probe can tell nothing."""
        return self.schedule.running and not (self.confirm or self.alone or self.strikes)

    def picked(self, *, in_turn: bool = False) -> Self:
        """Invalidate the entries of the job in all heaps, since it is to be part of the next call.

        :param in_turn: whether the rotation chose it.
        """
        self.entry, self.turn, self.probe, self.in_turn = -1, -1, -1, in_turn
        return self

    def due_at(self, backpressure: float, price: float) -> float:
        """Return when to look at the job; the parameters are those of :meth:`.schedule.Schedule.due`."""
        return self.postponed if self.confirm else max(self.postponed, self.schedule.due(backpressure, price))


@dataclass(slots=True, eq=False)
class Call(Generic[W]):
    """One exchange with the vendor that is about to be made; mostly one request.

    :param jobs: the jobs that it is about.
    :param offset: the place in the vendor's list at which a page begins.
    :param pressed: whether more looks were due than the call could hold.
    :param worth: seconds of expected delay that the call saves for each second of quota, by the price of its jobs that
        are due, at backpressure 1. ``None``: the rotation chose its jobs, and none was due for another reason.
    """

    kind: CallKind
    jobs: list[TrackedJob[W]]
    offset: int = 0
    pressed: bool = False
    worth: float | None = 0.0

    @property
    def refs(self) -> list[JobRef]:
        """The references of its jobs."""
        return [job.ref for job in self.jobs]
