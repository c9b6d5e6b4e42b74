# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The error codes of Huawei's API gateway, VOD, MPC and IAM: the error class and permission status of each.

Codes decide, not HTTP statuses: VOD and MPC report internal errors with 403 and 400, which by status alone would be
refusals, and end waits that only have to go on.
"""

from __future__ import annotations

from ....core.codes import Code, rows
from ....core.errors import (
    AccountNotInOrder,
    ApiError,
    AuthError,
    CredentialsExpired,
    DeniedHere,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    WrongPlace,
)
from ....core.permission import PermissionStatus

GATEWAY: dict[str, Code] = {
    **rows(WrongPlace, PermissionStatus.WRONG_PLACE, "0101 0607 0801"),  # no such path, protocol or service there
    # Failures of the gateway or of a back end, with any status from 400 to 503.
    **rows(
        ServerFault,
        PermissionStatus.BROKEN,
        "0103 0104 0105 0106 0202 0203 0404 0601 0605 0606 0608 0609 0610 0611 0612",
    ),
    **rows(ServerFault, PermissionStatus.BROKEN, "0613 0705"),
    **rows(AuthError, PermissionStatus.WRONG_KEY, "0301 0303 0305 0311"),  # 0301 also refuses a locked key
    **rows(CredentialsExpired, PermissionStatus.WRONG_KEY, "0307"),
    **rows(Throttled, PermissionStatus.THROTTLED, "0308"),
    **rows(PermissionDenied, PermissionStatus.DENIED, "0302 0304 0306 0310"),
    **rows(DeniedHere, PermissionStatus.UNCLEAR, "0401 0402"),  # the caller's IP address is not allowed
    **rows(DeniedHere, PermissionStatus.WRONG_PLACE, "0802"),
    **rows(AccountNotInOrder, PermissionStatus.NOT_IN_ORDER, "0501 0502"),  # quota used up, account frozen
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "0602"),
}
"""Errors of the API gateway by the code's part after the dot: ``APIGW.0301``, or ``APIG.0301`` from newer gateways.

``0201`` is not listed, since its status decides: request too large with 4xx, back end unavailable with 5xx.
"""

# Errors of the products, by the whole code.
PRODUCTS: dict[str, Code] = {
    **rows(AuthError, PermissionStatus.WRONG_KEY, "VOD.10054 VST.10004 MPC.10203"),
    **rows(PermissionDenied, PermissionStatus.DENIED, "VOD.10074 VOD.10111 PAP5.0020"),
    **rows(Throttled, PermissionStatus.THROTTLED, "TooManyRequests"),
    **rows(ServerFault, PermissionStatus.BROKEN, "VOD.10051 VOD.10052"),  # sent as 403
    **rows(ServerFault, PermissionStatus.BROKEN, "VST.10002 MPC.10050"),  # sent as 400
    **rows(ServerFault, PermissionStatus.BROKEN, "MPC.10212"),  # "operation failed", unspecific, sent as 403
    **rows(
        AccountNotInOrder, PermissionStatus.NOT_IN_ORDER, "VOD.10055 VOD.10056 VOD.10120"
    ),  # the account is not verified, abnormal, overdue
    **rows(DeniedHere, PermissionStatus.WRONG_PLACE, "VOD.10057 MPC.10208"),  # the project id is not the key's
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "MPC.10204 MPC.10205 MPC.10209 MPC.10210 MPC.10223 MPC.10224"),
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "MPC.10230 MPC.10231"),
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "VOD.10083"),  # the run is no longer queued
    # About the requested id. Only such codes prove a permission; each kind declares which of them do for it.
    **rows(RequestRejected, PermissionStatus.UNCLEAR, "VOD.10053 VOD.10081 VST.10001 MPC.10202"),
    **rows(JobNotFound, PermissionStatus.UNCLEAR, "VOD.10062"),
}


def known(code: str) -> Code | None:
    """The row of the tables for a code; ``None`` without a row."""
    family, _, number = code.partition(".")
    return GATEWAY.get(number) if family in {"APIGW", "APIG"} else PRODUCTS.get(code)


def sort_of(code: str, status: int) -> type[ApiError] | None:  # noqa: ARG001 - as described
    """The package's error class for a code; ``None`` where the HTTP status decides.

    :param status: not needed here; all vendors' functions have the same parameters.
    """
    row = known(code)
    return None if row is None else row.sort
