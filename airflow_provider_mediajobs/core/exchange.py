# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
r"""How a vendor is asked: conversations, what they need and cost, and what is learnt by them.

An **exchange** is a generator that holds one conversation with the vendor: it yields :class:`HttpRequest`
values, is sent the :class:`HttpResponse` for each (or thrown the :class:`MediaJobsError` it met), and returns
what it learnt. Paging and follow-up calls are more ``yield``\ s. ``client.run`` and ``client.arun`` drive it,
so nothing is written twice for sync and async.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from .declared import Declared
from .errors import MediaJobsError, WrongPlace
from .job import JobRef, JobSnapshot
from .storable import plain

if TYPE_CHECKING:
    from .account import Account
    from .http import HttpRequest, HttpResponse

T = TypeVar("T")

Exchange = Generator["HttpRequest", "HttpResponse", T]

Answer = JobSnapshot | MediaJobsError
"""What a look learnt about one reference: the job, or the error that this reference alone met."""

Answers = Mapping[JobRef, Answer]


class Quota(Declared):
    """A limit the vendor sets for the whole account.

    :param name: of the bucket; kinds with the same name share it. Also the key of an override in the connection.
    :param calls: how many,
    :param seconds: in how many seconds.
    :param source: where the number comes from.
    :param part_of: the name of a bucket whose override holds for this one too, where it has none of its own and the
        override is not above its limit: that of the product, for an operation with a limit of its own.
    """

    name: str
    calls: float
    seconds: float
    source: str
    part_of: str | None = None


class Permission(Declared):
    """What an account must be allowed to do.

    :param action: by the vendor's name.
    :param attempt: ``attempt(account)``: a harmless exchange about a job that cannot exist, which needs this permission
        alone and is refused without it.
    :param proved_by: the vendor's codes with which that operation answers only after it has looked at the permission:
        those about the id that was asked for.
    """

    action: str
    attempt: Callable[[Account], Exchange[None]]
    proved_by: frozenset[str] = frozenset()


class Cancel(Declared):
    """How a job is cancelled that has not started.

    :param exchange: ``exchange(account, ref)``: cancels one job; the vendor refuses any other.
    :param actions: permissions that it needs, by the vendor's names: named but never tried, which would do harm.
    :param quota: the bucket that the call comes out of, where that is not the one of looks.
    """

    exchange: Callable[[Account, JobRef], Exchange[None]]
    actions: tuple[str, ...] = ()
    quota: Quota | None = None

    def __call__(self, account: Account, ref: JobRef) -> Exchange[None]:
        """The exchange."""
        return self.exchange(account, ref)


class Probe(Declared):
    """A call that is wider than a look but less exact: it saves looks at jobs that go on.

    :param exchange: ``exchange(account, refs)``: tells which references surely still run; the others are to be looked
        at. All have been seen running; the mapping's values are their times of creation, where known.
    :param size: references that one may be given.
    :param permissions: those that it needs; without them each job is asked for singly.
    :param quota: the bucket its calls come out of, where that is not the one of looks.
    """

    exchange: Callable[[Account, Mapping[JobRef, datetime | None]], Exchange[frozenset[JobRef]]]
    size: int
    permissions: tuple[Permission, ...]
    quota: Quota | None = None

    def __call__(self, account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
        """The exchange."""
        return self.exchange(account, refs)


class ListPages(Declared):
    """The vendor's list of all jobs, page by page. It needs the permissions of a look.

    :param exchange: ``exchange(account, offset, refs)``: reads one page, from a record on, and answers for those of the
        references that are on it.
    """

    exchange: Callable[[Account, int, Collection[JobRef]], Exchange[Page]]

    def __call__(self, account: Account, offset: int, refs: Collection[JobRef]) -> Exchange[Page]:
        """The exchange."""
        return self.exchange(account, offset, refs)


class Page(Declared):
    """One page of a vendor's list of all jobs.

    :param total: records in the whole list.
    :param rows: records on this page.
    :param newest_first: the order, as far as the page's times of creation show it.
    :param answers: for the references that were asked for and are on it.
    :param places: where in the whole list each of them is.
    """

    total: int
    rows: int
    newest_first: bool | None
    answers: Answers
    places: Mapping[JobRef, int]


def of_these(refs: Iterable[JobRef], error: MediaJobsError) -> dict[JobRef, Answer]:
    """An error as the answer about these references alone: trouble of their waits, not of those looked at along.

    :raises WrongPlace: as it is: whatever is asked for there is refused with it.
    """
    if isinstance(error, WrongPlace):
        raise error
    return dict.fromkeys(refs, error)


def single(request: HttpRequest) -> Exchange[dict[str, Any]]:
    """One request of any operation and the JSON of its answer; ``{}`` for an answer without a body (204)."""
    response = yield replace(request, foreign=True)
    found: dict[str, Any] = plain(response.json()) if response.body else {}
    return found
