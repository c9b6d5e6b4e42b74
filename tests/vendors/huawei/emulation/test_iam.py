# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays IAM: tokens for passwords, keys for agencies and tokens, projects by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, World
from airflow_provider_mediajobs.vendors.huawei import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, 500000, tzinfo=UTC)
TOKENS, KEYS, PROJECTS = "/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens", "/v3/projects"
USER = {"name": "user", "password": "the-password", "domain": {"name": "emulator-domain"}}
BY_NAME: dict[str, Any] = {"project": {"name": "cn-north-4"}}
AGENCY = {"agency_name": "agency", "domain_name": "emulator-domain"}


class Bench:
    """A world with a user and an agency, and a client of its IAM."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(now=lambda: self.now, random=Random(1), project_id="p")
        self.world.identity.add_user("user", "the-password")
        self.world.identity.add_agency("agency")
        self.key = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """Unsigned."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.world.handle(HttpRequest("POST", "http://127.0.0.1:80", path, (), named, content))

    def login(self, user: Any = None, scope: Any = BY_NAME) -> HttpResponse:
        identity = {"methods": ["password"], "password": {"user": USER if user is None else user}}
        return self.post(TOKENS, {"auth": {"identity": identity, **({"scope": scope} if scope else {})}})

    def signed(self, method: str, path: str, body: Any = None, host: str = "iam.cn-north-4.myhuaweicloud.com") -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        target, _, name = path.partition("?name=")
        query = (("name", name),) if name else ()
        request = HttpRequest(
            method, f"https://{host}", target, query, (("Content-Type", "application/json"),), content
        )
        return self.world.handle(signing.sign(request, Account("huawei", self.key), self.now, ""))

    def assume(self, **given: Any) -> HttpResponse:
        requested = {name: value for name, value in {**AGENCY, **given}.items() if value is not None}
        response: HttpResponse = self.signed(
            "POST", KEYS, {"auth": {"identity": {"methods": ["assume_role"], "assume_role": requested}}}
        )
        return response

    def tasks(self, credentials: Credentials, project: str = "p") -> HttpResponse:
        request = HttpRequest("GET", "http://h", f"/v1/{project}/asset/editing/tasks")
        return self.world.handle(
            signing.sign(request, Account("huawei", credentials, project_id=project), self.now, "")
        )


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refusal(response: HttpResponse) -> tuple[int, str]:
    """In the service's own envelope."""
    error = response.json()["error"]
    assert (error["code"], error.keys()) == (response.status, {"code", "message", "title"})
    return response.status, error["title"]


# --- tokens -----------------------------------------------------------------------------------------------------


def test_a_token_for_a_password(bench: Bench) -> None:
    """The token is in a header, what it is good for in the body."""
    response = bench.login()
    assert response.status == 201
    domain = {"id": "emulator-domain-id", "name": "emulator-domain"}
    assert response.json()["token"] == {
        "methods": ["password"],
        "issued_at": "2026-09-01T18:50:20.500000Z",
        "expires_at": "2026-09-02T18:50:20.500000Z",
        "user": {"id": "user-id", "name": "user", "domain": domain, "password_expires_at": ""},
        "roles": [],
        "catalog": [],
        "project": {"id": "p", "name": "cn-north-4", "domain": domain},
    }
    token = Credentials(auth_token=response.headers["x-subject-token"])
    assert bench.tasks(token).status == 200
    bench.now = NOW + timedelta(hours=24)
    assert bench.tasks(token).json()["error_code"] == "APIGW.0307"


def test_a_new_token_leaves_the_old_one_valid(bench: Bench) -> None:
    """So the page has it."""
    tokens = [bench.login().headers["x-subject-token"] for _ in range(2)]
    assert [bench.tasks(Credentials(auth_token=token)).status for token in tokens] == [200, 200]


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"project": {"id": "p"}}, 200),
        ({"project": {"id": "p3"}}, 403),
        ({"project": {"name": "cn-east-3"}}, 403),
        ({"domain": {"name": "emulator-domain"}}, 403),
        (None, 403),
    ],
)
def test_scopes(bench: Bench, scope: Any, status: int) -> None:
    """A token works for its project; one for the account works for none."""
    bench.world.identity.add_project("cn-east-3", "p3")
    token = Credentials(auth_token=bench.login(scope=scope).headers["x-subject-token"])
    assert bench.tasks(token).status == status


def test_a_token_for_the_account(bench: Bench) -> None:
    """Names it in place of a project."""
    token = bench.login(scope=None).json()["token"]
    assert (token["domain"]["name"], "project" in token) == ("emulator-domain", False)


