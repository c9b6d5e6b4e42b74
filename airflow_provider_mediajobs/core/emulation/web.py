# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What any web server says that knows no vendor's codes: both metadata services are no more than that."""

from __future__ import annotations

from collections.abc import Iterable

from .request import Call, Refusal


def throttled() -> Refusal:
    """Too many calls."""
    return Refusal(429, "Too Many Requests", "Too many requests.")


def broken(status: int) -> Refusal:
    """A fault of the server's own."""
    return Refusal(status, "Internal Server Error", "Something went wrong.")


def denied(call: Call) -> Refusal:  # noqa: ARG001 - one shape for all vendors
    """Not for this caller."""
    return Refusal(403, "Forbidden", "Access is not allowed.")


def not_emulated(status: int, code: str, usual: str, operation: str, operations: Iterable[str]) -> Refusal:
    """The vendor's refusal of an operation that it has not; which it may have, so the message says who has not.

    :param usual: the vendor's own text.
    :param operation: as it was asked for.
    :param operations: those that are emulated.
    """
    return Refusal(status, code, f"{usual} The emulator has no operation {operation}; it has {', '.join(operations)}.")
