# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every row of the table of Alibaba's error codes: the error class, and the doctor's verdict.

Covers ``core.codes``.
"""

from __future__ import annotations

from airflow_provider_mediajobs.vendors.alibaba.api import codes

# By our error and the verdict; a dot at the end marks a family.
EXPECTED = {
    ("Throttled", "throttled"): (
        "Throttling. QpsLimitExceeded QPSLimitExceeded TooManyRequests RequestThrottled Throttled"
    ),
    ("ServerFault", "vendor's fault"): (
        "ServiceUnavailable. ServiceUnAvailable. InternalError. UnknownError. SystemBusy ServiceBusy ServerBusy "
        "SystemError InternalServerError InternalFailure LastTokenProcessing"
    ),
    ("StaleRequest", "vendor's fault"): "SignatureNonceUsed.",
    ("AuthError", "wrong clock"): (
        "InvalidTimeStamp. InvalidTimestamp. IllegalTimestamp. InvalidTimeStamp.Expired InvalidTimeStamp.Format "
        "RequestTimeTooSkewed"
    ),
    ("AuthError", "wrong key"): (
        "SignatureDoesNotMatch. IncompleteSignature. InvalidAccessKeyId. InvalidSecurityToken. MissingSecurityToken. "
        "InvalidAccessKeySecret. Forbidden.AccessKeyDisabled Forbidden.AccessKey NoEnabledAccessKey "
        "InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive InvalidSecurityToken.Malformed "
        "InvalidSecurityToken.MismatchWithAccessKey MissingAccessKeyId InvalidSignature InvalidCredentials"
    ),
    ("CredentialsExpired", "wrong key"): "InvalidSecurityToken.Expired SecurityTokenExpired",
    ("WrongPlace", "wrong project or region"): (
        "InvalidAction InvalidAction.NotFound InvalidApi.NotFound InvalidProduct.NotFound InvalidVersion "
        "InvalidVersion.NotFound InvalidProtocol.NeedSsl UnsupportedHTTPMethod InvalidRegion InvalidRegion.NotFound "
        "InvalidRegionId InvalidRegionId.NotFound UnsupportedRegion InvalidHost InvalidSignatureMethod "
        "InvalidSignatureVersion"
    ),
    ("AccountNotInOrder", "account not in order"): (
        "OperationDenied OperationDenied.Suspended InsufficientBalance RealNameAuthenticationError Arrearage "
        "Forbidden.RiskControl UserNotFound InvalidAccount.NotFound"
    ),
    ("PermissionDenied", "denied"): (
        "Forbidden. NoPermission. Forbidden.RAM Forbidden.SubUser Forbidden.Unauthorized AccessDenied"
    ),
    ("PermissionDenied", "unclear"): "OperationDenied.",
    ("RequestRejected", "unclear"): (
        "InvalidParameter.Format InvalidParameter.Accept ContentMD5NotMatched MissingParameter UnsupportedParameter "
        "Forbidden.IllegalStatus InvalidParameter InvalidCasterId.Malformed InvalidJobId.Malformed "
        "InvalidVideoId.Malformed PermissionDenied.JobInRunning PermissionDenied.JobInComplete "
        "PermissionDenied.JobInFailure"
    ),
    ("JobNotFound", "unclear"): (
        "InvalidShowList.NotFound InvalidCasterId.NotFound JobNotFound InvalidJob.NotFound InvalidJobId.NotFound "
        "InvalidVideo.NotFound InvalidVideoId.NotFound NoSuchResource"
    ),
}


def test_every_row() -> None:
    """And none besides."""
    rows = codes.CODES | {f"{family}.": row for family, row in codes.FAMILIES.items()}
    expected = {code: meaning for meaning, listed in EXPECTED.items() for code in listed.split()}

    assert {code: (row.sort.__name__, str(row.permission)) for code, row in rows.items()} == expected


def test_every_member_of_a_family_means_the_same() -> None:
    """But for those with a row of their own."""
    assert codes.known("Throttling.Whatever.Comes") == codes.FAMILIES["Throttling"]
    assert codes.known("Forbidden.New") == codes.FAMILIES["Forbidden"]
    assert codes.known("Forbidden.AccessKeyDisabled") != codes.FAMILIES["Forbidden"]
    assert codes.known("ForbiddenNew") is None