@pytest.mark.parametrize(
    ("user", "answer"),
    [
        ({**USER, "password": "wrong"}, (401, "Unauthorized")),
        ({**USER, "name": "nobody"}, (401, "Unauthorized")),
        ({**USER, "domain": {"name": "another"}}, (401, "Unauthorized")),
        ({"name": "user"}, (400, "Bad Request")),
        ({**USER, "password": 7}, (400, "Bad Request")),
        ("user", (400, "Bad Request")),
    ],
)
def test_users_it_does_not_know(bench: Bench, user: Any, answer: tuple[int, str]) -> None:
    """Wrong is one thing, incomplete another."""
    assert refusal(bench.login(user)) == answer


def test_a_project_it_does_not_know(bench: Bench) -> None:
    """Nothing of that name."""
    assert refusal(bench.login(scope={"project": {"name": "nowhere"}})) == (404, "Not Found")


@pytest.mark.parametrize("body", [b"{", b"[]", {"auth": 1}, {"auth": {"identity": {"methods": ["token"]}}}])
def test_bodies_it_does_not_take(bench: Bench, body: Any) -> None:
    """No JSON, another shape, another method."""
    assert refusal(bench.post(TOKENS, body)) == (400, "Bad Request")


# --- temporary keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"domain_name": None, "domain_id": "emulator-domain-id"}])
def test_a_key_of_an_agency(bench: Bench, given: dict[str, Any]) -> None:
    """For a quarter of an hour unless asked otherwise."""
    response = bench.assume(**given)
    assert response.status == 201
    credential = response.json()["credential"]
    assert credential.keys() == {"access", "secret", "securitytoken", "expires_at"}
    assert credential["expires_at"] == "2026-09-01T19:05:20.500000Z"
    key = Credentials(credential["access"], credential["secret"], credential["securitytoken"])
    assert bench.tasks(key).status == 200
    bench.now = NOW + timedelta(seconds=900)
    assert bench.tasks(key).json()["error_code"] == "APIGW.0307"


@pytest.mark.parametrize(("seconds", "expires"), [(86400, "02T18:50:20"), ("7200", "01T20:50:20")])
def test_durations(bench: Bench, seconds: Any, expires: str) -> None:
    """As asked, up to a day."""
    credential = bench.assume(duration_seconds=seconds).json()["credential"]
    assert credential["expires_at"] == f"2026-09-{expires}.500000Z"


def test_the_worlds_lifetime_stands_over_the_duration(bench: Bench) -> None:
    """Of keys and of tokens."""
    bench.world.identity.lifetime = 5.0
    assert bench.assume(duration_seconds=900).json()["credential"]["expires_at"] == "2026-09-01T18:50:25.500000Z"
    assert bench.login().json()["token"]["expires_at"] == "2026-09-01T18:50:25.500000Z"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"agency_name": "none"}, (404, "Not Found")),
        ({"domain_name": "another"}, (404, "Not Found")),
        ({"domain_id": "another"}, (404, "Not Found")),
        ({"agency_name": None}, (400, "Bad Request")),
        ({"domain_name": None}, (400, "Bad Request")),
        ({"duration_seconds": 899}, (400, "Bad Request")),
        ({"duration_seconds": 86401}, (400, "Bad Request")),
        ({"duration_seconds": True}, (400, "Bad Request")),
        ({"duration_seconds": "long"}, (400, "Bad Request")),
    ],
)
def test_agencies_it_does_not_take(bench: Bench, given: dict[str, Any], answer: tuple[int, str]) -> None:
    """Unknown ones, incomplete ones, and times out of range."""
    assert refusal(bench.assume(**given)) == answer


def test_a_key_of_an_agency_for_a_token(bench: Bench) -> None:
    """In place of a signature."""
    token = bench.login().headers["x-subject-token"]
    body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": AGENCY}}}
    assert bench.post(KEYS, body, X_Auth_Token=token).status == 201


@pytest.mark.parametrize("in_body", [False, True])
def test_a_key_for_a_token(bench: Bench, in_body: bool) -> None:
    """The token may be in the header, or, as the vendor's SDK sends it, in the body."""
    token = bench.login().headers["x-subject-token"]
    requested = {"id": token, "duration_seconds": 3600} if in_body else {"duration_seconds": 3600}
    body = {"auth": {"identity": {"methods": ["token"], "token": requested}}}
    response = bench.post(KEYS, body) if in_body else bench.post(KEYS, body, X_Auth_Token=token)
    assert response.json()["credential"]["expires_at"] == "2026-09-01T19:50:20.500000Z"


@pytest.mark.parametrize("token", [None, "made-up"])
def test_a_key_for_no_token(bench: Bench, token: str | None) -> None:
    """In the service's own words."""
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token}}}}
    assert refusal(bench.post(KEYS, body)) == (401, "Unauthorized")


