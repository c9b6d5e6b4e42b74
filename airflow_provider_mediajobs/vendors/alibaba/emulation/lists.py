# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How Alibaba's products list jobs by their time of creation, as the emulator answers for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ....core.emulation import EmulatedJob, Refusal
from .operation import Given


class ListParameters(NamedTuple):
    """What an operation calls the parameters of its list, and what it allows.

    :param times: the earliest and the latest time of creation.
    :param size: of a page, 1 to 100.
    :param usual_size: where none is given.
    :param token: parameter, and field of the answer, that leads to the next page; the answer has it while more follow.
    :param span: between the two times at most.
    """

    times: tuple[str, str]
    size: str
    usual_size: int
    token: str
    span: timedelta | None = None

    def page(
        self, given: Given, jobs: Iterable[EmulatedJob], *, newest_first: bool = True
    ) -> tuple[list[EmulatedJob], dict[str, str]]:
        """The jobs of one page, and what leads to the next one."""
        size, begin = number(given, self.size, self.usual_size, 1, 100), number(given, self.token, 0, 0, 10**9)
        start, end = (time(given, name) for name in self.times)
        if start and end and (end <= start or (self.span and end - start > self.span)):
            raise invalid(self.times[1])
        found = [job for job in jobs if (not start or start <= job.created) and (not end or job.created <= end)]
        found.sort(key=lambda job: job.created, reverse=newest_first)
        more = {self.token: str(begin + size)} if begin + size < len(found) else {}
        return found[begin : begin + size], more


def invalid(name: str) -> Refusal:
    """For a parameter that holds what it cannot."""
    return Refusal(400, "InvalidParameter", f"The specified parameter {name} is not valid.")


def number(given: Given, name: str, default: int, smallest: int, largest: int) -> int:
    """A whole number."""
    text = given.get(name) or str(default)
    if not text.isdecimal() or not smallest <= int(text) <= largest:
        raise invalid(name)
    return int(text)


def time(given: Given, name: str) -> datetime | None:
    """A time in UTC, to the second."""
    if not given.get(name):
        return None
    try:
        return datetime.strptime(given[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise invalid(name) from None
