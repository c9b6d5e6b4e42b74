# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulated lists of Alibaba's products share: pages of jobs by time of creation, and checks of parameters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ....core.emulation import EmulatedJob, Refusal
from .operation import Given


class ListParameters(NamedTuple):
    """An operation's names of the parameters of its list, and what the operation allows.

    :param times: the parameters for the earliest and the latest time of creation.
    :param size: the parameter for the number of jobs on a page, 1 to 100.
    :param usual_size: number of jobs on a page where the request gives none.
    :param token: the parameter, and the field of the answer, that leads to the next page; the last page has no such
        field.
    :param span: the most time that may lie between the two times; ``None`` without such a limit.
    """

    times: tuple[str, str]
    size: str
    usual_size: int
    token: str
    span: timedelta | None = None

    def page(
        self, given: Given, jobs: Iterable[EmulatedJob], *, newest_first: bool = True
    ) -> tuple[list[EmulatedJob], dict[str, str]]:
        """The jobs of one page, and the field that leads to the next page, where there is one.

        :param given: the parameters of the request.
        :param jobs: the jobs of the list, in any order.
        :raises Refusal: for a parameter whose value is not allowed.
        """
        size, begin = number(given, self.size, self.usual_size, 1, 100), number(given, self.token, 0, 0, 10**9)
        start, end = (time(given, name) for name in self.times)
        if start and end and (end <= start or (self.span and end - start > self.span)):
            raise invalid(self.times[1])
        found = [job for job in jobs if (not start or start <= job.created) and (not end or job.created <= end)]
        found.sort(key=lambda job: job.created, reverse=newest_first)
        more = {self.token: str(begin + size)} if begin + size < len(found) else {}
        return found[begin : begin + size], more


def invalid(name: str) -> Refusal:
    """The refusal of a parameter whose value is not allowed."""
    return Refusal(400, "InvalidParameter", f"The specified parameter {name} is not valid.")


def number(given: Given, name: str, default: int, smallest: int, largest: int) -> int:
    """The whole number in a parameter; ``default`` where it is not given.

    :raises Refusal: for any other value, or one that is not between ``smallest`` and ``largest``.
    """
    text = given.get(name) or str(default)
    if not text.isdecimal() or not smallest <= int(text) <= largest:
        raise invalid(name)
    return int(text)


def time(given: Given, name: str) -> datetime | None:
    """The time in a parameter, in UTC to the second; ``None`` where it is not given.

    :raises Refusal: for any other value.
    """
    if not given.get(name):
        return None
    try:
        return datetime.strptime(given[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise invalid(name) from None
