# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Jobs as the emulator plays them, in the vendors' words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Steps = tuple[tuple[str, float], ...]
"""Status words, and when each comes into force."""


@dataclass(frozen=True, slots=True)
class EmulatedKind:
    """One sort of job, in the vendor's words.

    :param name: the same name the client uses.
    :param ids: what tells one job from another.
    :param course: words of a job that goes well, each with the share (0 to 1) of the job's length at which it begins.
    :param failure: the word that takes the last one's place where the source is broken.
    :param unstarted: words of a job that has not begun.
    :param unfinished: words of a job that has not ended, those of ``unstarted`` included. Any other word is an end.
    :param generated: ids that the world makes up where they are not given.
    :param further: words that the vendor's page documents or prints, and none of the above is.
    :param forms: in which an answer may hold the kind's jobs, the one of the page first, where that leaves it open.
    """

    name: str
    ids: tuple[str, ...]
    course: Steps
    failure: str
    unstarted: frozenset[str]
    unfinished: frozenset[str]
    generated: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All that the vendor's page documents or prints."""
        course = [word for word, _ in self.course]
        return tuple(dict.fromkeys([*sorted(self.unfinished.difference(course)), *course, self.failure, *self.further]))

    def steps(self, length: float, *, broken: bool = False) -> Steps:
        """The course, stretched to a length in seconds."""
        last = self.failure if broken else self.course[-1][0]
        return (*((word, share * length) for word, share in self.course[:-1]), (last, length))


@dataclass(frozen=True, slots=True)
class EmulatedJob:
    """A job as it stands at one moment.

    :param state: the vendor's word that is in force.
    :param created: when the job came into the world.
    :param started: when it left the words of waiting.
    :param finished: when its last word came into force, if that word is an end.
    :param progress: percent; 100 only once finished.
    :param now: the moment itself.
    :param record: fields of the vendor's record that stand over the ones derived from the state.
    """

    kind: str
    ids: Mapping[str, str]
    state: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    progress: int
    now: datetime
    record: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def over(self, derived: Mapping[str, Any]) -> dict[str, Any]:
        """The vendor's record: what the state implies, with this job's own fields over it."""
        return {**derived, **self.record}
