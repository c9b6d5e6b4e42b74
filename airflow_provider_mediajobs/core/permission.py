# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whether an account has a permission, by the error of a call that tried it.

Error class and vendor's code decide, never the message's text.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from .errors import (
    AccountNotInOrder,
    ApiError,
    AuthError,
    ConfigError,
    Contradiction,
    CredentialsRefused,
    CredentialsUnavailable,
    DeniedHere,
    MediaJobsError,
    PermissionDenied,
    ServerFault,
    StaleRequest,
    Throttled,
    TransportError,
    UnreadableResponse,
    WrongPlace,
)


class PermissionStatus(StrEnum):
    """The status of a permission after it was tried."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """The key is valid, but lacks the permission."""
    WRONG_KEY = "wrong key"
    """Unknown key, wrong secret, bad or expired token."""
    NO_CREDENTIALS = "no credentials"
    """The service of temporary credentials refused or did not answer."""
    WRONG_CLOCK = "wrong clock"
    """The request's date is too far from the vendor's."""
    WRONG_PLACE = "wrong project or region"
    """The key is not of this project or region, or the endpoint does not serve the operation."""
    NOT_IN_ORDER = "account not in order"
    """The service is not opened, or the account not verified, suspended or overdue."""
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    """No answer came, or one that is not the vendor's, such as a proxy's page."""
    BROKEN = "vendor's fault"
    UNCLEAR = "unclear"
    """An error that does not tell whether the permission was checked."""
    NOT_ASKED = "not asked"


# The first class that matches counts. None means allowed: only a success, or a code that proves it, does.
_BY_ERROR: tuple[tuple[type[MediaJobsError], PermissionStatus], ...] = (
    (AccountNotInOrder, PermissionStatus.NOT_IN_ORDER),
    (DeniedHere, PermissionStatus.WRONG_PLACE),
    (WrongPlace, PermissionStatus.WRONG_PLACE),
    (PermissionDenied, PermissionStatus.DENIED),
    (AuthError, PermissionStatus.WRONG_KEY),
    (Throttled, PermissionStatus.THROTTLED),
    (ServerFault, PermissionStatus.BROKEN),
    (StaleRequest, PermissionStatus.BROKEN),
    (Contradiction, PermissionStatus.BROKEN),
    (TransportError, PermissionStatus.UNREACHABLE),
    (UnreadableResponse, PermissionStatus.UNREACHABLE),
    (ConfigError, PermissionStatus.WRONG_PLACE),  # the connection lacks the region that the host depends on
)

ExplainCode = Callable[[str], PermissionStatus | None]


def permission_status(error: MediaJobsError, explain_code: ExplainCode) -> PermissionStatus:
    """The status of a permission, by the error of the call that tried it.

    :param explain_code: the status that the vendor's table gives for a code; ``None`` where the error's class decides.
    """
    if isinstance(error, CredentialsRefused | CredentialsUnavailable):  # its code is that of another service
        return PermissionStatus.NO_CREDENTIALS
    blamed = explain_code(error.code) if isinstance(error, ApiError) and not error.retryable else None
    return blamed or next(
        (permission for sort, permission in _BY_ERROR if isinstance(error, sort)), PermissionStatus.UNCLEAR
    )
