# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The methods of obtaining Huawei Cloud credentials, as the field ``credentials`` of a connection names them.

The connection form, its checks and the documentation are derived from them. Providers are imported when they are used,
so that parsing a DAG file does not load them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....core.credentials import ACCESS_KEY, AuthMethod, Parameter

if TYPE_CHECKING:
    from ....core.account import CredentialProvider


def _iam_user(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``iam_user``."""
    from .credentials import IamUser

    return IamUser(**given)


def _agency(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``agency``."""
    from .credentials import Agency

    return Agency(**given)


def _ecs_agency(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``ecs_agency``."""
    from .credentials import InstanceAgency

    return InstanceAgency(**given)


AUTH_METHODS = (
    AuthMethod(
        ACCESS_KEY,
        "the access key signs requests, or the IAM token is sent",
        "access key id and its secret",
    ),
    AuthMethod(
        "iam_user",
        "an IAM user's name and password are exchanged for tokens",
        "IAM user's name and password",
        (
            Parameter(
                "domain_name", "Account name", "The account that the IAM user or the agency belongs to", required=True
            ),
        ),
        _iam_user,
    ),
    AuthMethod(
        "agency",
        "the access key assumes an agency of another account",
        "access key id and its secret",
        (
            Parameter(
                "agency_name",
                "Agency",
                "Name of the agency that the other account has made for this one",
                required=True,
            ),
            Parameter(
                "domain_name", "Account name", "The account that the IAM user or the agency belongs to", required=True
            ),
            Parameter(
                "duration_seconds",
                "Session duration",
                "Lifetime of temporary credentials in seconds, 3600 unless set",
                default="3600",
                bounds=(900, 86_400),
            ),
        ),
        _agency,
    ),
    AuthMethod("ecs_agency", "the agency of the ECS instance that Airflow runs on", "", (), _ecs_agency),
)
