# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Finds submitted jobs in Alibaba Cloud's lists, by the key that an operator has put into the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import facts, shapes
from .....core.pages import PAGES, too_long
from .....core.submit import WIDEST_SKEW, Key, Order, Ours, carried_key
from .....core.times import zulu
from ..rpc import call, check_empty

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange


def user_data(job: Mapping[str, Any]) -> Any:
    """The field of a record in which most operations return the caller's own data."""
    return job.get("UserData")


class KeyedList(NamedTuple):
    """An operation that lists jobs by time of creation, page by page, with the caller's own data in each record.

    :param product: see :func:`rpc.call`; likewise ``action``.
    :param field: name of the field of the response that holds the list.
    :param element: name that records are wrapped under, where the vendor wraps the list.
    :param marks: names of fields of which a record has at least one: see :func:`shapes.listed`.
    :param id_field: the vendor's name of a job's id.
    :param id_name: the kind's name of that id.
    :param times: names of the parameters for the earliest and the latest time of creation.
    :param token: name of the parameter, and of the field of the response, that leads to the next page.
    :param span: the most time that may lie between the two times; ``None`` where the vendor sets no such limit.
    :param carried: ``carried(record)``: the value of the record that may hold the key.
    """

    product: str
    action: str
    field: str
    element: str
    marks: tuple[str, ...]
    id_field: str
    id_name: str
    times: tuple[str, str]
    token: str
    span: timedelta | None = None
    carried: Callable[[Mapping[str, Any]], Any] = user_data

    def find(self, account: Account, order: Order, query: Mapping[str, Any]) -> Exchange[tuple[Ours, ...]]:
        """The jobs created since the order's first request that carry a key of its task instance.

        :param query: further parameters of the operation.
        :raises UnreadableResponse: for a list that cannot be read to its end, since the job may be in the other part.
        :raises MediaJobsError: where a call fails.
        """
        query = {**query, **self._between(order)}
        found: dict[str, Ours] = {}  # by id, since new jobs push others to the next page, where they are read again
        token: str | None = None
        for _ in range(PAGES):
            response = yield call(account, self.product, self.action, {**query, self.token: token})
            with shapes.reading(response):
                body = shapes.capitalised(response.json())
                records = body.get(self.field)
                listed = shapes.listed(self.field, records, self.element, self.marks, shapes.capitalised)
                for ours in filter(None, [self._ours(order.key, job) for job in listed.records]):
                    found[ours.ids[self.id_name]] = ours
                if listed.unread is not None:
                    raise listed.unread
            if not listed.sent:
                check_empty(response, "RequestId", self.field)
            token = facts.text(body.get(self.token))
            if token is None or not listed.sent:
                return tuple(found.values())
        raise too_long()

    def _between(self, order: Order) -> dict[str, str]:
        """The parameters for the time of creation, widened by the clocks' difference and limited to ``span``."""
        begin, end = order.since - WIDEST_SKEW, order.now + WIDEST_SKEW
        if self.span is not None:
            begin = max(begin, end + timedelta(seconds=1) - self.span)
        return dict(zip(self.times, (zulu(begin), zulu(end)), strict=True))

    def _ours(self, wanted: Key, job: Mapping[str, Any]) -> Ours | None:
        """The job of a record, if the record carries a key of the wanted key's task instance.

        :raises WrongShape: where such a record has no id.
        """
        key = carried_key(self.carried(job))
        if key is None or key.task != wanted.task:
            return None
        job_id = shapes.ident(self.id_field, job.get(self.id_field))
        if job_id is None:
            raise shapes.WrongShape(self.id_field, "is missing")
        return Ours(key, {self.id_name: job_id})
