# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Providers of temporary Alibaba Cloud credentials.

They call ``AssumeRole`` and ``AssumeRoleWithOIDC`` of STS (2015-04-01), the metadata service of ECS instances in its
hardened mode, which requires a session token, and the service named by ``ALIBABA_CLOUD_CREDENTIALS_URI``. Nothing of an
answer without credentials is shown in an error, since it may hold part of a key.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ....core import facts
from ....core.account import Account, Credentials
from ....core.credentials import NoCredentials, answer, local, no_instance, temporary, word
from ....core.errors import (
    ApiError,
    ConfigError,
    CredentialsUnavailable,
    MediaJobsError,
    TransportError,
    UnreadableResponse,
)
from ....core.http import HttpResponse, Pairs, percent_encode
from ....core.kind import Exchange
from ..api.rpc import call, check_empty

STS_VERSION = "2015-04-01"
STS = "https://sts.aliyuncs.com"
METADATA = "http://100.100.100.200"
METADATA_TOKEN_S = 60
"""Lifetime in seconds of a session token of the metadata service, which is used for the next requests only."""

_TOKEN = "X-aliyun-ecs-metadata-token"  # noqa: S105 - the name of a header
_ROLES = "/latest/meta-data/ram/security-credentials/"
_TOKEN_EXPIRED = "AuthenticationFail.OIDCToken.Expired"  # noqa: S105 - an error code
_KEY_FIELDS = "AccessKeyId, AccessKeySecret and SecurityToken"
_NOT_METADATA = (
    "check that Airflow runs on an ECS instance, and `metadata` in the connection's `endpoints`, if it is set there"
)
_NO_STS_CREDENTIALS = (
    f"the answer of STS holds no credentials: it must be JSON with {_KEY_FIELDS} under Credentials; "
    "check `sts` in the connection's `endpoints`, its `host`, and the proxy: the host must be STS"
)
_NO_SESSION_TOKEN = (
    "the metadata service's answer to PUT /latest/api/token holds no session token: it must be one word; "
    f"{_NOT_METADATA}"
)
_NO_ROLE_NAME = (
    f"the metadata service's answer to GET {_ROLES} holds no role name: it must be one word; set `ecs_role_name`, or "
    f"{_NOT_METADATA}"
)
_NO_INSTANCE_CREDENTIALS = (
    f"the metadata service's answer to GET {_ROLES}<role> holds no credentials: it must be JSON with {_KEY_FIELDS}; "
    f"{_NOT_METADATA}"
)
_NO_SERVICE_CREDENTIALS = (
    f"the answer of the credentials service holds no credentials: it must be JSON with {_KEY_FIELDS}; check the "
    "service and its URL, which is in ALIBABA_CLOUD_CREDENTIALS_URI or in `credentials_uri` of the CLI's profile"
)


def at_sts(account: Account) -> Account:
    """The account with the scheme and host of STS as its only endpoint.

    That is STS's central host, unless the connection sets another: an emulator, a gateway or a VPC endpoint.
    """
    return replace(account, endpoints={"sts": account.override("sts") or STS})


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A RAM role that is assumed with the connection's own key.

    :param role_arn: ARN of the role.
    :param role_session_name: name of the session in the vendor's audit log.
    :param duration_seconds: lifetime of the credentials in seconds, as text.
    :param external_id: the external id that the role's trust policy demands, if any.
    :param policy: JSON of a policy that restricts the session to a part of the role's permissions.
    """

    role_arn: str
    role_session_name: str
    duration_seconds: str
    external_id: str = field(default="", repr=False)
    policy: str = ""
    file = None
    of_project = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """The external id: the vendor does not call it secret, but it helps whoever knows it to assume the role."""
        return (self.external_id,) if self.external_id else ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Request credentials of the role by ``AssumeRole``, one signed call.

        https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole

        :raises NoCredentials: for an answer without credentials.
        :raises MediaJobsError: where STS refuses or does not answer.
        """
        parameters = {
            "RoleArn": self.role_arn,
            "RoleSessionName": self.role_session_name,
            "DurationSeconds": self.duration_seconds,
            "ExternalId": self.external_id or None,
            "Policy": self.policy or None,
        }
        response = yield call(at_sts(account), "sts", "AssumeRole", parameters, STS_VERSION)
        return _read_sts(response)


