# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One cloud, as the world serves it."""

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
    """One cloud, as the world serves it.

    :param recognises: whether a request is for this vendor at all.
    :param read: what it asks for; never fails.
    :param authenticate: raises :class:`Refusal`.
    :param answer: raises :class:`Refusal`.
    :param refuse: writes a refusal down in the vendor's envelope.
    :param throttled: the refusal for too many calls; this and the next two in the words of any web server, where the
        service has none of its own.
    :param broken: the refusal for a fault of the vendor's own, by HTTP status.
    :param denied: the refusal for a call whose key lacks the permission.
    :param limits: calls and seconds by bucket.
    :param operations: what is emulated, by the names of the vendor's pages where those have some.
    :param products: by the names under which requests ask for them; faults may be for one of them.
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
    """All modules of a package, by name: one for each kind that a vendor's emulation plays.

    Each has ``KIND``, an :class:`EmulatedKind`, and ``OPERATIONS``, rows of the vendor's list of operations.
    """
    for found in sorted(iter_modules(package.__path__), key=lambda found: found.name):
        yield import_module(f"{package.__name__}.{found.name}")


def limits_of(limits: Iterable[Limit | None]) -> dict[str, tuple[float, float]]:
    """Calls and seconds by bucket, of the operations' limits."""
    return {limit.name: (limit.calls, limit.seconds) for limit in limits if limit is not None}
