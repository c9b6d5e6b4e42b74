# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Providers of temporary Huawei Cloud credentials, and the look-up of the project that belongs to a region.

IAM issues tokens for a password (``POST /v3/auth/tokens``) and temporary keys of an agency (``POST
/v3.0/OS-CREDENTIAL/securitytokens``), the metadata service of ECS instances issues temporary keys. A token, like a
project, belongs to one region. Nothing of an answer without credentials is shown in an error, since it may hold part of
a key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ....core import facts
from ....core.account import Account, Credentials
from ....core.credentials import NoCredentials, answer, local, no_instance, temporary, word
from ....core.errors import ApiError, ConfigError, TransportError, UnreadableResponse
from ....core.http import HttpResponse, Pairs
from ....core.kind import Exchange
from ....core.times import parse_time
from ..api.rest import call, check_empty

METADATA = "http://169.254.169.254"
METADATA_TOKEN_S = 60
"""Lifetime in seconds of a session token of the metadata service, which is used for the next request only."""

_WITHOUT_TOKENS = frozenset({404, 405, 503})
"""HTTP statuses by which the metadata service of a region without session tokens refuses to issue one.

From the vendor's SDK, which then requests the key without a session token.
"""

_CHECK_IAM = "check `iam` in the connection's `endpoints`, its `host`, and the proxy: the host must be IAM"
_NO_TOKEN = (
    "IAM's answer to POST /v3/auth/tokens holds no token: it must be JSON, with the token in the header "
    f"X-Subject-Token; {_CHECK_IAM}"
)
_NO_KEY = (
    "IAM's answer to POST /v3.0/OS-CREDENTIAL/securitytokens holds no temporary key: it must be JSON with access, "
    f"secret and securitytoken under credential; {_CHECK_IAM}"
)
_NOT_METADATA = (
    "check that Airflow runs on an ECS instance, and `metadata` in the connection's `endpoints`, if it is set there"
)
_NO_SESSION_TOKEN = (
    "the metadata service's answer to PUT /meta-data/latest/api/token holds no session token: it must be one word; "
    f"{_NOT_METADATA}"
)
_NO_INSTANCE_KEY = (
    "the metadata service's answer to GET /openstack/latest/securitykey holds no temporary key: it must be JSON with "
    f"access, secret and securitytoken under credential; {_NOT_METADATA}"
)


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user: the connection's login and password are exchanged for a token.

    :param domain_name: name of the account that the user belongs to.
    """

    domain_name: str
    file = None
    of_project = True
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Request a token by ``POST /v3/auth/tokens`` (KeystoneCreateUserTokenByPassword), one unsigned call.

        The token is for the account's project; where the account has none, for the project with the region's name.
        https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html

        :raises NoCredentials: for an answer without a token.
        :raises MediaJobsError: where IAM refuses or does not answer.
        """
        user = {
            "name": account.credentials.access_key,
            "password": account.credentials.secret_key,
            "domain": {"name": self.domain_name},
        }
        project = {"id": account.project_id} if account.project_id else {"name": account.region}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": project}}}
        response = yield replace(
            call(account, "iam", "POST", "/v3/auth/tokens", (("nocatalog", "true"),), body), unsigned=True
        )
        answered = answer(response, _NO_TOKEN)
        token = facts.text(response.headers.get("x-subject-token"))
        if token is None:
            check_empty(response, *answered)  # raises an error that the body holds; nothing else of it is shown
            raise NoCredentials(response.status, _NO_TOKEN)
        expires_at = parse_time(facts.mapping(answered.get("token")).get("expires_at"))
        return Credentials(auth_token=token, expires_at=expires_at)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of another account that is assumed with the connection's own key.

    :param agency_name: name of the agency.
    :param domain_name: name of the account that created the agency.
    :param duration_seconds: lifetime of the temporary key in seconds, as text.
    """

    agency_name: str
    domain_name: str
    duration_seconds: str
    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Request a temporary key by ``CreateTemporaryAccessKeyByAgency``, one signed call.

        https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html

        :raises NoCredentials: for an answer without a key.
        :raises MediaJobsError: where IAM refuses or does not answer.
        """
        role = {
            "agency_name": self.agency_name,
            "domain_name": self.domain_name,
            "duration_seconds": int(self.duration_seconds),
        }
        body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}
        response = yield call(account, "iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens", (), body)
        answered = answer(response, _NO_KEY)
        found = _read_key(answered)
        if found is None:
            check_empty(response, *answered)  # raises an error that the body holds; nothing else of it is shown
            raise NoCredentials(response.status, _NO_KEY)
        return found


