# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What an emulated request asks for, who asks, and how it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ..http import Pairs


class Token(StrEnum):
    """What the world thinks of a token that somebody shows."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EmulatedKey:
    """An access key that the world accepts.

    :param security_token: makes it a temporary key: requests must carry this token too.
    :param holder: whom it was lent to, in the vendor's words; empty for a key that was there from the beginning.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    holder: str = ""


class Limit(NamedTuple):
    """So many calls in so many seconds.

    :param name: of the bucket; operations whose limits have the same name share it.
    """

    name: str
    calls: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, read before anything is checked. Holds nothing secret: it is recorded and shown.

    :param action: the operation's name on the vendor's page, or what was asked where there is no such operation.
    :param product: the vendor's product, where one was recognised.
    :param kind: the kind of job it is about.
    :param ids: ids that it names, as kinds call them; a name may repeat.
    :param limit: the bucket it comes out of.
    :param parameters: what was given, without signatures and tokens.
    """

    action: str
    product: str | None = None
    kind: str | None = None
    ids: Pairs = ()
    limit: str | None = None
    parameters: Pairs = ()


class Refusal(Exception):
    """The vendor's "no": raised anywhere below ``answer``, written out by ``refuse``.

    :param retry_after: seconds, told in the vendor's way.
    :param details: further fields of the vendor's envelope.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after: float | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.details = details or {}

    @property
    def whole_seconds(self) -> dict[str, str]:
        """The header that tells how long to wait, as HTTP has it; of the vendors' pages none documents it."""
        return {} if self.retry_after is None else {"retry-after": str(max(1, round(self.retry_after)))}
