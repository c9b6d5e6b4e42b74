# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a vendor's emulation reads and changes of the emulator while it answers one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from .identity import Directory, Issued, Lent, Use
from .job import EmulatedJob, Steps
from .request import EmulatedKey, Token


class VendorContext(Protocol):
    """The emulator's state, as a vendor's emulation reads and changes it while it answers one request."""

    @property
    def now(self) -> datetime:
        """The time by the vendor's clock, which signatures' dates are checked against."""
        ...

    @property
    def project_id(self) -> str:
        """The id of the Huawei Cloud project that the emulator's jobs are in."""
        ...

    def key(self, access_key: str) -> EmulatedKey | None:
        """The key with that access key id; ``None`` for an unknown one."""
        ...

    def token(self, token: str, use: Use) -> Token:
        """Whether a token is valid, expired or unknown for that use."""
        ...

    def project_of(self, token: str) -> str | None:
        """The id of the Huawei Cloud project that an authentication token is scoped to; ``None`` without one."""
        ...

    @property
    def directory(self) -> Directory:
        """The roles, users, agencies and projects that the emulator knows."""
        ...

    @property
    def caller(self) -> EmulatedKey | None:
        """The key that the request was authenticated with; ``None`` before that, and for requests without a key."""
        ...

    def admit(self, key: EmulatedKey) -> None:
        """Set :attr:`caller`, once the request is authenticated."""
        ...

    def lend(self, seconds: float, holder: str, prefix: str, *, keep: bool = False) -> Lent:
        """Issue a temporary key.

        :param seconds: requested lifetime.
        :param holder: the identity that the key acts for, as the vendor writes it.
        :param prefix: the characters that the vendor's temporary access keys begin with.
        :param keep: return the key issued before until half its life is over, as metadata services do.
        """
        ...

    def issue(self, use: Use, seconds: float, project_id: str | None = None) -> Issued:
        """Issue a token.

        :param seconds: requested lifetime.
        :param project_id: the Huawei Cloud project that it is scoped to, if any.
        """
        ...

    def use_nonce(self, nonce: str) -> bool:
        """Record a nonce; returns whether it was new."""
        ...

    def locked(self, access_key: str) -> bool:
        """Whether the key is locked after too many wrong signatures."""
        ...

    def count_failure(self, access_key: str) -> None:
        """Record a wrong signature; several in a row lock the key."""
        ...

    def count_success(self, access_key: str) -> None:
        """Record a right signature; the count of wrong ones starts at zero again."""
        ...

    def new_id(self) -> str:
        """32 random hex digits."""
        ...

    def new_number(self) -> str:
        """A number that no job of the emulator has had, as text."""
        ...

    def form(self, kind: str) -> str:
        """The form in which answers hold this kind's jobs: one of :attr:`EmulatedKind.forms`."""
        ...

    def knows(self, kind: str, **ids: str) -> bool:
        """Whether a job with these ids exists, even if a fault hides it."""
        ...

    def jobs(self, kind: str, **ids: str) -> Sequence[EmulatedJob]:
        """Jobs with these ids in their present states, by default the newest first.

        Reading them does not count as a status query, since filters and totals read jobs that the answer does not show.
        """
        ...

    def look(self, job: EmulatedJob) -> EmulatedJob:
        """The job as an answer shows it. Counts as a status query: call it once for each job of an answer."""
        ...

    def rejects(self, kind: str, **ids: str) -> bool:
        """Whether a ``reject_id`` fault applies to these ids."""
        ...

    def create(
        self, kind: str, ids: Mapping[str, str], record: Mapping[str, Any], *, broken: bool = False, course: Steps = ()
    ) -> EmulatedJob:
        """Create a job of a random duration.

        :param record: fields of the vendor's record that replace or extend those that follow from the status.
        :param broken: whether the job fails.
        :param course: words to replace those of the kind, where an older version of the API has others.
        """
        ...

    def end(self, job: EmulatedJob, state: str) -> None:
        """End a job now with that status word, for example because it is cancelled."""
        ...
