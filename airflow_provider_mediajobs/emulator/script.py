# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How an emulated job's status changes: a script of the vendor's status words, each with its time of beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..core.emulation import EmulatedJob, EmulatedKind, Steps
from ..core.errors import ParameterError

UNITS = ("seconds", "looks")


@dataclass(frozen=True, slots=True, init=False)
class Script:
    """Status words, each with the number of seconds or looks from which on the job has it, ascending from 0.

    With ``Script([("PROCESSING", 0), ("SUCCEEDED", 12)])`` a job succeeds twelve seconds after its creation; with
    ``by="looks"`` the first twelve status queries find it processing. ``Script("SUCCEEDED")`` has succeeded from the
    start.

    :param steps: pairs of word and number, or one word.
    :param by: unit of the numbers: ``seconds`` since the job was created, or ``looks`` (earlier status queries).
    :param curve: shape of the progress percentage. ``None``: it grows evenly from the job's creation. A number: from
        the first word at which the job has started, it is the share of the work done, raised to this power. A
        function: it returns the progress (0 to 1) for that share.
    :raises ParameterError: for an unknown unit, a pair that is none, or numbers that do not ascend from 0.
    """

    steps: Steps
    by: str
    curve: float | Callable[[float], float] | None

    def __init__(
        self,
        steps: str | Iterable[tuple[str | int, float]],
        by: str = "seconds",
        curve: float | Callable[[float], float] | None = None,
    ) -> None:
        pairs = [(steps, 0.0)] if isinstance(steps, str) else steps
        if by not in UNITS:
            raise ParameterError(f"by must be one of {', '.join(UNITS)}, not {by!r}")
        object.__setattr__(self, "steps", tuple(_step(pair) for pair in pairs))
        object.__setattr__(self, "by", by)
        object.__setattr__(self, "curve", curve)
        self._check_order()

    def _check_order(self) -> None:
        numbers = [number for _, number in self.steps]
        if not numbers or numbers[0] != 0:
            raise ParameterError("script must begin at 0, with the word that the job has when it is created")
        if numbers != sorted(numbers):
            raise ParameterError(f"script must ascend, but its numbers are {numbers}")

    def check_words(self, kind: EmulatedKind) -> None:
        """Check that the vendor documents the script's words: a wait would not end at another word.

        :raises ParameterError: for a word that the kind's page does not document.
        """
        if unknown := [word for word, _ in self.steps if word not in kind.words]:
            raise ParameterError(
                f"script: no page documents {unknown[0]!r} of {kind.name}, and a wait would not end at it; there are "
                f"{', '.join(kind.words)}; undocumented=True takes any word"
            )

    def index(self, number: float) -> int:
        """Index of the step that is reached at a number of seconds or looks."""
        return max(index for index, (_, start) in enumerate(self.steps) if start <= number)

    @property
    def length(self) -> float:
        """The number of seconds or looks at which the job gets its last word."""
        return self.steps[-1][1]


def _step(pair: Any) -> tuple[str, float]:
    """One checked pair; a word may be a number (ApsaraVideo Live's are)."""
    try:
        word, number = pair
    except (TypeError, ValueError):
        raise ParameterError(f"script must hold pairs of word and number, not {pair!r}") from None
    if isinstance(word, bool) or not isinstance(word, str | int):
        raise ParameterError(f"script: {word!r} is no status word")
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < float("inf"):
        raise ParameterError(f"script: {number!r} is no number of seconds or looks")
    return str(word), float(number)


@dataclass(slots=True, eq=False)
class Job:
    """An emulated job. A test may change its public fields at any time.

    :param kind: the kind, with its status words.
    :param ids: the ids, as the kind names them.
    :param script: how its status changes.
    :param created: the time from which the script's seconds count.
    :param number: position in the order in which jobs were added.
    :param record: fields of the vendor's record that replace or extend those that follow from the status.
    :param looks: number of status queries so far.
    """

    kind: EmulatedKind
    ids: Mapping[str, str]
    script: Script
    created: datetime
    number: int
    record: dict[str, Any] = field(default_factory=dict)
    looks: int = 0
    _seen: dict[int, datetime] = field(default_factory=dict, repr=False)

    def at(self, now: datetime) -> EmulatedJob:
        """The job's state at a time. Not counted as a status query."""
        number = self._number(now)
        index = self.script.index(number)
        entered = [self._entered(step, now) for step in range(index + 1)]
        word = self.script.steps[index][0]
        return EmulatedJob(
            kind=self.kind.name,
            ids=dict(self.ids),
            state=word,
            created=self.created,
            started=self._started(entered),
            finished=entered[-1] if self._over(index) else None,
            progress=self._progress(number, index),
            now=now,
            record=dict(self.record),
        )

    def look(self, now: datetime) -> EmulatedJob:
        """The job's state at a time, as a status query finds it. Counts the query."""
        if self.script.by == "looks":
            for step in range(self.script.index(self.looks) + 1):
                self._seen.setdefault(step, now)
        job = self.at(now)
        self.looks += 1
        return job

    def end(self, state: str, now: datetime) -> None:
        """Give the job a status word from a time on; it replaces the rest of the script."""
        passed = self.script.steps[: self.script.index(self._number(now)) + 1]
        self.script = Script([*passed, (state, self._number(now))], self.script.by)

    def _number(self, now: datetime) -> float:
        return self.looks if self.script.by == "looks" else max(0.0, (now - self.created).total_seconds())

    def _entered(self, step: int, now: datetime) -> datetime:
        """When a step was reached; of a script by looks, the time of the query that first found it."""
        if self.script.by == "looks":
            return self._seen.get(step, now)
        return self.created + timedelta(seconds=self.script.steps[step][1])

    def _started(self, entered: list[datetime]) -> datetime | None:
        words = (word for word, _ in self.script.steps)
        return next(
            (moment for word, moment in zip(words, entered, strict=False) if word not in self.kind.unstarted), None
        )

    def _over(self, index: int) -> bool:
        """Whether the job is over: at the script's last word, if that is none of the kind's words of unfinished jobs.

        Undocumented words count as ends.
        """
        return index == len(self.script.steps) - 1 and self.script.steps[index][0] not in self.kind.unfinished

    def _progress(self, number: float, index: int) -> int:
        word = self.script.steps[index][0]
        if word in self.kind.unstarted:
            return 0
        if self._over(index):
            return 99 if word == self.kind.failure else 100
        return min(99, int(100 * self._done(number))) if self.script.length else 0

    def _done(self, number: float) -> float:
        """Progress of an unfinished job: about 0 to 1."""
        script = self.script
        if script.curve is None:
            return number / script.length
        begun = next((start for word, start in script.steps if word not in self.kind.unstarted), 0.0)
        if script.length <= begun:
            return 1.0
        share = (number - begun) / (script.length - begun)
        return float(share**script.curve if isinstance(script.curve, float | int) else script.curve(share))
