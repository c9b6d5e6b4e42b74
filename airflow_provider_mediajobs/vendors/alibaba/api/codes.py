# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The error codes of Alibaba's gateway, products and identity services: the error class and permission status of each.

Codes decide, not HTTP statuses: products send the same code with different statuses (``Throttling.User`` with 400, 429
or 503).
"""

from __future__ import annotations

from ....core.codes import Code, rows
from ....core.errors import (
    AccountNotInOrder,
    ApiError,
    AuthError,
    CredentialsExpired,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    StaleRequest,
    Throttled,
    WrongPlace,
)
from ....core.permission import PermissionStatus

_BUSY = "SystemBusy ServiceBusy ServerBusy SystemError InternalServerError InternalFailure LastTokenProcessing"
_TOO_MANY = "QpsLimitExceeded QPSLimitExceeded TooManyRequests RequestThrottled Throttled"
_KEYS = (
    "Forbidden.AccessKeyDisabled Forbidden.AccessKey NoEnabledAccessKey InvalidAccessKeyId.NotFound "
    "InvalidAccessKeyId.Inactive InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey "
    "MissingAccessKeyId InvalidSignature InvalidCredentials"
)
_PLACES = (
    "InvalidAction InvalidAction.NotFound InvalidApi.NotFound InvalidProduct.NotFound InvalidVersion "
    "InvalidVersion.NotFound InvalidProtocol.NeedSsl UnsupportedHTTPMethod InvalidRegion InvalidRegion.NotFound "
    "InvalidRegionId InvalidRegionId.NotFound UnsupportedRegion InvalidHost InvalidSignatureMethod "
    "InvalidSignatureVersion"
)
_ACCOUNTS = (
    "OperationDenied OperationDenied.Suspended InsufficientBalance RealNameAuthenticationError Arrearage "
    "Forbidden.RiskControl UserNotFound InvalidAccount.NotFound"
)
# About the form of the request, not about an id. They prove no permission, since the gateway may answer with them
# before it checks the permission.
_FORMS = (
    "InvalidParameter.Format InvalidParameter.Accept ContentMD5NotMatched MissingParameter UnsupportedParameter "
    "Forbidden.IllegalStatus"  # of VOD: the video's status does not allow transcoding
)

# MPS refuses to cancel a job that has left the queue by these codes. In spite of their name no permission is missing.
_LEFT_QUEUE = "PermissionDenied.JobInRunning PermissionDenied.JobInComplete PermissionDenied.JobInFailure"

CODES: dict[str, Code] = {
    **rows(ServerFault, PermissionStatus.BROKEN, _BUSY),
    **rows(Throttled, PermissionStatus.THROTTLED, _TOO_MANY),
    **rows(AuthError, PermissionStatus.WRONG_KEY, _KEYS),
    **rows(CredentialsExpired, PermissionStatus.WRONG_KEY, "InvalidSecurityToken.Expired SecurityTokenExpired"),
    **rows(
        AuthError, PermissionStatus.WRONG_CLOCK, "InvalidTimeStamp.Expired InvalidTimeStamp.Format RequestTimeTooSkewed"
    ),
    **rows(WrongPlace, PermissionStatus.WRONG_PLACE, _PLACES),
    **rows(AccountNotInOrder, PermissionStatus.NOT_IN_ORDER, _ACCOUNTS),
    **rows(RequestRejected, PermissionStatus.UNCLEAR, _FORMS),
    **rows(RequestRejected, PermissionStatus.UNCLEAR, _LEFT_QUEUE),
    **rows(
        PermissionDenied, PermissionStatus.DENIED, "Forbidden.RAM Forbidden.SubUser Forbidden.Unauthorized AccessDenied"
    ),
    # About the requested id. Only such codes prove a permission; each kind declares which of them do for it.
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "InvalidParameter InvalidCasterId.Malformed"),
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "InvalidJobId.Malformed InvalidVideoId.Malformed"),
    **rows(JobNotFound, PermissionStatus.UNCLEAR, "InvalidShowList.NotFound InvalidCasterId.NotFound"),
    **rows(JobNotFound, PermissionStatus.UNCLEAR, "JobNotFound InvalidJob.NotFound InvalidJobId.NotFound"),
    **rows(JobNotFound, PermissionStatus.UNCLEAR, "InvalidVideo.NotFound InvalidVideoId.NotFound NoSuchResource"),
}

FAMILIES: dict[str, Code] = {
    **rows(Throttled, PermissionStatus.THROTTLED, "Throttling"),
    **rows(ServerFault, PermissionStatus.BROKEN, "ServiceUnavailable ServiceUnAvailable InternalError UnknownError"),
    **rows(StaleRequest, PermissionStatus.BROKEN, "SignatureNonceUsed"),
    **rows(AuthError, PermissionStatus.WRONG_CLOCK, "InvalidTimeStamp InvalidTimestamp IllegalTimestamp"),
    **rows(AuthError, PermissionStatus.WRONG_KEY, "SignatureDoesNotMatch IncompleteSignature InvalidAccessKeyId"),
    **rows(AuthError, PermissionStatus.WRONG_KEY, "InvalidSecurityToken MissingSecurityToken InvalidAccessKeySecret"),
    **rows(PermissionDenied, PermissionStatus.DENIED, "Forbidden NoPermission"),
    **rows(PermissionDenied, PermissionStatus.UNCLEAR, "OperationDenied"),
}
"""Rows for codes that ``CODES`` lacks, by the part before the first dot: ``Throttling`` for ``Throttling.User`` etc."""


def known(code: str) -> Code | None:
    """The row of the tables for a code: of the whole code, otherwise of its first part; ``None`` without a row."""
    return CODES.get(code) or FAMILIES.get(code.partition(".")[0])


def sort_of(code: str, status: int) -> type[ApiError] | None:
    """The package's error class for a code; ``None`` where the HTTP status decides.

    :param status: HTTP status of the answer.
    """
    if (row := known(code)) is not None:
        return row.sort
    # Codes that no page lists, such as InvalidCaster.NotFound: products name an unknown id in this pattern.
    return JobNotFound if code.endswith("NotFound") and status not in {401, 403, 429} and status < 500 else None
