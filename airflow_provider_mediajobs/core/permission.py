"""What a trial call says of a permission. Decided by the sort of error and by the vendor's code, never by a message."""

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
    """On one permission."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """The key is good; the permission is missing."""
    WRONG_KEY = "wrong key"
    """Unknown key, wrong secret, bad or expired token."""
    NO_CREDENTIALS = "no credentials"
    """Whoever hands out the temporary ones that it would be tried with refuses, or does not answer."""
    WRONG_CLOCK = "wrong clock"
    """The request's date is too far from the vendor's."""
    WRONG_PLACE = "wrong project or region"
    """The project or region is not the key's, or what answers does not serve the operation."""
    NOT_IN_ORDER = "account not in order"
    """Not opened, not verified, suspended, overdue."""
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    """No answer, or one that is not the vendor's."""
    BROKEN = "vendor's fault"
    UNCLEAR = "unclear"
    """An answer of which nobody says whether the permission was looked at before."""
    NOT_ASKED = "not asked"


# The first that fits. None allows anything: only an answer, or a code that the vendor's table takes for a proof, does.
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
    """On the permission whose trial met this error.

    :param explain_code: what the vendor's table says of a code, on that permission: more than the sort of error tells.
    """
    if isinstance(error, CredentialsRefused | CredentialsUnavailable):  # its code is of another service
        return PermissionStatus.NO_CREDENTIALS
    blamed = explain_code(error.code) if isinstance(error, ApiError) and not error.retryable else None
    return blamed or next(
        (permission for sort, permission in _BY_ERROR if isinstance(error, sort)), PermissionStatus.UNCLEAR
    )
