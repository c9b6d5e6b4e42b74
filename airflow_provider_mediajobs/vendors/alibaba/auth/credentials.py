# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Providers of temporary Alibaba Cloud credentials.

``AssumeRole`` and ``AssumeRoleWithOIDC`` of STS (2015-04-01); the metadata service of ECS instances in its hardened
mode, which requires a session token; and a service named by ``ALIBABA_CLOUD_CREDENTIALS_URI``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ....core import facts
from ....core.account import Account, Credentials
from ....core.credentials import answer, local, no_instance, temporary, word
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
_RUN_OUT = "AuthenticationFail.OIDCToken.Expired"
_NONE = "STS told of no credentials"
_OTHER = "not the answer of a metadata service"


def at_sts(account: Account) -> Account:
    """Scheme and host of STS: its central host, unless the connection sets one (an emulator, gateway, VPC endpoint)."""
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
        """``AssumeRole``.

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
        return _assumed(response)


@dataclass(frozen=True, slots=True)
class OidcRole:
    """A RAM role that is assumed with a token of an OIDC provider. The request is not signed.

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
        """Path of the token's file. It is read for each request: the cluster replaces a token before it expires."""
        return self.oidc_token_file

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:
        """``AssumeRoleWithOIDC``.

        :raises ConfigError: for a file without a token in it; nothing is sent.
        :raises CredentialsUnavailable: for an expired token.
        :raises MediaJobsError: where STS refuses or does not answer.
        """
        if not text:
            raise ConfigError(f"the token file {self.oidc_token_file!r} is empty; have a token written there")
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
            if error.code != _RUN_OUT:
                raise
            raise self._run_out() from None
        return _assumed(response)

    def _run_out(self) -> MediaJobsError:
        # The file has not been renewed in time: a temporary error, to be tried again.
        return CredentialsUnavailable(
            f"the token in {self.oidc_token_file!r} has run out, and there is no newer one yet"
        )


def _assumed(response: HttpResponse) -> Credentials:
    said = answer(response, _NONE)
    found = _key(facts.mapping(said.get("Credentials")))
    if found is None:
        check_empty(response, *said)  # may be an error; of any other answer nothing is shown
        raise UnreadableResponse(response.status, _NONE)
    return found


def _key(told: dict[str, Any]) -> Credentials | None:
    return temporary(
        told.get("AccessKeyId"), told.get("AccessKeySecret"), told.get("SecurityToken"), told.get("Expiration")
    )


@dataclass(frozen=True, slots=True)
class InstanceRole:
    """The RAM role of the ECS instance that this process runs on.

    :param ecs_role_name: name of the role; by default the metadata service is asked for it.
    """

    ecs_role_name: str = ""
    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Three calls to the metadata service, two where the role's name is known.

        :raises ConfigError: on a machine without such a role.
        :raises MediaJobsError: where the metadata service fails or does not answer.
        """
        origin = account.override("metadata") or METADATA
        lifetime: Pairs = ((f"{_TOKEN}-ttl-seconds", str(METADATA_TOKEN_S)),)
        try:
            response = yield local("PUT", origin, "/latest/api/token", lifetime)
        except TransportError as error:
            raise no_instance(error) from None
        token: Pairs = ((_TOKEN, word(response, _OTHER)),)
        try:
            name = self.ecs_role_name or word((yield local("GET", origin, _ROLES, token)), _OTHER)
            response = yield local("GET", origin, _ROLES + percent_encode(name), token)
        except (ApiError, UnreadableResponse) as error:
            if error.status != 404:
                raise
            which = f"no RAM role {self.ecs_role_name!r}" if self.ecs_role_name else "no RAM role"
            raise ConfigError(f"this ECS instance has {which}; attach one, or correct `ecs_role_name`") from None
        return _handed_out(response, _OTHER)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the host environment that issues credentials: the one of ``ALIBABA_CLOUD_CREDENTIALS_URI``.

    :param uri: its URL, which may contain a secret.
    """

    uri: str = field(repr=False)
    file = None
    of_project = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Path and query of the URL."""
        parts = urlsplit(self.uri)
        return tuple(part for part in (parts.query, parts.path) if part.strip("/"))

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """One request.

        :raises MediaJobsError: where the service fails or does not answer.
        """
        parts = urlsplit(self.uri)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        response = yield local("GET", f"{parts.scheme}://{parts.netloc}", path)
        return _handed_out(response, "not the answer of a credentials' service")


def _handed_out(response: HttpResponse, otherwise: str) -> Credentials:
    found = _key(answer(response, otherwise))
    if found is None:
        raise UnreadableResponse(response.status, otherwise)
    return found
