# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The declaration of a vendor's emulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from ..http import HttpRequest, HttpResponse
from . import web
from .context import VendorContext
from .job import EmulatedKind
from .request import Call, Limit, Refusal


@dataclass(frozen=True, slots=True)
class EmulatedVendor:
    """The emulation of one service of a cloud (its APIs, its token service, its metadata service).

    :param recognises: whether a request is addressed to this service.
    :param read: the operation that a request calls; raises nothing.
    :param authenticate: checks signature, date, nonce and tokens; raises :class:`Refusal`.
    :param answer: the response to an authenticated request; raises :class:`Refusal`.
    :param refuse: the error response for a refusal, in the vendor's envelope.
    :param throttled: the refusal for too many calls; by default, as for ``broken`` and ``denied``, a web server's.
    :param broken: the refusal for a failure of the service, with that HTTP status.
    :param denied: the refusal for a call whose key lacks the permission.
    :param kinds: the kinds of job that it emulates.
    :param limits: quotas by bucket: calls and seconds.
    :param operations: names of the emulated operations, as on the vendor's pages.
    :param products: names of the vendor's products, as faults and ``Call.product`` use them.
    """

    name: str
    recognises: Callable[[HttpRequest], bool]
    read: Callable[[HttpRequest], Call]
    authenticate: Callable[[VendorContext, HttpRequest], None]
    answer: Callable[[VendorContext, HttpRequest], HttpResponse]
    refuse: Callable[[VendorContext, HttpRequest, Refusal], HttpResponse]
    throttled: Callable[[], Refusal] = web.throttled
    broken: Callable[[int], Refusal] = web.broken
    denied: Callable[[Call], Refusal] = web.denied
    kinds: tuple[EmulatedKind, ...] = ()
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    operations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """All modules of a package, imported in the order of their names: one for each kind that a vendor's emulation has.

    Each defines ``KIND``, an :class:`EmulatedKind`, and ``OPERATIONS``, its rows of the vendor's list of operations.
    """
    for found in sorted(iter_modules(package.__path__), key=lambda found: found.name):
        yield import_module(f"{package.__name__}.{found.name}")


def limits_of(limits: Iterable[Limit | None]) -> dict[str, tuple[float, float]]:
    """Calls and seconds by bucket, from the operations' limits."""
    return {limit.name: (limit.calls, limit.seconds) for limit in limits if limit is not None}
