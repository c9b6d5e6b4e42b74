# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Errors that are answers of a look, as plain JSON: see :mod:`wait_event`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import errors, typed
from .errors import ApiError, MediaJobsError, UnreadableResponse

# Error classes that an event may hold, by name. Ends of jobs are decided on the worker and never stored.
_ERRORS: dict[str, type[MediaJobsError]] = {
    name: getattr(errors, name)
    for name in (
        "AuthError ConfigError ConnectionUnavailable CredentialsExpired CredentialsRefused CredentialsUnavailable "
        "JobNotFound LookCut LookFailed ParameterError PermissionDenied RequestRejected ServerFault StaleRequest "
        "Throttled TransportError UnreadableResponse"
    ).split()
}
# Subclasses that were added later: stored beside the base class, which older readers know.
_FINER: dict[str, type[MediaJobsError]] = {
    name: getattr(errors, name)
    for name in ("AccountNotInOrder", "Contradiction", "DeniedHere", "NoCallLeft", "WrongPlace")
}
_API_FACTS = ("code", "message", "status", "request_id", "retry_after")


def to_json(error: MediaJobsError) -> dict[str, Any]:
    """The error's class name and fields."""
    if isinstance(error, ApiError):
        facts = {name: getattr(error, name) for name in _API_FACTS} | {"hint": error.hint}
    elif isinstance(error, UnreadableResponse):
        facts = {"status": error.status, "body": error.args[1], "retry_after": error.retry_after}
    else:
        facts = {"message": str(error)}
    sort = next((of for of in type(error).__mro__ if of.__name__ in _ERRORS), type(error))
    finer = next(({"finer": name} for name, of in _FINER.items() if isinstance(error, of)), {})
    return {"error": sort.__name__} | facts | finer


def from_json(packed: Mapping[str, Any]) -> MediaJobsError:
    """The error that was stored.

    :raises KeyError: for an unknown class or a missing field.
    :raises TypeError: for a field of the wrong type.
    """
    made = _ERRORS[packed["error"]]
    finer = _FINER.get(packed.get("finer", ""), made)
    made = finer if issubclass(finer, made) else made
    if issubclass(made, ApiError):
        return made(
            typed.text(packed["code"]),
            typed.text(packed["message"]),
            status=typed.maybe(packed["status"], int),
            request_id=typed.maybe(packed["request_id"], str),
            retry_after=typed.maybe(packed["retry_after"], int, float),
            hint=typed.text(packed.get("hint", "")),
        )
    if issubclass(made, UnreadableResponse):
        pause = typed.maybe(packed.get("retry_after"), int, float)
        return made(typed.of_type(packed["status"], int), typed.text(packed["body"]), retry_after=pause)
    return made(typed.text(packed["message"]))
