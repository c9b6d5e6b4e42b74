# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The terms of a deferred wait as a worker that resumes the task finds them: stored with the task, or in the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.anew import terms_of, why_anew
from ..core.job import JobRef
from ..core.stored import NotUnderstood
from ..core.terms import NotTold, Terms, check_terms
from ..core.wait import WaitSpec
from ..core.wait_event import OtherEvent, Runs, WaitEvent

if TYPE_CHECKING:
    from ..triggers.progress_log import Log

KEPT = "wait"
"""The name under which Airflow keeps the terms of a wait with the deferred task."""


@dataclass(frozen=True, slots=True)
class Told:
    """The terms of one deferred wait.

    :param kept: those that the deferring worker stored with the task; they take precedence over the event's.
    :param terms: ``kept``, completed by the event.
    :param why_not: why the stored terms cannot be read; empty where they can.
    """

    kept: Terms
    terms: Terms
    why_not: str

    @classmethod
    def by(cls, stored: Mapping[str, Any], event: Any) -> Told:
        """Read the terms.

        :param stored: arguments that Airflow has stored with the task.
        """
        kept, by_event = Terms.told_by(stored.get(KEPT)), terms_of(event)
        terms = replace(
            kept,
            ids=kept.ids or by_event.ids,
            deadline=kept.deadline or by_event.deadline,
            report=by_event.report or kept.report,
            anew=max(kept.anew, by_event.anew),
        )
        if why_anew(event) is not None and isinstance(kept.created_after, NotTold):
            terms = replace(terms, created_after=by_event.created_after)
        return cls(kept, terms, why_anew(event) or _why_not(stored))

    def check(self) -> None:
        """:raises OtherEvent: where another release stored them in a form that this one cannot read."""
        if self.why_not:
            raise OtherEvent(self.why_not)

    def created_after(self, runs: Runs | None) -> datetime | NotTold | None:
        """``created_after`` as first rendered.

        :param runs: of the event; ``None`` where it has none.
        """
        first = self.kept.created_after
        return runs.after if isinstance(first, NotTold) and runs is not None else first


def check_runs(wait_event: WaitEvent, spec: WaitSpec) -> None:
    """Check that the event's answers were made with the same ``created_after`` as this worker uses.

    :raises OtherEvent: where they are not.
    """
    if wait_event.runs is not None and wait_event.runs.others != spec.other_runs(wait_event.history):
        raise OtherEvent("not an event of this package's trigger (its answers are not of the runs that it says)")


def repeat_log(wait_event: WaitEvent, subject: str, log: Log) -> None:
    """Write into the task's log what the triggerer has logged.

    :param subject: the job, or the jobs, for people.
    """
    for when, line in wait_event.log_lines:
        log.info("while deferred, at %s: %s: %s", when, subject, line)
    if wait_event.ahead:
        log.warning(
            "while deferred, the triggerer's clock was set %s by %.0f s; the wait was measured without that",
            "forward" if wait_event.ahead > 0 else "back",
            abs(wait_event.ahead),
        )


def narrower(rendered: datetime | None, by_event: datetime | NotTold | None) -> datetime | None:
    """The later of two values of ``created_after``: fewer runs count by it, and the event's may be forged."""
    told = [moment for moment in (rendered, by_event) if isinstance(moment, datetime)]
    return max(told, default=None)


def _why_not(stored: Mapping[str, Any]) -> str:
    unknown = sorted(stored.keys() - {KEPT})
    try:
        if KEPT in stored:
            check_terms(stored[KEPT])
    except NotUnderstood as other:
        return f"what was kept with the task is not understood: {other}"
    return f"what was kept with the task is not understood: unknown: {', '.join(unknown)}" if unknown else ""


def ids_changed(then: str, refs: tuple[JobRef, ...]) -> str:
    """Text of the error for changed ids.

    :param then: the jobs that this try began to wait for, in words.
    :param refs: the jobs that the ids name now.
    """
    now = Terms(tuple(dict(ref.ids) for ref in refs)).told_of_ids()
    return (
        "the ids changed while deferred or between two looks: upstream cleared, DAG edited, or set in execute(); this "
        f"try waits for {then}, and the ids are {now} now; a retry begins to wait for those"
    )
