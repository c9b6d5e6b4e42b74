# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how a connection's fields become a key or a credential provider, or an error that says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency

ARN = "acs:ram::1000000000000001:role/publisher"
PROVIDER = "acs:ram::1000000000000001:oidc-provider/emulator"
KEY = {"login": "ak", "password": "sk"}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is set where the tests run is nothing to them."""
    for name in ("ROLE_ARN", "OIDC_PROVIDER_ARN", "OIDC_TOKEN_FILE", "ROLE_SESSION_NAME", "ECS_METADATA"):
        monkeypatch.delenv(f"ALIBABA_CLOUD_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def alibaba(extra: dict[str, Any], **fields: Any) -> Account:
    connection = Connection(conn_id="media", conn_type="alibaba_mediajobs", **fields)
    return account_from(ALIBABA, connection, {"region": "cn-shanghai"} | extra)


def huawei(extra: dict[str, Any], **fields: Any) -> Account:
    connection = Connection(conn_id="media", conn_type="huawei_mediajobs", **fields)
    return account_from(HUAWEI, connection, {"region": "cn-north-4"} | extra)


# --- Alibaba Cloud ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["access_key", "", None, " access_key "])
def test_a_key_of_its_own(word: str | None) -> None:
    """Is what a connection has that says nothing else."""
    account = alibaba({"credentials": word, "security_token": "t0ken"}, **KEY)

    assert (account.credentials, account.credential_provider) == (Credentials("ak", "sk", "t0ken"), None)


def test_a_role() -> None:
    """The key assumes it, with its security token if it is itself a temporary one."""
    account = alibaba({"credentials": "assume_role", "role_arn": ARN, "security_token": "t0ken"}, **KEY)

    assert account.credentials == Credentials("ak", "sk", "t0ken")
    assert account.credential_provider == AssumedRole(ARN, "airflow-mediajobs", "3600")


def test_all_that_is_said_of_a_role() -> None:
    """By the names of the form."""
    extra = {
        "credentials": "assume_role",
        "role_arn": f" {ARN}\n",
        "role_session_name": 2026,
        "duration_seconds": 1800,
        "external_id": "outside",
        "policy": '{"Statement": []}',
    }

    assert alibaba(extra, **KEY).credential_provider == AssumedRole(ARN, "2026", "1800", "outside", '{"Statement": []}')


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (900, "900"),
        (43_200, "43200"),
        ("1800", "1800"),
        (" 1800 ", "1800"),
        (1800.0, "1800"),
        ("", "3600"),
        (None, "3600"),
    ],
)
def test_seconds_of_a_session(seconds: Any, text: str) -> None:
    """A number, or its text; from the form also nothing."""
    source = alibaba(
        {"credentials": "assume_role", "role_arn": ARN, "duration_seconds": seconds}, **KEY
    ).credential_provider

    assert source == AssumedRole(ARN, "airflow-mediajobs", text)


@pytest.mark.parametrize(
    "seconds", [899, 43_201, 0, -900, "899", "1h", "-900", "1800.0", "0x700", "\u0663\u0666\u0660\u0660", "9" * 5000]
)
def test_seconds_that_are_none(seconds: Any) -> None:
    """The vendor would refuse them only when they are asked for."""
    with pytest.raises(ConfigError) as caught:
        alibaba({"credentials": "assume_role", "role_arn": ARN, "duration_seconds": seconds}, **KEY)

    assert str(caught.value) == (
        f"connection 'media': duration_seconds cannot be '{seconds}'; use a whole number of seconds from 900 to 43200"
    )


@pytest.mark.parametrize(("seconds", "of"), [(True, "bool"), (1800.5, "float"), ([1800], "list")])
def test_seconds_of_another_type(seconds: Any, of: str) -> None:
    """They are told as any other field's."""
    with pytest.raises(ConfigError, match=f"^connection 'media': duration_seconds must be text, not {of}; quote it$"):
        alibaba({"credentials": "assume_role", "role_arn": ARN, "duration_seconds": seconds}, **KEY)


POD = {"role_arn": ARN, "oidc_provider_arn": PROVIDER, "oidc_token_file": "/token"}


def test_a_token_in_a_file() -> None:
    """Needs no key."""
    account = alibaba({"credentials": "oidc", **POD})

    assert account.credentials == Credentials()
    assert account.credential_provider == OidcRole(ARN, PROVIDER, "/token", "airflow-mediajobs", "3600")


def test_what_a_pod_is_told_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in where the connection says nothing."""
    monkeypatch.setenv("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod\n")
    monkeypatch.setenv("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
    monkeypatch.setenv("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/var/run/token")
    monkeypatch.setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod")

    assert alibaba({"credentials": "oidc"}).credential_provider == OidcRole(
        "acs:ram::1:role/pod", PROVIDER, "/var/run/token", "pod", "3600"
    )
    assert alibaba({"credentials": "oidc", **POD, "role_session_name": "mine"}).credential_provider == OidcRole(
        ARN, PROVIDER, "/token", "mine", "3600"
    )


def test_the_role_of_the_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name, or by asking for that."""
    assert alibaba({"credentials": "ecs_ram_role"}).credential_provider == InstanceRole()
    assert alibaba({"credentials": "ecs_ram_role", "ecs_role_name": "worker"}).credential_provider == InstanceRole(
        "worker"
    )
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA", "around")
    assert alibaba({"credentials": "ecs_ram_role"}).credential_provider == InstanceRole("around")


