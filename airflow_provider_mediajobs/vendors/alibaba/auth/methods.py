# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The methods of obtaining Alibaba Cloud credentials, as the field ``credentials`` of a connection names them.

The connection form, its checks and the documentation are derived from them. Providers are imported when they are used,
so that parsing a DAG file does not load them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....core.credentials import ACCESS_KEY, AuthMethod, Environment, Parameter, ResolvedCredentials

if TYPE_CHECKING:
    from ....core.account import CredentialProvider

_SESSION = Parameter(
    "role_session_name",
    "Role session name",
    "The name of the session in the vendor's audit log, airflow-mediajobs unless set",
    variable="ALIBABA_CLOUD_ROLE_SESSION_NAME",
    default="airflow-mediajobs",
)
_DURATION = Parameter(
    "duration_seconds",
    "Session duration",
    "Lifetime of temporary credentials in seconds, 3600 unless set",
    default="3600",
    bounds=(900, 43_200),
)
_ROLE = Parameter(
    "role_arn", "Role ARN", "ARN of the RAM role to assume", required=True, variable="ALIBABA_CLOUD_ROLE_ARN"
)


def _assume_role(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``assume_role``."""
    from .credentials import AssumedRole

    return AssumedRole(**given)


def _oidc(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``oidc``."""
    from .credentials import OidcRole

    return OidcRole(**given)


def _ecs_ram_role(given: Mapping[str, str]) -> CredentialProvider:
    """The provider of ``ecs_ram_role``."""
    from .credentials import InstanceRole

    return InstanceRole(**given)


def _default(environment: Environment) -> ResolvedCredentials:
    """What ``default`` finds: see :func:`chain.default_chain`."""
    from .chain import default_chain

    return default_chain(environment)


AUTH_METHODS = (
    AuthMethod(
        ACCESS_KEY,
        "the access key signs requests",
        "access key id and its secret",
    ),
    AuthMethod(
        "assume_role",
        "the access key assumes a RAM role",
        "access key id and its secret",
        (
            _ROLE,
            _SESSION,
            _DURATION,
            Parameter(
                "external_id", "External id", "The external id that the role's trust policy requires, if it does"
            ),
            Parameter(
                "policy",
                "Session policy",
                "A RAM policy as JSON: the session gets only those of the role's permissions that it allows",
                long=True,
            ),
        ),
        _assume_role,
    ),
    AuthMethod(
        "oidc",
        "an OIDC token assumes a RAM role, as in pods of ACK (RRSA)",
        "",
        (
            _ROLE,
            Parameter(
                "oidc_provider_arn",
                "OIDC provider ARN",
                "ARN of the identity provider in RAM",
                required=True,
                variable="ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            ),
            Parameter(
                "oidc_token_file",
                "OIDC token file",
                "Path of the file with the OIDC token",
                required=True,
                variable="ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            ),
            _SESSION,
            _DURATION,
        ),
        _oidc,
    ),
    AuthMethod(
        "ecs_ram_role",
        "the RAM role of the ECS instance that Airflow runs on",
        "",
        (
            Parameter(
                "ecs_role_name",
                "Name of the instance's role",
                "The RAM role of the instance; looked up where it is empty",
                variable="ALIBABA_CLOUD_ECS_METADATA",
            ),
        ),
        _ecs_ram_role,
    ),
    AuthMethod("default", "what the vendor's own tools would find on this machine", "", find=_default),
)
