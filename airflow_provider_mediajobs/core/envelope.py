"""What an answer is before anybody looks for a job in it: a success, the vendor's error, or not the vendor's at all."""

from __future__ import annotations

from collections.abc import Callable, Collection

from .errors import ApiError, UnreadableResponse
from .http import HttpResponse

Told = Callable[[HttpResponse], ApiError | None]
"""Reads the error that a vendor's envelope tells of, if it tells of one."""


def check(response: HttpResponse, told: Told) -> None:
    """Raise what the answer means; return where it is a success.

    :raises ApiError: the vendor's error.
    :raises UnreadableResponse: for an answer that is not the vendor's.
    """
    if not 200 <= response.status < 300:
        raise told(response) or UnreadableResponse(response.status, response.body)


def check_empty(response: HttpResponse, told: Told, fields: Collection[str]) -> None:
    """Raise what a success without a job in it means; return where the vendor says that there is none.

    :param fields: the vendor's own answer has at least one of them, also where there is no job.
    :raises ApiError: the vendor's error, sent with the status of a success.
    :raises UnreadableResponse: for an answer that is not the vendor's.
    """
    if error := told(response):
        raise error
    if response.json().keys().isdisjoint(fields):
        raise UnreadableResponse(response.status, response.body)
