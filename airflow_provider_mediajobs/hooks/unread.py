# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Finds names in a connection's extra that nothing reads: a misspelt one would silently have no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..provider_info import extra_names
from ..vendors import VENDORS
from .foreign import READ_ELSEWHERE

_NEAR = 0.75
_LONGEST = 40
_TOLD = 5
_SERVICES = ("sts", "iam", "metadata")


def unread(conn_type: str, extra: Mapping[str, Any]) -> str:
    """A warning about such names; empty where there are none.

    In a connection of another provider's or a generic type only names similar to known ones count: others may be meant
    for other programs.
    """
    ours = any(vendor.conn_type == conn_type for vendor in VENDORS)
    names = list(dict.fromkeys(name for vendor in VENDORS for name in extra_names(vendor)))
    found = list(_in(extra, names, every=ours))
    products = [*dict.fromkeys(product for vendor in VENDORS for product in vendor.products), *_SERVICES]
    endpoints = extra.get("endpoints")
    if isinstance(endpoints, Mapping):  # `hook.call` may address any product
        found += [f"endpoints.{text}" for text in _in(endpoints, products, every=False)]
    more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return f"extra holds names that are not read: {', '.join(found[:_TOLD])}{more}" if found else ""


def _in(table: Mapping[str, Any], names: Iterable[str], *, every: bool) -> Iterator[str]:
    known = tuple(names)
    for name in table:
        if name in known or name in READ_ELSEWHERE:
            continue
        text = str(name)[:_LONGEST]
        near = get_close_matches(text.lower(), known, 1, _NEAR)
        if near or every:
            yield f"{text!r} (did you mean {near[0]}?)" if near else repr(text)
