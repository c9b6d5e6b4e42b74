# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One job per task instance, as far as the vendor makes it possible: what a try does, by what is written down.

A state machine without I/O, clock and randomness. Whoever runs it does what a step (``core.steps``) says, in its order,
and tells it what came of that. What is written down survives the process, and the tries after it.

==================  =========  ==============================================================================
written down        this is    step
==================  =========  ==============================================================================
nothing             any        ``Create``; where nothing can be written down, and it is not the first try: ``Find``
an intent           any        ``Find``: the request may have been sent, and must not be sent again
a refusal           any        ``Create``, by the next key: it is proved that nothing was made
ids                 a retry    ``Attach``; with ``resubmit_on_failure``: ``Look``
ids                 a clear    ``Look``
==================  =========  ==============================================================================

==========  ==================================  ===========================================================
step        what came of it                     next step
==========  ==================================  ===========================================================
``Create``  ids                                 ``Attach``
``Create``  proof that nothing was made         ``Again`` where it may pass, else ``Refused``; of a key that was sent
                                                before: ``Find``, since that proves nothing of the first request
``Create``  its credentials were refused        ``Renew``, once in a try; then as any proof
``Create``  anything else                       ``Find``
``Renew``   whether the connection has changed  the same ``Create``, else what follows the refusal
``Find``    one job that carries our key        as if its ids had been written down
``Find``    several that carry it               ``Unclear``
``Find``    none, the time is not over          ``FindAgain``
``Find``    none, the time is over              by ``on_unclear``: ``fail`` ``Unclear``; ``adopt`` ``Attach`` where one
                                                job alone may be it, else ``Unclear``; ``resubmit`` ``Create``, once
                                                in a try
``Find``    the vendor has said that our key    ``Attach`` where one job alone may be it, else ``Unclear``
            was there before
``Look``    it goes on                          ``Attach``
``Look``    it is not shown                     ``Create`` on a clear with ``on_unclear="resubmit"``, else ``Attach``
``Look``    it ended well                       ``Create`` on a clear, else ``Attach``
``Look``    it ended badly                      ``Create`` on a clear or with ``resubmit_on_failure``, else ``Attach``
==========  ==================================  ===========================================================

A **clear** is told from a retry by Airflow's ``max_tries``, the generation: a clear raises it, and nothing else does.
Where what is written down is of the same generation, this is a retry.
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
    This,
    Unclear,
)
from .submit import Candidates, Key, Ours, Submit, proves_nothing_made, says_key_was_there
from .times import format_time
from .written import Written


class Submission(NamedTuple):
    """The machine, for one try.

    :param submit: of the kind.
    :param nonce: for keys that this try makes; empty where nothing could keep it.
    """

    submit: Submit
    this: This
    choices: Choices
    nonce: str

    def begin(self, written: Written | None, now: datetime) -> Step:
        """The first step.

        :param written: what is written down of this task instance, by whichever try of it.
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
        """The next step after a ``Create`` that has told the ids."""
        return Attach(replace(written, ids=dict(ids)), "just submitted")

    def failed(self, create: Create, error: MediaJobsError, *, renews: bool = False) -> Step:
        """The next step after a ``Create`` that has met an error; with ``renews`` the connection may be read anew."""
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
        """The next step after an error before a ``Create`` was sent; ``renews`` as above."""
        again = self._again(create, error)
        refused = Refused(again.kept, error)
        if renews and isinstance(error, AuthError):
            return Renew(again, refused)
        return again if error.retryable else refused

    def once_more(self, again: Again, now: datetime) -> Create:
        """The next step after the pause of an ``Again``."""
        if not again.kept.refused:
            return again.create
        # Nothing was made before: by this request's own time its job is looked for.
        return again.create._replace(written=replace(again.create.written, since=now))

    def _again(self, create: Create, error: MediaJobsError) -> Again:
        # Of an earlier request with the same key nothing is proved.
        return Again(create, replace(create.written, refused=not (create.again and self.submit.deduplicates)), error)

    def found(self, find: Find, found: Candidates, now: datetime, *, last: bool) -> Step:
        """The next step after a ``Find``.

        :param last: whether no more time is left for the job to be shown.
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
        """The next step after a ``Look``."""
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
        """By the key that was written down, or where none could be, the newest of this task instance."""
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
