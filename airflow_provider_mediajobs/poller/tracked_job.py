# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a call is made of: jobs that are waited for. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Generic, Self, TypeVar

from ..core.job import JobRef
from .schedule import NEVER, Schedule

W = TypeVar("W")

NOW = float("-inf")


class CallKind(Enum):
    """The sorts of call."""

    LOOK = "look"
    PROBE = "probe"
    PAGE = "page"


@dataclass(slots=True, eq=False)
class TrackedJob(Generic[W]):
    """One job that is waited for.

    :param subscriptions: who is told.
    :param created: when the vendor says it was created.
    :param alone: it spoilt a batch: it is asked singly.
    :param confirm: a probe said "look now".
    :param strikes: how often in a row a batch with it has failed; each halves the batches it may be part of.
    :param busy: part of a call that is under way.
    :param postponed: a call with it failed: others come first until then.
    :param refused: how often in a row a call with it was throttled.
    :param due: of the entry in the heap that counts,
    :param entry: and that entry's number; so ``turn`` in the rotation's order.
    :param probe: the number of its entry among those to probe, where probes have a quota of their own.
    :param in_turn: it was chosen because it was its turn.
    :param counted: it is one of those that take turns.
    :param called_at: when the last call with it went out.
    :param waited_for: somebody still waits for it.
    """

    ref: JobRef
    schedule: Schedule
    subscriptions: list[W] = field(default_factory=list)
    created: datetime | None = None
    alone: bool = False
    confirm: bool = False
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

    @property
    def earliest(self) -> float:
        """Before it may not be looked at, however cheap that is."""
        return self.postponed if self.confirm else max(self.postponed, self.schedule.first)

    @property
    def surely_runs(self) -> bool:
        """Whether an exact look has seen it running: of no other job can a probe say anything."""
        return self.schedule.running and not (self.confirm or self.alone or self.strikes)

    def picked(self, *, in_turn: bool = False) -> Self:
        """It is to be part of the next call, and in no order any more."""
        self.entry, self.turn, self.probe, self.in_turn = -1, -1, -1, in_turn
        return self

    def due_at(self, backpressure: float, price: float) -> float:
        """When to look, as things stand."""
        return self.postponed if self.confirm else max(self.postponed, self.schedule.due(backpressure, price))


@dataclass(slots=True, eq=False)
class Call(Generic[W]):
    """One call, or one exchange of several, that is about to be made.

    :param offset: of the page that is read.
    :param pressed: whether more was due than it could carry.
    :param worth: seconds of expected delay that the jobs which were due are worth, at the price they have at
        backpressure 1; ``None`` where all were in it because it was their turn.
    """

    kind: CallKind
    jobs: list[TrackedJob[W]]
    offset: int = 0
    pressed: bool = False
    worth: float | None = 0.0

    @property
    def refs(self) -> list[JobRef]:
        return [job.ref for job in self.jobs]