def _read_key(body: dict[str, Any]) -> Credentials | None:
    """The temporary key in an answer; ``None`` where a part of it is missing. ``expires_at`` may be missing."""
    record = facts.mapping(body.get("credential"))
    return temporary(record.get("access"), record.get("secret"), record.get("securitytoken"), record.get("expires_at"))


@dataclass(frozen=True, slots=True)
class InstanceAgency:
    """The agency of the ECS instance that this process runs on."""

    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Two calls to the metadata service: for a session token, where the region has them, and for a temporary key.

        https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html

        :raises ConfigError: on an instance without an agency.
        :raises NoCredentials: for answers without a token, or without a key.
        :raises MediaJobsError: where the metadata service fails or does not answer.
        """
        origin = account.override("metadata") or METADATA
        lifetime: Pairs = (("X-Metadata-Token-Ttl-Seconds", str(METADATA_TOKEN_S)),)
        token: Pairs = ()
        try:
            token = _session_header((yield local("PUT", origin, "/meta-data/latest/api/token", lifetime)))
        except TransportError as error:
            raise no_instance(error) from None
        except (ApiError, UnreadableResponse) as error:
            if error.status not in _WITHOUT_TOKENS:
                raise
        try:
            response = yield local("GET", origin, "/openstack/latest/securitykey", token)
        except (ApiError, UnreadableResponse) as error:
            raise _without_agency(error) from None
        found = _read_key(answer(response, _NO_INSTANCE_KEY))
        if found is None:
            raise NoCredentials(response.status, _NO_INSTANCE_KEY)
        return found


def _session_header(response: HttpResponse) -> Pairs:
    """The header by which the next request shows the session token of this answer.

    :raises NoCredentials: for an answer without a token.
    """
    return (("X-Metadata-Token", word(response, _NO_SESSION_TOKEN)),)


def _without_agency(error: ApiError | UnreadableResponse) -> Exception:
    """The error of a request for the instance's key: a ``ConfigError`` where the instance has no agency."""
    # A missing or expired session token is refused with 401, too: only the text tells it from a missing agency.
    text = error.message if isinstance(error, ApiError) else error.body
    if error.status == 404 or (error.status == 401 and "configure Cloud Service Agency" in text):
        return ConfigError(
            "this ECS instance has no agency, says its metadata service; assign one to the instance in the console, or "
            "choose another method in `credentials` of the connection"
        )
    return error


def find_project(account: Account) -> Exchange[str]:
    """The id of the project that has the name of the account's region, by ``GET /v3/projects`` (KeystoneListProjects).

    https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html

    :raises ConfigError: where there is no such project, or the connection has no region.
    :raises MediaJobsError: where IAM refuses or does not answer.
    """
    if account.region is None:
        raise ConfigError(
            "the connection has no project id, and no region by whose name IAM could look the project up; set "
            "`project_id` or `region`"
        )
    response = yield call(account, "iam", "GET", "/v3/projects", (("name", account.region),))
    projects: list[dict[str, Any]] = facts.records(response.json().get("projects"))
    if not projects:
        check_empty(response, "projects")
    ids = (facts.text(project.get("id")) for project in projects if project.get("name") == account.region)
    found = next(filter(None, ids), None)
    if found is None:
        raise ConfigError(
            f"IAM lists no project with the name {account.region} for these credentials; set `project_id`, or correct "
            "`region` of the connection"
        )
    return found