def test_a_method_it_does_not_know(bench: Bench) -> None:
    """There are two."""
    assert refusal(bench.signed("POST", KEYS, {"auth": {"identity": {"methods": ["saml"]}}})) == (400, "Bad Request")


# --- projects ---------------------------------------------------------------------------------------------------


def test_a_project_by_name(bench: Bench) -> None:
    """The answer as the page prints it."""
    bench.world.identity.add_project("cn-east-3", "p3")
    assert bench.signed("GET", f"{PROJECTS}?name=cn-east-3").json() == {
        "projects": [
            {
                "id": "p3",
                "name": "cn-east-3",
                "domain_id": "emulator-domain-id",
                "parent_id": "emulator-domain-id",
                "is_domain": False,
                "enabled": True,
                "description": "",
                "links": {"self": "https://iam.myhuaweicloud.com/v3/projects/p3"},
            }
        ],
        "links": {"self": "https://iam.myhuaweicloud.com/v3/projects", "next": None, "previous": None},
    }


@pytest.mark.parametrize(("path", "ids"), [(PROJECTS, ["p", "p3"]), (f"{PROJECTS}?name=nowhere", [])])
def test_all_projects_or_none(bench: Bench, path: str, ids: list[str]) -> None:
    """Without a name all, with an unknown one none."""
    bench.world.identity.add_project("cn-east-3", "p3")
    assert [project["id"] for project in bench.signed("GET", path).json()["projects"]] == ids


def test_the_callers_account(bench: Bench) -> None:
    """The only one."""
    (domain,) = bench.signed("GET", "/v3/auth/domains").json()["domains"]
    assert (domain["id"], domain["name"]) == ("emulator-domain-id", "emulator-domain")


def test_who_may_ask(bench: Bench) -> None:
    """A key or a token; the gateway refuses the one, the service the other."""
    token = bench.login().headers["x-subject-token"]
    requested = HttpRequest("GET", "http://h", PROJECTS, headers=(("X-Auth-Token", token),))
    assert bench.world.handle(requested).status == 200
    bench.world.identity.revoke(token)
    assert refusal(bench.world.handle(requested)) == (401, "Unauthorized")
    bench.key = Credentials(DEFAULT_ACCESS_KEY, "wrong")
    response = bench.signed("GET", PROJECTS)
    assert (response.status, response.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.parametrize(
    ("path", "host"), [("/v3/users", "iam.myhuaweicloud.com"), (PROJECTS, "vod.cn-north-4.myhuaweicloud.com")]
)
def test_what_is_not_there(bench: Bench, path: str, host: str) -> None:
    """Other paths, and this one at another product's host."""
    response = bench.signed("GET", path, host=host)
    assert (response.status, response.json()["error_code"]) == (404, "APIGW.0101")
    named = (
        f"The emulator has no operation GET {path}; it has KeystoneCreateUserTokenByPassword (POST /v3/auth/tokens), "
    )
    assert named in response.json()["error_msg"]


# --- faults and records -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "facts", "status"),
    [("throttle", {}, 429), ("server_error", {}, 500), ("server_error", {"status": 503}, 503), ("deny", {}, 403)],
)
def test_faults_strike_it(bench: Bench, fault: str, facts: dict[str, Any], status: int) -> None:
    """By its product's name."""
    bench.world.add_fault(fault, product="iam", retry_after=3.2, **facts)
    response = bench.login()
    assert (response.status, response.headers["retry-after"]) == (status, "3")


def test_no_secret_is_recorded(bench: Bench) -> None:
    """Neither what was shown nor what was handed out."""
    token = bench.login().headers["x-subject-token"]
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token}, "policy": {"the": "policy"}}}}
    credential = bench.post(KEYS, body).json()["credential"]
    bench.assume()
    bench.signed("GET", f"{PROJECTS}?name=cn-north-4")
    bench.signed("GET", "/v3/users")
    assert [(one.vendor, one.product, one.action, one.call.parameters) for one in bench.world.requests] == [
        ("huawei", "iam", "KeystoneCreateUserTokenByPassword", ()),
        ("huawei", "iam", "CreateTemporaryAccessKeyByToken", ()),
        ("huawei", "iam", "CreateTemporaryAccessKeyByAgency", ()),
        ("huawei", "iam", "KeystoneListProjects", (("name", "cn-north-4"),)),
        ("huawei", "iam", "GET /v3/users", ()),
    ]
    shown = json.dumps([one.to_dict() for one in bench.world.requests])
    secrets = ["the-password", token, "policy", credential["secret"], credential["securitytoken"]]
    assert [secret for secret in secrets if secret in shown] == []
