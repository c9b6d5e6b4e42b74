# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides how a try submits its job, so that each task instance gets one job, as far as the vendor allows that.

A state machine without I/O, clock and randomness. Its caller carries out each step (see ``core.steps``) and reports the
result, which leads to the next step. The stored record (see ``core.written``) outlives the process and the try.

==================  =========  ==============================================================================
stored record       the try    first step
==================  =========  ==============================================================================
none                any        ``Create``; ``Find`` if records cannot be stored, and it is not the first try
an intent           any        ``Find``: the request may have been sent, and must not be sent again
a refusal           any        ``Create`` with the next key: it is proved that no job was created
ids                 a retry    ``Attach``; with ``resubmit_on_failure``: ``Look``
ids                 a clear    ``Look``
==================  =========  ==============================================================================

==========  ==================================  ===========================================================
step        result                              next step
==========  ==================================  ===========================================================
``Create``  ids                                 ``Attach``
``Create``  proof that no job was created       ``Again`` if the error is retryable, else ``Refused``; ``Find`` if the
                                                key was sent before: this says nothing about the first request
``Create``  credentials were refused            ``Renew``, once in a try; then as for any proof
``Create``  any other error                     ``Find``
``Renew``   whether the connection has changed  the same ``Create`` if so, else the step after the refusal
``Find``    one job with our key                as for a stored record with its ids
``Find``    several jobs with our key           ``Unclear``
``Find``    none, within the time allowed       ``FindAgain``
``Find``    none, the time is over              by ``on_unclear``: ``fail`` ``Unclear``; ``adopt`` ``Attach`` if exactly
                                                one job qualifies, else ``Unclear``; ``resubmit`` ``Create``, once
                                                in a try
``Find``    none, but the vendor has said that  ``Attach`` if exactly one job qualifies, else ``Unclear``
            it knows our key
``Look``    it goes on                          ``Attach``
``Look``    it is not shown                     ``Create`` on a clear with ``on_unclear="resubmit"``, else ``Attach``
``Look``    it ended well                       ``Create`` on a clear, else ``Attach``
``Look``    it ended badly                      ``Create`` on a clear or with ``resubmit_on_failure``, else ``Attach``
==========  ==================================  ===========================================================

A **clear** differs from a retry by Airflow's ``max_tries``, here called the generation: only a clear raises it. If the
stored record is of the same generation, the try is a retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from .choices import Choices
from .errors import AuthError, MediaJobsError
from .steps import (
    Again,
    Attach,
    Create,
    Find,
    FindAgain,
    Look,
    Refused,
    Renew,
    Shown,
    Step,
    TaskTry,
    Unclear,
)
from .submit import Candidates, Key, Ours, Submit, proves_nothing_made, says_key_was_there
from .times import format_time
from .written import Written