@dataclass(frozen=True, slots=True)
class OidcRole:
    """A RAM role that is assumed with a token of an OIDC provider, as in pods of ACK. The request is not signed.

    :param role_arn: ARN of the role.
    :param oidc_provider_arn: ARN of the provider.
    :param oidc_token_file: path of the file that holds the token.
    :param role_session_name: name of the session in the vendor's audit log.
    :param duration_seconds: lifetime of the credentials in seconds, as text.
    :param policy: JSON of a policy that restricts the session to a part of the role's permissions.
    """

    role_arn: str
    oidc_provider_arn: str
    oidc_token_file: str
    role_session_name: str
    duration_seconds: str
    policy: str = ""
    of_project = False
    secrets = ()

    @property
    def file(self) -> str:
        """Path of the token's file. It is read for each request, since the cluster replaces tokens that are ending."""
        return self.oidc_token_file

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:
        """Request credentials of the role by ``AssumeRoleWithOIDC``, one unsigned call.

        https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc

        :param text: the token.
        :raises ConfigError: for an empty token file; nothing is sent.
        :raises CredentialsUnavailable: for an expired token.
        :raises NoCredentials: for an answer without credentials.
        :raises MediaJobsError: where STS refuses or does not answer.
        """
        if not text:
            raise ConfigError(
                f"the OIDC token file {self.oidc_token_file!r} is empty; have a token written to it, or correct "
                "`oidc_token_file` of the connection"
            )
        parameters = {
            "RoleArn": self.role_arn,
            "OIDCProviderArn": self.oidc_provider_arn,
            "OIDCToken": text,
            "RoleSessionName": self.role_session_name,
            "DurationSeconds": self.duration_seconds,
            "Policy": self.policy or None,
        }
        request = call(at_sts(account), "sts", "AssumeRoleWithOIDC", parameters, STS_VERSION)
        try:
            response = yield replace(request, unsigned=True)
        except ApiError as error:
            if error.code != _TOKEN_EXPIRED:
                raise
            raise self._expired() from None
        return _read_sts(response)

    def _expired(self) -> MediaJobsError:
        """The error for an expired OIDC token."""
        # The cluster has not replaced the file in time. That passes, so the error is one to be tried again.
        return CredentialsUnavailable(
            f"the OIDC token in {self.oidc_token_file!r} has expired, and no newer one has been written there yet; if "
            "this persists, check what renews that file"
        )


def _read_sts(response: HttpResponse) -> Credentials:
    """The credentials in an answer of STS.

    :raises ApiError: for an error that is sent with the status of a success.
    :raises NoCredentials: for an answer without credentials.
    """
    body = answer(response, _NO_STS_CREDENTIALS)
    found = _read_key(facts.mapping(body.get("Credentials")))
    if found is None:
        check_empty(response, *body)  # raises an error that the body holds; otherwise nothing of the body is shown
        raise NoCredentials(response.status, _NO_STS_CREDENTIALS)
    return found


def _read_key(record: dict[str, Any]) -> Credentials | None:
    """The temporary key in a record; ``None`` where a part of it is missing. ``Expiration`` may be missing."""
    return temporary(
        record.get("AccessKeyId"), record.get("AccessKeySecret"), record.get("SecurityToken"), record.get("Expiration")
    )


@dataclass(frozen=True, slots=True)
class InstanceRole:
    """The RAM role of the ECS instance that this process runs on.

    :param ecs_role_name: name of the role; if empty, the metadata service is asked for it.
    """

    ecs_role_name: str = ""
    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Request credentials from the metadata service: a session token, the role's name unless given, the key.

        https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata

        :raises ConfigError: on an instance without a role, or without the named one.
        :raises NoCredentials: for answers without token, name or credentials.
        :raises MediaJobsError: where the metadata service fails or does not answer.
        """
        origin = account.override("metadata") or METADATA
        lifetime: Pairs = ((f"{_TOKEN}-ttl-seconds", str(METADATA_TOKEN_S)),)
        try:
            response = yield local("PUT", origin, "/latest/api/token", lifetime)
        except TransportError as error:
            raise no_instance(error) from None
        token: Pairs = ((_TOKEN, word(response, _NO_SESSION_TOKEN)),)
        try:
            name = self.ecs_role_name or word((yield local("GET", origin, _ROLES, token)), _NO_ROLE_NAME)
            response = yield local("GET", origin, _ROLES + percent_encode(name), token)
        except (ApiError, UnreadableResponse) as error:
            if error.status != 404:
                raise
            which = f"no RAM role {self.ecs_role_name!r}" if self.ecs_role_name else "no RAM role"
            raise ConfigError(
                f"this ECS instance has {which}, says its metadata service; attach the role to the instance, or "
                "correct `ecs_role_name` of the connection"
            ) from None
        return _read_credentials(response, _NO_INSTANCE_CREDENTIALS)


@dataclass(frozen=True, slots=True)
class Service:
    """A credentials service of the host environment, as ``ALIBABA_CLOUD_CREDENTIALS_URI`` names one.

    :param uri: URL of the service, which may contain a secret.
    """

    uri: str = field(repr=False)
    file = None
    of_project = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Path and query of the URL, either of which may contain a secret."""
        parts = urlsplit(self.uri)
        return tuple(part for part in (parts.query, parts.path) if part.strip("/"))

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Request credentials by one ``GET`` of the URL.

        :raises NoCredentials: for an answer without credentials.
        :raises MediaJobsError: where the service fails or does not answer.
        """
        parts = urlsplit(self.uri)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        response = yield local("GET", f"{parts.scheme}://{parts.netloc}", path)
        return _read_credentials(response, _NO_SERVICE_CREDENTIALS)


def _read_credentials(response: HttpResponse, otherwise: str) -> Credentials:
    """The credentials in an answer of the metadata service, or of a credentials service.

    :param otherwise: text of the error for an answer without credentials.
    :raises NoCredentials: for an answer without credentials.
    """
    found = _read_key(answer(response, otherwise))
    if found is None:
        raise NoCredentials(response.status, otherwise)
    return found