def test_what_the_vendors_tools_find(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment, and the CLI's file in the home."""
    file = tmp_path / ".aliyun" / "config.json"
    file.parent.mkdir()
    profile = {"name": "default", "mode": "AK", "access_key_id": "LTAI2", "access_key_secret": "s3cret"}
    file.write_text(json.dumps({"current": "default", "profiles": [profile]}))
    assert alibaba({"credentials": "default"}).credentials == Credentials("LTAI2", "s3cret")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI1")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cret")
    assert alibaba({"credentials": "default"}).credentials == Credentials("LTAI1", "s3cret")


@pytest.mark.parametrize("broken", ["missing", "folder", "not text"])
def test_a_file_of_the_tools_that_cannot_be_read(tmp_path: Path, broken: str) -> None:
    """Is as good as none."""
    file = tmp_path / ".aliyun" / "config.json"
    if broken != "missing":
        file.parent.mkdir()
    if broken == "folder":
        file.mkdir()
    if broken == "not text":
        file.write_bytes(b"\xff")

    assert alibaba({"credentials": "default"}).credential_provider == InstanceRole()


def test_what_the_tools_cannot_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told with the connection's name."""
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")

    with pytest.raises(ConfigError) as caught:
        alibaba({"credentials": "default"})

    assert str(caught.value).startswith("connection 'media': credentials: the default chain found no credentials: ")
    assert caught.value.__suppress_context__


# --- Huawei Cloud -------------------------------------------------------------------------------------------------


def test_a_user() -> None:
    """Of IAM: name and password are in login and password."""
    account = huawei({"credentials": "iam_user", "domain_name": "the-account"}, login="operator", password="pa ss")

    assert (account.credentials, account.credential_provider) == (
        Credentials("operator", "pa ss"),
        IamUser("the-account"),
    )


@pytest.mark.parametrize(("seconds", "text"), [(None, "3600"), (86_400, "86400"), ("900", "900"), (900.0, "900")])
def test_an_agency(seconds: Any, text: str) -> None:
    """Is taken over by the key."""
    extra = {"agency_name": "media", "domain_name": "the-account", "duration_seconds": seconds}
    account = huawei({"credentials": "agency", **extra}, **KEY)

    assert (account.credentials, account.credential_provider) == (
        Credentials("ak", "sk"),
        Agency("media", "the-account", text),
    )


def test_the_agency_of_the_instance() -> None:
    """There is nothing to say."""
    account = huawei({"credentials": "ecs_agency"})

    assert (account.credentials, account.credential_provider) == (Credentials(), InstanceAgency())


def test_a_given_token() -> None:
    """Stands in for a key, but cannot get other credentials."""
    assert huawei({"auth_token": "t0ken"}).credentials == Credentials(auth_token="t0ken")
    with pytest.raises(ConfigError, match="login and password are not both set"):
        huawei({"auth_token": "t0ken", "credentials": "agency", "agency_name": "a", "domain_name": "d"})


# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "extra", "fields", "message"),
    [
        (
            alibaba,
            {"credentials": "agency"},
            KEY,
            "credentials cannot be 'agency'; valid: access_key, assume_role, oidc, ecs_ram_role, default",
        ),
        (
            huawei,
            {"credentials": "oidc"},
            KEY,
            "credentials cannot be 'oidc'; valid: access_key, iam_user, agency, ecs_agency",
        ),
        (
            alibaba,
            {"credentials": "LTAI5tS3cretOfSomebody"},
            KEY,
            "credentials is not a known method; valid: access_key, assume_role, oidc, ecs_ram_role, default",
        ),
        (alibaba, {"credentials": {"secret": "s3cret"}}, KEY, "credentials must be text, not dict; quote it"),
        (
            alibaba,
            {},
            {"login": "ak"},
            "login and password are not both set; put the access key id and its secret there",
        ),
        (
            alibaba,
            {"auth_token": "t0ken"},
            {},
            "login and password are not both set; put the access key id and its secret there",
        ),
        (
            alibaba,
            {"credentials": "assume_role", "role_arn": ARN},
            {"password": "s3cret"},
            "login and password are not both set; put the access key id and its secret there",
        ),
        (
            huawei,
            {"credentials": "iam_user", "domain_name": "d"},
            {"login": "operator"},
            "login and password are not both set; put the IAM user's name and password there",
        ),
        (
            alibaba,
            {"credentials": "ecs_ram_role"},
            {"password": "s3cret"},
            (
                "login and password have no meaning with `credentials` 'ecs_ram_role' (the RAM role of the ECS "
                "instance that Airflow runs on); leave them empty, or choose another `credentials` than 'ecs_ram_role'"
            ),
        ),
        (
            alibaba,
            {"credentials": "default"},
            KEY,
            (
                "login and password have no meaning with `credentials` 'default' (what the vendor's own tools would "
                "find on this machine); leave them empty, or choose another `credentials` than 'default'"
            ),
        ),
        (
            alibaba,
            {"credentials": "assume_role"},
            KEY,
            (
                "role_arn is missing, and `credentials` 'assume_role' need it; add it to extra, or set the variable "
                "ALIBABA_CLOUD_ROLE_ARN"
            ),
        ),
        (
            alibaba,
            {"credentials": "oidc", **POD, "oidc_token_file": " "},
            {},
            (
                "oidc_token_file is missing, and `credentials` 'oidc' need it; add it to extra, or set the variable "
                "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
            ),
        ),
        (
            huawei,
            {"credentials": "iam_user"},
            KEY,
            "domain_name is missing, and `credentials` 'iam_user' need it; add it to extra",
        ),
        (
            huawei,
            {"credentials": "agency", "domain_name": "d"},
            KEY,
            "agency_name is missing, and `credentials` 'agency' need it; add it to extra",
        ),
        (
            huawei,
            {"credentials": "agency", "domain_name": "d", "agency_name": "a", "duration_seconds": 86_401},
            KEY,
            "duration_seconds cannot be '86401'; use a whole number of seconds from 900 to 86400",
        ),
        (
            alibaba,
            {"credentials": "assume_role", "role_arn": [ARN]},
            KEY,
            "role_arn must be text, not list; quote it",
        ),
        (
            alibaba,
            {"credentials": "assume_role", "role_arn": ARN, "policy": {"Statement": []}},
            KEY,
            "policy must be text, not dict; quote it",
        ),
    ],
)
def test_mistakes_are_told(read: Any, extra: dict[str, Any], fields: dict[str, str], message: str) -> None:
    """With the connection, the field, what is wrong and what to do; and nothing secret."""
    with pytest.raises(ConfigError) as caught:
        read(extra, **fields)

    assert str(caught.value) == f"connection 'media': {message}"
    assert not [secret for secret in ("s3cret", "t0ken", "S3cret") if secret in str(caught.value)]


def test_nothing_secret_shows() -> None:
    """In accounts with sources."""
    accounts = [
        alibaba({"credentials": "assume_role", "role_arn": ARN, "external_id": "t0ken"}, login="a", password="s3cret"),
        huawei({"credentials": "iam_user", "domain_name": "d"}, login="operator", password="s3cret"),
    ]

    assert not [secret for secret in ("s3cret", "t0ken") if secret in repr(accounts)]


# --- end to end ---------------------------------------------------------------------------------------------------


def test_hooks_look_with_what_they_fetch(
    mediajobs_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each way that a connection may name."""
    identity = mediajobs_world.identity
    own = mediajobs_world.account("alibaba").credentials
    key = {"login": own.access_key, "password": own.secret_key}
    identity.add_role("publisher")
    identity.add_role("pod", provider=PROVIDER)
    identity.add_oidc_token("the.jwt")
    identity.instance_role = identity.instance_agency = "worker"
    identity.add_user("operator", "pass")
    identity.add_agency("media")
    (tmp_path / "token").write_text("the.jwt\n")
    pod = {**POD, "role_arn": "acs:ram::1000000000000001:role/pod", "oidc_token_file": str(tmp_path / "token")}
    mediajobs_world.add_job("alibaba.live.editing", {"caster_id": "c1", "show_id": "s1"}, "3")
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "30647"}, "SUCCEEDED")

    def looked(
        hook: Any, conn_type: str, method: str, extra: dict[str, Any], fields: dict[str, str], **ids: str
    ) -> str:
        value = {"conn_type": conn_type, **fields, "extra": {"credentials": method, **extra}}
        monkeypatch.setenv("AIRFLOW_CONN_MEDIA", json.dumps(value))
        kind = "alibaba.live.editing" if hook is AlibabaMediaHook else "huawei.mpc.editing"
        made = hook("media", transport=EmulatorTransport(mediajobs_world), now=mediajobs_world.wall)
        return str(made.get_job(kind, **ids).state)

    for method, extra, fields in (
        ("assume_role", {"role_arn": ARN}, key),
        ("oidc", pod, {}),
        ("ecs_ram_role", {}, {}),
        ("default", {}, {}),
    ):
        assert looked(AlibabaMediaHook, "alibaba_mediajobs", method, extra, fields, caster_id="c1", show_id="s1") == (
            "succeeded"
        )
    domain = {"domain_name": "emulator-domain"}
    for method, extra, fields in (
        ("iam_user", domain, {"login": "operator", "password": "pass"}),
        ("agency", domain | {"agency_name": "media"}, key),
        ("ecs_agency", {}, {}),
    ):
        region = {"region": "cn-north-4"}
        assert (
            looked(HuaweiMediaHook, "huawei_mediajobs", method, region | extra, fields, job_id="30647") == "succeeded"
        )
