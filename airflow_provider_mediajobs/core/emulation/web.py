# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Refusals of a plain web server without the vendor's error codes, such as the metadata services of both vendors."""

from __future__ import annotations

from collections.abc import Iterable

from .request import Call, Refusal


def throttled() -> Refusal:
    """The refusal of too many calls."""
    return Refusal(429, "Too Many Requests", "Too many requests.")


def broken(status: int) -> Refusal:
    """The refusal with which a server reports its own failure."""
    return Refusal(status, "Internal Server Error", "Something went wrong.")


def denied(call: Call) -> Refusal:  # noqa: ARG001 - one shape for all vendors
    """The refusal of a call that the caller lacks the permission for."""
    return Refusal(403, "Forbidden", "Access is not allowed.")


def not_emulated(status: int, code: str, usual: str, operation: str, operations: Iterable[str]) -> Refusal:
    """The vendor's refusal of an unknown operation. The message says that it is the emulator which lacks it.

    :param status: HTTP status.
    :param code: the vendor's error code.
    :param usual: the vendor's message.
    :param operation: name of the requested operation.
    :param operations: names of the emulated ones.
    """
    return Refusal(status, code, f"{usual} The emulator has no operation {operation}; it has {', '.join(operations)}.")