class Submission(NamedTuple):
    """The state machine of one try.

    :param submit: what the kind declares of creating jobs.
    :param this: the running try.
    :param choices: the operator's ``on_unclear`` and ``resubmit_on_failure``.
    :param nonce: random part of keys that this try makes; empty if records cannot be stored.
    """

    submit: Submit
    this: TaskTry
    choices: Choices
    nonce: str

    def begin(self, written: Written | None, now: datetime) -> Step:
        """Return the first step.

        :param written: the record that a try of this task instance has stored; ``None`` if there is none.
        """
        if written is None:
            if self.this.first or self.this.keeps:
                return Create(Written(self._key(0), now, self.this.generation))
            return Find(Written(self._key(0), self.this.since, self.this.generation))
        if written.refused:
            return Create(self._next(written, now))
        # The clock of the machine that wrote it may have been ahead; its job was made before now.
        written = replace(written, since=min(written.since, now))
        return Find(written) if written.ids is None else self._known(written, "written down by an earlier try")

    def made(self, written: Written, ids: Mapping[str, str]) -> Step:
        """Return the step after a ``Create`` that has returned ids."""
        return Attach(replace(written, ids=dict(ids)), "just submitted")

    def failed(self, create: Create, error: MediaJobsError, *, renews: bool = False) -> Step:
        """Return the step after a ``Create`` that has failed.

        :param renews: whether the connection may be read again.
        """
        written, again = create.written, create.again
        # The first request had the same key: what is proved of the second one says nothing of it.
        same = again and self.submit.deduplicates
        if not proves_nothing_made(error, self.submit.refusals):
            # The vendor knows the key already; what code it has for that is on no page.
            return Find(written, error, exists=same and says_key_was_there(error), again=again)
        if error.retryable:
            return self._again(create, error)
        refused = Find(written, error, again=again) if same else Refused(replace(written, refused=True), error)
        return Renew(self._again(create, error), refused) if renews and isinstance(error, AuthError) else refused

    def unready(self, create: Create, error: MediaJobsError, *, renews: bool = False) -> Step:
        """Return the step after an error before a ``Create`` was sent; parameters as for :meth:`failed`."""
        again = self._again(create, error)
        refused = Refused(again.kept, error)
        if renews and isinstance(error, AuthError):
            return Renew(again, refused)
        return again if error.retryable else refused

    def once_more(self, again: Again, now: datetime) -> Create:
        """Return the step after the pause of an ``Again``."""
        if not again.kept.refused:
            return again.create
        # Nothing was made before: by this request's own time its job is looked for.
        return again.create._replace(written=replace(again.create.written, since=now))

    def _again(self, create: Create, error: MediaJobsError) -> Again:
        # Of an earlier request with the same key nothing is proved.
        return Again(create, replace(create.written, refused=not (create.again and self.submit.deduplicates)), error)

    def found(self, find: Find, found: Candidates, now: datetime, *, last: bool) -> Step:
        """Return the step after a ``Find``.

        :param last: whether the time allowed for the search is over.
        """
        mine = self._mine(find.written.key, found.ours)
        if len(mine) > 1:
            return self._unclear(find, f"{len(mine)} jobs carry the key of this task", [ours.ids for ours in mine])
        if mine:
            (ours,) = mine
            generation = find.written.generation if self.this.keeps else ours.key.generation
            known = replace(find.written, key=ours.key, ids=dict(ours.ids), generation=generation)
            return self._known(known, f"found by its key {ours.key}")
        if not last:
            return FindAgain(find)
        return self._undecided(find, found.plausible, now)

    def looked(self, written: Written, seen: Shown, now: datetime) -> Step:
        """Return the step after a ``Look``."""
        if self._cleared(written):
            anew = {Shown.ENDED_WELL, Shown.ENDED_BADLY}
            if self.choices.on_unclear == "resubmit":
                anew.add(Shown.NOT_SHOWN)
        else:
            anew = {Shown.ENDED_BADLY} if self.choices.resubmit_on_failure else set()
        if seen in anew:
            return Create(self._next(written, now))
        return Attach(replace(written, generation=self.this.generation), f"submitted before; {seen.value}")

    def _known(self, written: Written, how: str) -> Step:
        if self._cleared(written) or self.choices.resubmit_on_failure:
            return Look(written)
        return Attach(written, how)

    def _cleared(self, written: Written) -> bool:
        return written.generation != self.this.generation

    def _mine(self, key: Key, ours: tuple[Ours, ...]) -> list[Ours]:
        """Return the jobs with the stored key; if keys cannot be stored, those with the task instance's newest key."""
        if self.this.keeps:
            return [job for job in ours if job.key == key]
        of_this = [job for job in ours if job.key.task == key.task]
        newest = max((job.key for job in of_this), default=None)
        return [job for job in of_this if job.key == newest]

    def _undecided(self, find: Find, plausible: tuple[Mapping[str, str], ...], now: datetime) -> Step:
        adopt = find.exists or self.choices.on_unclear == "adopt"
        if adopt and len(plausible) == 1:
            proof = "the vendor says that a request with its key was taken" if find.exists else "on_unclear='adopt'"
            written = replace(find.written, ids=dict(plausible[0]), generation=self.this.generation)
            return Attach(written, f"adopted as the only one that may be it: {proof}")
        if self.choices.on_unclear == "resubmit" and not find.exists and not find.again:
            # A key that the vendor checks is sent again as it is, which makes two jobs impossible. What comes of it
            # belongs to this generation: a retry after a clear must not take it for a job of before that clear.
            same = replace(find.written, generation=self.this.generation)
            return Create(same if self.submit.deduplicates else self._next(find.written, now), again=True)
        return self._unclear(find, "no job can be proved to be the one that was asked for", plausible)

    def _unclear(self, find: Find, what: str, candidates: Any) -> Unclear:
        shown = "; ".join(" ".join(f"{name}={value}" for name, value in ids.items()) for ids in candidates)
        may_be = f"; it may be: {shown}" if shown else ""
        return Unclear(f"{what} (key {find.written.key}, since {format_time(find.written.since)}){may_be}", find.why)

    def _key(self, number: int) -> Key:
        return Key(self.this.task, self.this.generation, number, self.nonce)

    def _next(self, written: Written, now: datetime) -> Written:
        number = written.key.number + 1 if written.key.generation == self.this.generation else 0
        return Written(self._key(number), now, self.this.generation)
