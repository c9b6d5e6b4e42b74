# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Requests to the emulator: their keys and tokens, the operations they call, their refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ..http import Pairs


class Token(StrEnum):
    """Whether a token is accepted."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EmulatedKey:
    """An access key that the emulator accepts.

    :param security_token: for a temporary key: the token that its requests must carry.
    :param holder: for an issued key: the identity that it acts for, as the vendor writes it; else empty.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    holder: str = ""


class Limit(NamedTuple):
    """A quota: at most ``calls`` calls in any ``seconds`` seconds.

    :param name: name of the bucket; operations whose limits have the same name share it.
    """

    name: str
    calls: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """The operation that a request calls, read before it is authenticated. It is recorded, so it holds no secret.

    :param action: the operation's name on the vendor's page; for an unknown operation, the name that was requested.
    :param product: the vendor's product, where one was recognised.
    :param kind: name of the kind of job that is asked for, if any.
    :param ids: ids that the request names, by the names of the kind's ids; a name may repeat.
    :param limit: name of the quota's bucket that the call counts against.
    :param parameters: the request's parameters, without signatures and tokens.
    """

    action: str
    product: str | None = None
    kind: str | None = None
    ids: Pairs = ()
    limit: str | None = None
    parameters: Pairs = ()


class Refusal(Exception):
    """The vendor refuses the request.

    Raised by :attr:`EmulatedVendor.authenticate` and :attr:`EmulatedVendor.answer`; :attr:`EmulatedVendor.refuse` makes
    the error response of it.

    :param status: HTTP status.
    :param code: the vendor's error code.
    :param retry_after: seconds that the client is asked to wait.
    :param details: further fields of the vendor's error envelope.
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
        """HTTP's ``Retry-After`` header in whole seconds, where there is a wait. No vendor's page documents it."""
        return {} if self.retry_after is None else {"retry-after": str(max(1, round(self.retry_after)))}
