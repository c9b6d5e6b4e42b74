# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Providers of temporary Huawei Cloud credentials, and the project that belongs to a region.

IAM's tokens for a password (``POST /v3/auth/tokens``) and temporary keys of an agency (``POST
/v3.0/OS-CREDENTIAL/securitytokens``), and the metadata service of ECS instances. Tokens and projects are of one region.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ....core import facts
from ....core.account import Account, Credentials
from ....core.credentials import answer, local, no_instance, temporary, word
from ....core.errors import ApiError, ConfigError, TransportError, UnreadableResponse
from ....core.http import HttpResponse, Pairs
from ....core.kind import Exchange
from ....core.times import parse_time
from ..api.rest import call, check_empty

METADATA = "http://169.254.169.254"
METADATA_TOKEN_S = 60
"""Lifetime in seconds of a session token of the metadata service, which is used for the next request only."""

_WITHOUT_TOKENS = frozenset({404, 405, 503})
"""HTTP statuses with which a region's metadata service answers that has no session tokens, as in the vendor's SDK."""

_NO_TOKEN, _NO_KEY = "IAM told of no token", "IAM told of no credentials"
_OTHER = "not the answer of a metadata service"


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
        """Get a token for the account's project, or without one for the project that has the region's name.

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
        said = answer(response, _NO_TOKEN)
        token = facts.text(response.headers.get("x-subject-token"))
        if token is None:
            check_empty(response, *said)  # may be an error; of any other answer nothing is shown
            raise UnreadableResponse(response.status, _NO_TOKEN)
        return Credentials(auth_token=token, expires_at=parse_time(facts.mapping(said.get("token")).get("expires_at")))


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that is assumed with the connection's own key.

    :param agency_name: name of the agency.
    :param domain_name: name of the account that created it.
    :param duration_seconds: lifetime of the credentials in seconds, as text.
    """

    agency_name: str
    domain_name: str
    duration_seconds: str
    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Get a temporary key.

        :raises MediaJobsError: where IAM refuses or does not answer.
        """
        role = {
            "agency_name": self.agency_name,
            "domain_name": self.domain_name,
            "duration_seconds": int(self.duration_seconds),
        }
        body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}
        response = yield call(account, "iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens", (), body)
        said = answer(response, _NO_KEY)
        found = _key(said)
        if found is None:
            check_empty(response, *said)  # as above
            raise UnreadableResponse(response.status, _NO_KEY)
        return found


def _key(said: dict[str, Any]) -> Credentials | None:
    told = facts.mapping(said.get("credential"))
    return temporary(told.get("access"), told.get("secret"), told.get("securitytoken"), told.get("expires_at"))


@dataclass(frozen=True, slots=True)
class InstanceAgency:
    """The agency of the ECS instance that this process runs on."""

    file = None
    of_project = False
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:  # noqa: ARG002 - there is no file
        """Two calls to the metadata service: for a session token, where the region has them, and for a temporary key.

        :raises ConfigError: on a machine without an agency.
        :raises MediaJobsError: where the metadata service fails or does not answer.
        """
        origin = account.override("metadata") or METADATA
        lifetime: Pairs = (("X-Metadata-Token-Ttl-Seconds", str(METADATA_TOKEN_S)),)
        token: Pairs = ()
        try:
            token = _opening((yield local("PUT", origin, "/meta-data/latest/api/token", lifetime)))
        except TransportError as error:
            raise no_instance(error) from None
        except (ApiError, UnreadableResponse) as error:
            if error.status not in _WITHOUT_TOKENS:
                raise
        try:
            response = yield local("GET", origin, "/openstack/latest/securitykey", token)
        except (ApiError, UnreadableResponse) as error:
            raise _without_agency(error) from None
        found = _key(answer(response, _OTHER))
        if found is None:
            raise UnreadableResponse(response.status, _OTHER)
        return found


def _opening(response: HttpResponse) -> Pairs:
    return (("X-Metadata-Token", word(response, _OTHER)),)


def _without_agency(error: ApiError | UnreadableResponse) -> Exception:
    # A missing or expired token is refused with 401, too: only the message tells it from a missing agency.
    said = error.message if isinstance(error, ApiError) else error.body
    if error.status == 404 or (error.status == 401 and "configure Cloud Service Agency" in said):
        return ConfigError("this ECS instance has no agency; give it one in the console")
    return error


def find_project(account: Account) -> Exchange[str]:
    """The id of the project that has the name of the account's region (``GET /v3/projects``).

    :raises ConfigError: where there is no such project, or no region is set.
    :raises MediaJobsError: where IAM refuses or does not answer.
    """
    if account.region is None:
        raise ConfigError("the connection has neither a project id nor a region; set `project_id` or `region`")
    response = yield call(account, "iam", "GET", "/v3/projects", (("name", account.region),))
    projects: list[dict[str, Any]] = facts.records(response.json().get("projects"))
    if not projects:
        check_empty(response, "projects")
    ids = (facts.text(project.get("id")) for project in projects if project.get("name") == account.region)
    found = next(filter(None, ids), None)
    if found is None:
        raise ConfigError(f"the key sees no project of region {account.region}; set `project_id`, or correct `region`")
    return found
