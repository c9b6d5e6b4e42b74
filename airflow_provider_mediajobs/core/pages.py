# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How far a list that others fill too is read, and where it ends."""

from __future__ import annotations

from .errors import UnreadableResponse

PAGES = 50
"""Of a list that others fill too; from a part of it nothing can be concluded."""


def is_last(sent: int, size: int, received: int, total: int | None) -> bool:
    """Whether a page ends its list.

    :param sent: records on it.
    :param size: that were asked for.
    :param received: on all pages so far.
    :param total: in the list, where the vendor says so.
    """
    return not sent or (received >= total if total is not None else sent < size)


def too_long() -> UnreadableResponse:
    """The error for a list that has not ended."""
    return UnreadableResponse(200, f"the list has more than {PAGES} pages")
