# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The error codes of Alibaba's gateway, of the products, and of the identity services.

The same code comes with different statuses from different products (``Throttling.User`` as 400, 429 or 503).
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
# About the request, not an id: the gateway may answer with them before it checks the permission.
_FORMS = (
    "InvalidParameter.Format InvalidParameter.Accept ContentMD5NotMatched MissingParameter UnsupportedParameter "
    "Forbidden.IllegalStatus"  # the last is VOD's: the video is in no state to be transcoded
)

# Of a job that has left the queue and cannot be cancelled any more (MPS): no permission is missing.
_PAST_QUEUE = "PermissionDenied.JobInRunning PermissionDenied.JobInComplete PermissionDenied.JobInFailure"

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
    **rows(RequestRejected, PermissionStatus.UNCLEAR, _PAST_QUEUE),
    **rows(
        PermissionDenied, PermissionStatus.DENIED, "Forbidden.RAM Forbidden.SubUser Forbidden.Unauthorized AccessDenied"
    ),
    # About the requested id. Only such codes prove a permission; each kind declares which of them do.
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
"""Errors by the code's part before the first dot: ``Throttling`` also for ``Throttling.User``, ``Throttling.Api`` …"""


def known(code: str) -> Code | None:
    """The table's row for a code; ``None`` where it has none."""
    return CODES.get(code) or FAMILIES.get(code.partition(".")[0])


def sort_of(code: str, status: int) -> type[ApiError] | None:
    """The package's error class for a code; ``None`` where the HTTP status decides."""
    if (row := known(code)) is not None:
        return row.sort
    # InvalidCaster.NotFound, … : what else the products may say of an id.
    return JobNotFound if code.endswith("NotFound") and status not in {401, 403, 429} and status < 500 else None
