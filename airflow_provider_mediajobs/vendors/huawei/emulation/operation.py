# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Describes emulated operations, and reads the parameters and bodies of requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

from ....core.emulation import Limit, VendorContext
from ....core.http import HttpRequest, Pairs

_NOTHING: Mapping[str, str] = MappingProxyType({})
Answer = Callable[[VendorContext, HttpRequest], Mapping[str, Any] | None]


class Operation(NamedTuple):
    """An emulated operation: one HTTP method at one path.

    :param path: the path, with placeholders in braces: ``{project_id}`` and others.
    :param action: the operation's name on the vendor's page.
    :param kind: name of its kind of job, for faults and for the record of requests.
    :param ids: names of the kind's ids, by the parameters of query or path that carry them.
    :param answer: returns the body of the answer; ``None`` for status 204 without a body.
    :param limit: its own limit; ``None`` for the product's.
    :param where: values of the query that select this kind, where several kinds share method and path.
    """

    method: str
    path: str
    action: str
    kind: str
    ids: Mapping[str, str]
    answer: Answer
    limit: Limit | None = None
    where: Mapping[str, str] = _NOTHING

    @property
    def product(self) -> str:
        """The product's name, which is the second part of the kind's name."""
        return self.kind.split(".")[1]

    @property
    def bucket(self) -> Limit:
        """The limit that its calls count against: its own, otherwise the product's 100 calls a minute and tenant.

        MPC's page of constraints states that for the whole service, VOD's for similar operations.
        """
        return self.limit or Limit(f"huawei.{self.product}", 100, 60.0)

    def is_meant(self, request: HttpRequest) -> bool:
        """Whether no parameter of the query selects another kind than this operation's."""
        given = dict(request.query)
        return all(given.get(name, value) == value for name, value in self.where.items())

    @property
    def name(self) -> str:
        """Its name in messages, such as ``ListRemuxTask (mpc: GET /v1/{…}/remux)``."""
        shown = re.sub(r"{\w+}", "{…}", self.path)
        return f"{self.action} ({self.product}: {self.method} {shown})"

    def match(self, request: HttpRequest) -> dict[str, str] | None:
        """The parameters in a request's path; ``None`` where the request is for another operation."""
        found = _pattern(self.path).fullmatch(request.path) if request.method == self.method else None
        return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}

    def ids_of(self, request: HttpRequest) -> Pairs:
        """The ids that a request names, as pairs of the kind's name and the value."""
        given = (*request.query, *(self.match(request) or {}).items())
        return tuple((self.ids[name], value) for name, value in given if name in self.ids)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


def first(request: HttpRequest, name: str) -> str | None:
    """The first value of a query parameter; ``None`` where it is missing or empty."""
    return dict(reversed(request.query)).get(name) or None


def number(text: str | None, default: int, smallest: int, largest: int) -> int | None:
    """The whole number in a text, ``default`` for no text; ``None`` where it is no number or out of bounds."""
    text = text or str(default)
    return int(text) if text.isdecimal() and smallest <= int(text) <= largest else None


def json_body(request: HttpRequest) -> dict[str, Any] | None:
    """The body as a JSON object; ``None`` where it is not one."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
