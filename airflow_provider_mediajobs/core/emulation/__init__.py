"""What the emulator's world and the vendors' emulations say to each other.

A vendor's emulation knows paths, parameters, signatures, status words and errors: what stands on the vendor's pages.
The world knows keys, jobs, the clock, faults and limits: what a test wants to set. They meet here, because a vendor may
not import the emulator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from ..http import HttpRequest, HttpResponse, Pairs
from .identity import Directory, Issued, Lent, Use

Steps = tuple[tuple[str, float], ...]
"""Status words, and when each comes into force."""


class Token(StrEnum):
    """What the world thinks of a token that somebody shows."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EmulatedKey:
    """An access key that the world accepts.

    :param security_token: makes it a temporary key: requests must carry this token too.
    :param holder: whom it was lent to, in the vendor's words; empty for a key that was there from the beginning.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    holder: str = ""


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


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, read before anything is checked. Holds nothing secret: it is recorded and shown.

    :param action: the operation's name on the vendor's page, or what was asked where there is no such operation.
    :param product: the vendor's product, where one was recognised.
    :param kind: the kind of job it is about.
    :param ids: ids that it names, as kinds call them; a name may repeat.
    :param limit: the bucket it comes out of.
    :param parameters: what was given, without signatures and tokens.
    """

    action: str
    product: str | None = None
    kind: str | None = None
    ids: Pairs = ()
    limit: str | None = None
    parameters: Pairs = ()


class Refusal(Exception):
    """The vendor's "no": raised anywhere below ``answer``, written out by ``refuse``.

    :param retry_after: seconds, told in the vendor's way.
    :param details: further fields of the vendor's envelope.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after: float | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.details = details or {}

    @property
    def whole_seconds(self) -> dict[str, str]:
        """The header that tells how long to wait, as HTTP has it; of the vendors' pages none documents it."""
        return {} if self.retry_after is None else {"retry-after": str(max(1, round(self.retry_after)))}


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


@dataclass(frozen=True, slots=True)
class EmulatedVendor:
    """One cloud, as the world serves it.

    :param limits: calls and seconds by bucket.
    :param recognises: whether a request is for this vendor at all.
    :param read: what it asks for; never fails.
    :param authenticate: raises :class:`Refusal`.
    :param answer: raises :class:`Refusal`.
    :param refuse: writes a refusal down in the vendor's envelope.
    :param throttled: the refusal for too many calls.
    :param broken: the refusal for a fault of the vendor's own, by HTTP status.
    :param denied: the refusal for a call whose key lacks the permission.
    :param operations: what is emulated, by the names of the vendor's pages where those have some.
    :param services: products without jobs.
    """

    name: str
    kinds: tuple[EmulatedKind, ...]
    limits: Mapping[str, tuple[float, float]]
    recognises: Callable[[HttpRequest], bool]
    read: Callable[[HttpRequest], Call]
    authenticate: Callable[[VendorContext, HttpRequest], None]
    answer: Callable[[VendorContext, HttpRequest], HttpResponse]
    refuse: Callable[[VendorContext, HttpRequest, Refusal], HttpResponse]
    throttled: Callable[[], Refusal]
    broken: Callable[[int], Refusal]
    denied: Callable[[Call], Refusal]
    operations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
