# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the world lends a vendor's emulation while it answers one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from .identity import Directory, Issued, Lent, Use
from .job import EmulatedJob, Steps
from .request import EmulatedKey, Token


class VendorContext(Protocol):
    """What the world lends a vendor's emulation for one request."""

    @property
    def now(self) -> datetime:
        """The vendor's clock: what dates of signatures are measured against."""
        ...

    @property
    def project_id(self) -> str:
        """The one project of this world (Huawei)."""
        ...

    def key(self, access_key: str) -> EmulatedKey | None:
        """The key of that name, if the world accepts it."""
        ...

    def token(self, token: str, use: Use) -> Token:
        """Whether a token is good for that use."""
        ...

    def project_of(self, token: str) -> str | None:
        """The project that an authentication token is for (Huawei)."""
        ...

    @property
    def directory(self) -> Directory:
        """Whom the world knows."""
        ...

    @property
    def caller(self) -> EmulatedKey | None:
        """The key that was admitted."""
        ...

    def admit(self, key: EmulatedKey) -> None:
        """The key has proved that it asks."""
        ...

    def lend(self, seconds: float, holder: str, prefix: str, *, keep: bool = False) -> Lent:
        """A temporary key.

        :param keep: the same one again while most of its life lies ahead.
        """
        ...

    def issue(self, use: Use, seconds: float, project_id: str | None = None) -> Issued:
        """A token."""
        ...

    def use_nonce(self, nonce: str) -> bool:
        """Whether the nonce is new. From now on it is not."""
        ...

    def locked(self, access_key: str) -> bool:
        """Whether the key has failed too often of late."""
        ...

    def count_failure(self, access_key: str) -> None:
        """One more authentication failure in a row."""
        ...

    def count_success(self, access_key: str) -> None:
        """The row of failures is over."""
        ...

    def new_id(self) -> str:
        """32 random hex digits."""
        ...

    def new_number(self) -> str:
        """A number nobody had yet, as text."""
        ...

    def form(self, kind: str) -> str:
        """The form in which answers hold this kind's jobs."""
        ...

    def knows(self, kind: str, **ids: str) -> bool:
        """Whether there is such a job, shown or not."""
        ...

    def jobs(self, kind: str, **ids: str) -> Sequence[EmulatedJob]:
        """Jobs with these ids, newest first, as they stand. No look: filters and totals need them too."""
        ...

    def look(self, job: EmulatedJob) -> EmulatedJob:
        """The job as the answer shows it. Counts as a look: once a job and answer."""
        ...

    def rejects(self, kind: str, **ids: str) -> bool:
        """Whether a fault makes these ids unacceptable."""
        ...

    def create(
        self, kind: str, ids: Mapping[str, str], record: Mapping[str, Any], *, broken: bool = False, course: Steps = ()
    ) -> EmulatedJob:
        """A new job of a random length. A broken one will fail.

        :param course: instead of the kind's, where an older generation of the API has other words.
        """
        ...

    def end(self, job: EmulatedJob, state: str) -> None:
        """The job ends now, in this word: somebody cancelled it."""
        ...
