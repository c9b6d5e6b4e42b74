# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Finds submitted jobs in MPC's lists, by the key that an operator has put into ``user_data``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, WrongPlace
from .....core.pages import PAGES, is_last, too_long
from .....core.submit import WIDEST_SKEW, Candidates, Key, Order, Ours, carried_key
from ..rest import call, check_empty

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE_SIZE = 100
TIME = "%Y%m%d%H%M%S"
MARKS = ("job_id", "task_id", "status")


def find_in(account: Account, order: Order, path: str, field: str, id_name: str) -> Exchange[Candidates]:
    """The jobs created since the order's first request that carry a key of its task instance.

    :param path: path of the operation that lists jobs.
    :param field: name of the field of the response that holds the list.
    :param id_name: name of the job's id, in records and of the kind.
    :return: no job in a region that does not have this list.
    :raises UnreadableResponse: for a list that cannot be read to its end, since the job may be in the other part.
    """
    times = (
        ("start_time", (order.since - WIDEST_SKEW).strftime(TIME)),
        ("end_time", (order.now + WIDEST_SKEW).strftime(TIME)),
    )
    found: dict[str, Ours] = {}
    received = 0
    for page in range(PAGES):
        query = (*times, ("page", str(page)), ("size", str(PAGE_SIZE)))
        try:
            response = yield call(account, "mpc", "GET", path, query)
        except (JobNotFound, WrongPlace):  # a region without this list
            return Candidates()
        body = response.json()
        with shapes.reading(response):
            listed = shapes.listed(field, body.get(field), "job", MARKS)
            if listed.unread is not None:
                raise listed.unread
            for ours in filter(None, [_ours(order.key, job, id_name) for job in listed.records]):
                found[ours.ids[id_name]] = ours
        if not listed.sent:
            check_empty(response, field, "total")
        received += listed.sent
        if is_last(listed.sent, PAGE_SIZE, received, facts.integer(body.get("total"))):
            return Candidates(tuple(found.values()))
    raise too_long()


def _ours(wanted: Key, job: Mapping[str, Any], id_name: str) -> Ours | None:
    """The job of a record, if the record carries a key of the wanted key's task instance.

    :raises WrongShape: where such a record has no id.
    """
    # v1 of the clipping tasks repeats the whole request in the record, and with it ``user_data``.
    shown = (job, facts.mapping(job.get("edit_task_req")))
    key = next(filter(None, (carried_key(of.get("user_data")) for of in shown)), None)
    if key is None or key.task != wanted.task:
        return None
    found = shapes.ident(id_name, job.get(id_name) or job.get("task_id"))
    if found is None:
        raise shapes.WrongShape(id_name, "is missing")
    return Ours(key, {id_name: found})
