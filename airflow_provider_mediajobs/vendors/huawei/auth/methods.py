# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The methods of getting Huawei Cloud credentials, as a connection names them. Providers are imported when used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....core.credentials import ACCESS_KEY, AuthMethod, Parameter

if TYPE_CHECKING:
    from ....core.account import CredentialProvider


def _iam_user(given: Mapping[str, str]) -> CredentialProvider:
    from .credentials import IamUser

    return IamUser(**given)


def _agency(given: Mapping[str, str]) -> CredentialProvider:
    from .credentials import Agency

    return Agency(**given)


def _ecs_agency(given: Mapping[str, str]) -> CredentialProvider:
    from .credentials import InstanceAgency

    return InstanceAgency(**given)


AUTH_METHODS = (
    AuthMethod(
        ACCESS_KEY,
        "the access key itself signs, or the IAM token is sent",
        "access key id and its secret",
    ),
    AuthMethod(
        "iam_user",
        "an IAM user's name and password get tokens",
        "IAM user's name and password",
        (Parameter("domain_name", "Account name", "That the IAM user, or the agency, belongs to", required=True),),
        _iam_user,
    ),
    AuthMethod(
        "agency",
        "the access key takes over an agency of another account",
        "access key id and its secret",
        (
            Parameter("agency_name", "Agency", "That the other account has made for this one", required=True),
            Parameter("domain_name", "Account name", "That the IAM user, or the agency, belongs to", required=True),
            Parameter(
                "duration_seconds",
                "Session duration",
                "Seconds that temporary credentials live, 3600 unless set",
                default="3600",
                bounds=(900, 86_400),
            ),
        ),
        _agency,
    ),
    AuthMethod("ecs_agency", "the agency of the ECS instance that Airflow runs on", "", (), _ecs_agency),
)
