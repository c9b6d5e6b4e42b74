# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Kinds and jobs of the emulator, with the vendors' status words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Steps = tuple[tuple[str, float], ...]
"""Status words, each with the number from which on a job has it: seconds, looks or a share of the job's duration."""


@dataclass(frozen=True, slots=True)
class EmulatedKind:
    """One kind of job, as the emulator presents it.

    :param name: the kind's name, the same as the client's.
    :param ids: names of the ids that identify a job.
    :param course: status words of a job that succeeds, each with the share (0 to 1) of its duration at which it begins.
    :param failure: the last word of a job that fails.
    :param unstarted: words of a job that has not started.
    :param unfinished: words of a job that has not ended, including ``unstarted``. Any other word is an end.
    :param generated: ids that are made up where they are not given.
    :param further: other words that the vendor's page documents or prints.
    :param forms: forms in which an answer may hold the kind's jobs, where the vendor's page is ambiguous; the form of
        the page's table first.
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
        """All status words that the vendor's page documents or prints."""
        course = [word for word, _ in self.course]
        return tuple(dict.fromkeys([*sorted(self.unfinished.difference(course)), *course, self.failure, *self.further]))

    def steps(self, length: float, *, broken: bool = False) -> Steps:
        """The words of a job, each with the second at which it begins.

        :param length: the job's duration in seconds.
        :param broken: whether the job fails.
        """
        last = self.failure if broken else self.course[-1][0]
        return (*((word, share * length) for word, share in self.course[:-1]), (last, length))


@dataclass(frozen=True, slots=True)
class EmulatedJob:
    """A job at one time.

    :param kind: name of its kind.
    :param state: the vendor's status word.
    :param created: when it was created.
    :param started: when it started; ``None`` before that.
    :param finished: when it ended; ``None`` before that.
    :param progress: percent; 100 only for a job that has ended without failure.
    :param now: that time.
    :param record: fields of the vendor's record that replace or extend those that follow from the status.
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
        """The vendor's record: the derived fields, replaced or extended by the job's own ``record``."""
        return {**derived, **self.record}
