# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Describes emulated operations and their products, and reads the parameters of requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ....core.emulation import Limit, Refusal, VendorContext

Given = Mapping[str, str]
"""The parameters of a request, by the vendor's names."""
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Product(NamedTuple):
    """A product of the vendor.

    :param name: the product's name in its host, such as ``vod``.
    :param version: version of its API, which identifies the product in requests.
    :param limit: the limit that its operations share, except those with one of their own; ``None`` for no limit.
    """

    name: str
    version: str
    limit: Limit | None = None


# Limits in calls per second and account, from the pages of Live, VOD and MPS. ICE's pages state none: it gets Live's.
LIVE = Product("live", "2016-11-01", Limit("alibaba.live", 10, 1.0))
ICE = Product("ice", "2020-11-09", Limit("alibaba.ice", 10, 1.0))
VOD = Product("vod", "2017-03-21", Limit("alibaba.vod", 15, 1.0))
MTS = Product("mts", "2014-06-18", Limit("alibaba.mts", 100, 1.0))
STS = Product("sts", "2015-04-01", None)


class Operation(NamedTuple):
    """An emulated operation of a product.

    :param product: the product that it belongs to.
    :param action: the operation's name on the vendor's page.
    :param kind: name of its kind of job, for faults and for the record of requests.
    :param ids: names of the kind's ids, by the parameters that carry them.
    :param answer: ``answer(context, given)``: returns the fields of the answer, or raises ``Refusal``.
    :param limit: its own limit; ``None`` for the product's.
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
        """The limit that its calls count against."""
        return self.limit or self.product.limit

    def is_meant(self, given: Given) -> bool:
        """Whether no parameter selects another kind than this operation's."""
        return all(given.get(name, value) == value for name, value in self.where.items())

    @property
    def name(self) -> str:
        """Its name in messages, such as ``ListJob (mts)``."""
        return f"{self.action} ({self.product.name})"


def required(given: Given, name: str) -> str:
    """The value of a mandatory parameter.

    :raises Refusal: ``Missing<Name>`` where it is missing or empty.
    """
    value = given.get(name)
    if not value:
        raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    return value


def json_parameter(given: Given, name: str, shape: type) -> Any:
    """The value of a parameter that holds JSON; ``None`` where it is not given.

    :param shape: the type that the value must have.
    :raises Refusal: for any other value.
    """
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
    """The refusal of a parameter whose value its page does not allow."""
    return Refusal(400, f"Invalid{name}.Malformed", f"The specified {name} is malformed.")


def own_data(given: Given, name: str, longest: int) -> None:
    """Check that the caller's own data, if they are given, are a JSON object.

    :param longest: the most bytes that they may have.
    :raises Refusal: for any other value.
    """
    json_parameter(given, name, dict)
    if len(given.get(name, "").encode()) > longest:
        raise malformed(name)


def token(given: Given, longest: int = 64) -> str | None:
    """The ``ClientToken``, by which a repeated request is recognised; ``None`` where it is not given.

    :param longest: the most characters that it may have.
    :raises Refusal: for a token that is too long or not ASCII.
    """
    value = given.get("ClientToken")
    if value and (not value.isascii() or len(value) > longest):
        raise malformed("ClientToken")
    return value or None


def made_up_id(*parts: str) -> str:
    """An id of 32 hex digits that is always the same for the same parts, so that a job keeps its ids."""
    return hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()
