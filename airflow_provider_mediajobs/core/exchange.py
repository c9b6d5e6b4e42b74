# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
r"""Exchanges: sequences of requests to a vendor that give one result. Also their quotas, permissions and answers.

An **exchange** is a generator. It yields :class:`HttpRequest` values, is sent the :class:`HttpResponse` to each (or
thrown the :class:`MediaJobsError` that the request met), and returns its result. Paging and follow-up requests are
further ``yield``\ s. ``Client.run`` and ``Client.arun`` run an exchange, blocking or on an event loop, so that no
exchange is written twice.
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
"""The result of a status query for one reference: the job, or an error that concerns this reference alone."""

Answers = Mapping[JobRef, Answer]


class Quota(Declared):
    """A quota that the vendor sets for a whole account: at most ``calls`` calls in ``seconds`` seconds.

    :param name: name of the bucket, which all quotas of that name share. Also the key in a connection's ``quotas``.
    :param source: where the numbers come from.
    :param part_of: name of another bucket, whose setting in ``quotas`` applies where this one has none of its own and
        that setting is not above this limit: for an operation with a limit of its own, the bucket of its product.
    """

    name: str
    calls: float
    seconds: float
    source: str
    part_of: str | None = None


class Permission(Declared):
    """A permission that an account needs.

    :param action: the vendor's name of the permission.
    :param attempt: ``attempt(account)``: an exchange that tries the permission: a harmless query of a job that cannot
        exist, which needs this permission only and is refused without it.
    :param proved_by: error codes that show that the vendor has granted the permission, because the operation answers
        with them only after it has checked it: those about the id that was asked for.
    """

    action: str
    attempt: Callable[[Account], Exchange[None]]
    proved_by: frozenset[str] = frozenset()


class Cancel(Declared):
    """The cancellation of a job that has not started.

    :param exchange: ``exchange(account, ref)``: cancels one job; the vendor refuses to cancel a job that has started.
    :param actions: permissions that it needs, by the vendor's names. They are never tried: that could cancel a job.
    :param quota: the quota that the call counts against, where that is not the one of status queries.
    """

    exchange: Callable[[Account, JobRef], Exchange[None]]
    actions: tuple[str, ...] = ()
    quota: Quota | None = None

    def __call__(self, account: Account, ref: JobRef) -> Exchange[None]:
        """The exchange."""
        return self.exchange(account, ref)


class Probe(Declared):
    """A call that asks which of many jobs still run. It saves the status queries of jobs that have not ended.

    :param exchange: ``exchange(account, refs)``: returns the references whose jobs certainly still run; the others need
        a status query. ``refs`` are jobs that have been seen running, with their times of creation, where known.
    :param size: the most references that one call may be given.
    :param permissions: the permissions that it needs; without them each job is queried singly.
    :param quota: the quota that its calls count against; ``None`` for that of status queries.
    """

    exchange: Callable[[Account, Mapping[JobRef, datetime | None]], Exchange[frozenset[JobRef]]]
    size: int
    permissions: tuple[Permission, ...]
    quota: Quota | None = None

    def __call__(self, account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
        """The exchange."""
        return self.exchange(account, refs)


class ListPages(Declared):
    """The vendor's list of all jobs, read page by page. It needs the permissions of a status query.

    :param exchange: ``exchange(account, offset, refs)``: reads one page, beginning at the record number ``offset``, and
        returns the answers for those of the references that are on it.
    """

    exchange: Callable[[Account, int, Collection[JobRef]], Exchange[Page]]

    def __call__(self, account: Account, offset: int, refs: Collection[JobRef]) -> Exchange[Page]:
        """The exchange."""
        return self.exchange(account, offset, refs)


class Page(Declared):
    """One page of a vendor's list of all jobs.

    :param total: number of records in the whole list.
    :param rows: number of records on this page.
    :param newest_first: the order of the list; ``None`` where the page's times of creation do not show it.
    :param answers: answers for the requested references that are on this page.
    :param places: the position of each of them in the whole list.
    """

    total: int
    rows: int
    newest_first: bool | None
    answers: Answers
    places: Mapping[JobRef, int]


def of_these(refs: Iterable[JobRef], error: MediaJobsError) -> dict[JobRef, Answer]:
    """The error as the answer for each of these references, so that other references of the same query are unaffected.

    :raises WrongPlace: the error itself, if it is one: it concerns every job of that project or region.
    """
    if isinstance(error, WrongPlace):
        raise error
    return dict.fromkeys(refs, error)


def single(request: HttpRequest) -> Exchange[dict[str, Any]]:
    """An exchange of one request, which may be for any operation.

    :returns: the JSON object of the response; ``{}`` for a response without a body (204).
    :raises UnreadableResponse: for a body that is no JSON object.
    """
    response = yield replace(request, foreign=True)
    found: dict[str, Any] = plain(response.json()) if response.body else {}
    return found
