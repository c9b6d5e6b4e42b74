# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One row of the vendor's list of operations, the products they belong to, and how their parameters are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ....core.emulation import Limit, Refusal, VendorContext

Given = Mapping[str, str]
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Product(NamedTuple):
    """A product: what its operations have in common.

    :param version: version of its API, which identifies the product in requests.
    :param limit: quota of all its operations together.
    """

    name: str
    version: str
    limit: Limit | None = None


# Live, VOD and MPS from their pages, calls a second and account; ICE states none and gets Live's.
LIVE = Product("live", "2016-11-01", Limit("alibaba.live", 10, 1.0))
ICE = Product("ice", "2020-11-09", Limit("alibaba.ice", 10, 1.0))
VOD = Product("vod", "2017-03-21", Limit("alibaba.vod", 15, 1.0))
MTS = Product("mts", "2014-06-18", Limit("alibaba.mts", 100, 1.0))
STS = Product("sts", "2015-04-01", None)


class Operation(NamedTuple):
    """An operation of a product.

    :param action: the operation's name on the vendor's page.
    :param kind: name of its kind of job, for faults and for the record of requests.
    :param ids: names of the kind's ids, by the parameters that carry them.
    :param limit: its own quota; ``None`` for the product's.
    :param where: values of parameters that select this kind, where several kinds share the action.
    """

    product: Product
    action: str
    kind: str | None
    ids: Mapping[str, str]
    answer: Callable[[VendorContext, Given], dict[str, Any]]
    limit: Limit | None = None
    where: Mapping[str, str] = _NOTHING

    @property
    def bucket(self) -> Limit | None:
        """The limit it comes out of."""
        return self.limit or self.product.limit

    def is_meant(self, given: Given) -> bool:
        """Whether the parameters say no other kind than its own."""
        return all(given.get(name, value) == value for name, value in self.where.items())

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.action} ({self.product.name})"


def required(given: Given, name: str) -> str:
    """A parameter that must be there: ``Missing<Name>`` where it is not."""
    value = given.get(name)
    if not value:
        raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    return value


def json_parameter(given: Given, name: str, shape: type) -> Any:
    """A parameter that holds JSON of one shape, or ``None`` where it is not given."""
    if not given.get(name):
        return None
    try:
        value = json.loads(given[name])
    except ValueError:
        value = None
    if not isinstance(value, shape):
        raise malformed(name)
    return value


def malformed(name: str) -> Refusal:
    """The answer to a parameter whose value its page does not allow."""
    return Refusal(400, f"Invalid{name}.Malformed", f"The specified {name} is malformed.")


def own_data(given: Given, name: str, longest: int) -> None:
    """That the caller's own data are a JSON object of so many bytes at most, where they are given."""
    json_parameter(given, name, dict)
    if len(given.get(name, "").encode()) > longest:
        raise malformed(name)


def token(given: Given, longest: int = 64) -> str | None:
    """A ``ClientToken``: ASCII characters, where one is given."""
    value = given.get("ClientToken")
    if value and (not value.isascii() or len(value) > longest):
        raise malformed("ClientToken")
    return value or None


def made_up_id(*parts: str) -> str:
    """32 hex digits that belong to a job for good."""
    return hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()
