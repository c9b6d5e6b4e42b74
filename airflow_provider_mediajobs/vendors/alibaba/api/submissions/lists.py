# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Alibaba's lists, read for jobs that carry a key of ours."""

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
    """What most records carry of their author's."""
    return job.get("UserData")


class KeyedList(NamedTuple):
    """An operation that lists jobs by their time of creation, page by page, with what their author had carried along.

    :param product: see :func:`rpc.call`; likewise ``action``.
    :param field: of the list in its answers.
    :param element: what one record is called where the list is wrapped.
    :param marks: see :func:`shapes.listed`.
    :param id_field: the vendor's name of a job's id.
    :param id_name: what the kind calls it.
    :param times: parameters for the earliest and the latest time of creation.
    :param token: parameter, and field of the answer, that leads to the next page.
    :param span: between these times at most, where the vendor has such a limit.
    :param carried: of a record, what may hold our key.
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
        """Every job created since the first request that carries a key of the task.

        :param query: further parameters.
        :raises UnreadableResponse: for a list that cannot be read to its end: from a part nothing can be concluded.
        """
        query = {**query, **self._between(order)}
        found: dict[str, Ours] = {}  # by id: a job moves to the next page where new ones come before it
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
        begin, end = order.since - WIDEST_SKEW, order.now + WIDEST_SKEW
        if self.span is not None:
            begin = max(begin, end + timedelta(seconds=1) - self.span)
        return dict(zip(self.times, (zulu(begin), zulu(end)), strict=True))

    def _ours(self, wanted: Key, job: Mapping[str, Any]) -> Ours | None:
        key = carried_key(self.carried(job))
        if key is None or key.task != wanted.task:
            return None
        job_id = shapes.ident(self.id_field, job.get(self.id_field))
        if job_id is None:
            raise shapes.WrongShape(self.id_field, "is missing")
        return Ours(key, {self.id_name: job_id})
