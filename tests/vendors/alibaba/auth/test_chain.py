# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the places where Alibaba's own tools look for credentials, and their order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.credentials import Environment, ResolvedCredentials
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.vendors.alibaba.auth.chain import default_chain
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole, Service

ARN = "acs:ram::1:role/publisher"
PROVIDER = "acs:ram::1:oidc-provider/cluster"
KEY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI1", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s3cret"}
POD = {
    "ALIBABA_CLOUD_ROLE_ARN": ARN,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/token",
}
URI = {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://localhost:6666/me"}
AK = {"mode": "AK", "access_key_id": "LTAI2", "access_key_secret": "s3cret"}
INSTANCE = ResolvedCredentials(Credentials(), InstanceRole())


def find(variables: dict[str, str] | None = None, config: Any = None) -> ResolvedCredentials:
    """What there is; a config is the text of the CLI's file, or what is in it."""
    text = config if isinstance(config, str | None) else json.dumps(config)
    return default_chain(Environment(variables or {}, {"~/.aliyun/config.json": text}.get))


def profiles(*them: dict[str, Any], current: str | None = "mine") -> dict[str, Any]:
    """The CLI's file; the first profile is the current one."""
    names = ("mine", "other", "third")
    return {"current": current, "profiles": [{"name": name} | it for name, it in zip(names, them, strict=False)]}


@pytest.mark.parametrize(
    ("variables", "config", "found"),
    [
        (KEY | POD | URI, profiles(AK), ResolvedCredentials(Credentials("LTAI1", "s3cret"))),
        (
            POD | URI,
            profiles(AK),
            ResolvedCredentials(Credentials(), OidcRole(ARN, PROVIDER, "/token", "airflow-mediajobs", "3600")),
        ),
        (URI, profiles(AK), ResolvedCredentials(Credentials("LTAI2", "s3cret"))),
        (URI, None, ResolvedCredentials(Credentials(), Service("http://localhost:6666/me"))),
        ({}, None, INSTANCE),
    ],
)
def test_the_order(variables: dict[str, str], config: Any, found: ResolvedCredentials) -> None:
    """Each goes before those below."""
    assert find(variables, config) == found


def test_a_temporary_key_of_the_environment() -> None:
    """With its token, and without the line breaks that come along with copying."""
    variables = KEY | {"ALIBABA_CLOUD_SECURITY_TOKEN": " t0ken\n", "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI1\n"}

    assert find(variables) == ResolvedCredentials(Credentials("LTAI1", "s3cret", "t0ken"))


@pytest.mark.parametrize("missing", sorted(KEY | POD))
@pytest.mark.parametrize("empty", [True, False])
def test_what_is_incomplete_is_passed_over(missing: str, empty: bool) -> None:
    """As if it were not there."""
    variables = {name: value for name, value in (KEY if missing in KEY else POD).items() if name != missing}

    assert find(variables | ({missing: " "} if empty else {})) == INSTANCE


def test_the_session_of_a_pod() -> None:
    """May have a name."""
    found = find(POD | {"ALIBABA_CLOUD_ROLE_SESSION_NAME": "nightly"})

    assert found.credential_provider == OidcRole(ARN, PROVIDER, "/token", "nightly", "3600")


def test_the_role_of_the_instance() -> None:
    """May be named, or disabled."""
    assert find({"ALIBABA_CLOUD_ECS_METADATA": "worker"}).credential_provider == InstanceRole("worker")
    assert find({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "false"}) == INSTANCE


@pytest.mark.parametrize("word", ["true", "TRUE", "True"])
def test_nothing_at_all(word: str) -> None:
    """All that was looked for is told."""
    with pytest.raises(ConfigError) as caught:
        find({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": word, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s3cret"})

    assert str(caught.value) == (
        "credentials: the default chain found no credentials: ALIBABA_CLOUD_ACCESS_KEY_ID and "
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET are not both set; nor are ALIBABA_CLOUD_ROLE_ARN, "
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE; ~/.aliyun/config.json has no usable "
        "profile; ALIBABA_CLOUD_CREDENTIALS_URI is not set; and ALIBABA_CLOUD_ECS_METADATA_DISABLED is true, so the "
        "role of the ECS instance is not requested. Set one of these where Airflow runs, or choose another method in "
        "`credentials` of the connection"
    )


@pytest.mark.parametrize(
    "uri",
    [
        "localhost:6666",
        "/me",
        "ftp://h/s3cret",
        "http://",
        "http:///s3cret",
        "http://me:s3cret@h",
        "http://[s3cret",
        "http://h:port",
        "http://h:0",
    ],
)
def test_what_is_no_address_is_not_told(uri: str) -> None:
    """It may be a secret in the wrong place, or hold one."""
    with pytest.raises(ConfigError) as variable:
        find({"ALIBABA_CLOUD_CREDENTIALS_URI": uri})
    with pytest.raises(ConfigError) as profile:
        find({}, profiles({"mode": "CredentialsURI", "credentials_uri": uri}))

    assert str(variable.value) == (
        "credentials: ALIBABA_CLOUD_CREDENTIALS_URI must be an http or https URL with a host and without a user name; "
        "correct it"
    )
    assert str(profile.value) == (
        "credentials: the `credentials_uri` in ~/.aliyun/config.json must be an http or https URL with a host "
        "and without a user name; correct it"
    )
    assert variable.value.__cause__ is None


# --- the profiles of the vendor's CLI -----------------------------------------------------------------------------

WRITTEN = {
    "sts_token": "",
    "ram_role_name": "",
    "ram_role_arn": "",
    "ram_session_name": "",
    "private_key": "",
    "expired_seconds": 0,
    "region_id": "cn-shanghai",
    "output_format": "json",
    "retry_timeout": 0,
}
"""What older versions of the CLI write into every profile."""


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        (AK, ResolvedCredentials(Credentials("LTAI2", "s3cret"))),
        (WRITTEN | AK, ResolvedCredentials(Credentials("LTAI2", "s3cret"))),
        (AK | {"mode": "StsToken", "sts_token": "t0ken"}, ResolvedCredentials(Credentials("LTAI2", "s3cret", "t0ken"))),
        (AK | {"sts_token": "stale"}, ResolvedCredentials(Credentials("LTAI2", "s3cret"))),
        (
            WRITTEN | AK | {"mode": "RamRoleArn", "ram_role_arn": ARN},
            ResolvedCredentials(Credentials("LTAI2", "s3cret"), AssumedRole(ARN, "airflow-mediajobs", "3600")),
        ),
        (
            AK
            | {
                "mode": "RamRoleArn",
                "ram_role_arn": ARN,
                "ram_session_name": "cli",
                "expired_seconds": 900,
                "external_id": "outside",
                "policy": "{}",
            },
            ResolvedCredentials(Credentials("LTAI2", "s3cret"), AssumedRole(ARN, "cli", "900", "outside", "{}")),
        ),
        (WRITTEN | {"mode": "EcsRamRole"}, ResolvedCredentials(Credentials(), InstanceRole())),
        ({"mode": "EcsRamRole", "ram_role_name": "worker"}, ResolvedCredentials(Credentials(), InstanceRole("worker"))),
        (
            {
                "mode": "OIDC",
                "ram_role_arn": ARN,
                "oidc_provider_arn": PROVIDER,
                "oidc_token_file": "/t",
                "policy": "{}",
            },
            ResolvedCredentials(Credentials(), OidcRole(ARN, PROVIDER, "/t", "airflow-mediajobs", "3600", "{}")),
        ),
        (
            {
                "mode": "OIDC",
                "ram_role_arn": ARN,
                "oidc_provider_arn": PROVIDER,
                "oidc_token_file": "/t",
                "role_session_name": "cli",
                "expired_seconds": "1800",
            },
            ResolvedCredentials(Credentials(), OidcRole(ARN, PROVIDER, "/t", "cli", "1800")),
        ),
        (
            {"mode": "CredentialsURI", "credentials_uri": "https://h/a"},
            ResolvedCredentials(Credentials(), Service("https://h/a")),
        ),
    ],
)
def test_modes(profile: dict[str, Any], found: ResolvedCredentials) -> None:
    """All that need nobody at a keyboard, by the names of the CLI's file."""
    assert find({}, profiles(profile)) == found


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (AK, Credentials("LTAI2", "s3cret")),
        (AK | {"mode": "StsToken", "sts_token": "t0ken"}, Credentials("LTAI2", "s3cret", "t0ken")),
    ],
)
def test_a_role_by_another_profile(source: dict[str, Any], key: Credentials) -> None:
    """Whose key assumes it."""
    chained = {"mode": "ChainableRamRoleArn", "source_profile": "other", "ram_role_arn": ARN, "ram_session_name": "cli"}

    assert find({}, profiles(chained, source)) == ResolvedCredentials(key, AssumedRole(ARN, "cli", "3600"))


@pytest.mark.parametrize(
    "profile",
    [
        WRITTEN | {"mode": "AK"},
        WRITTEN | {"mode": ""},
        {},
        AK | {"access_key_id": None},
        AK | {"mode": "StsToken"},
        AK | {"mode": "RamRoleArn"},
        {"mode": "RamRoleArn", "ram_role_arn": ARN},
        {"mode": "OIDC", "ram_role_arn": ARN, "oidc_provider_arn": PROVIDER},
    ],
)
def test_profiles_that_were_never_filled_in(profile: dict[str, Any]) -> None:
    """The CLI makes such a one when it is first run; its own library passes them over."""
    assert find({}, profiles(profile)) == INSTANCE


@pytest.mark.parametrize("mode", ["CloudSSO", "OAuth", "External", "RamRoleArnWithRoleName", "CredentialsURI", "ak"])
def test_modes_of_no_use(mode: str) -> None:
    """To pass over them would be to go on as somebody else."""
    with pytest.raises(ConfigError) as caught:
        find({}, profiles(AK | {"mode": mode, "process_command": "echo s3cret"}))

    assert str(caught.value) == (
        "credentials: the profile 'mine' in ~/.aliyun/config.json has a mode that is not supported; name another "
        "profile in ALIBABA_CLOUD_PROFILE, or set ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true to ignore all profiles"
    )


@pytest.mark.parametrize("source", [{"mode": "EcsRamRole"}, {"mode": "ChainableRamRoleArn"}, {}])
def test_a_role_by_a_profile_of_no_use(source: dict[str, Any]) -> None:
    """One call is made for credentials, not a chain of them."""
    chained = {"mode": "ChainableRamRoleArn", "source_profile": "other", "ram_role_arn": ARN}

    with pytest.raises(ConfigError, match="the profile 'mine' in"):
        find({}, profiles(chained, source))


def test_which_profile() -> None:
    """The variable's goes before the current one."""
    config = profiles(AK, AK | {"access_key_id": "LTAI3"})

    assert find({}, config).credentials.access_key == "LTAI2"
    assert find({"ALIBABA_CLOUD_PROFILE": "other"}, config).credentials.access_key == "LTAI3"


@pytest.mark.parametrize(
    ("variables", "config"),
    [
        ({"ALIBABA_CLOUD_PROFILE": "nobody"}, profiles(AK)),
        ({"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, profiles(AK)),
        ({}, profiles(AK, current="nobody")),
        ({}, {"profiles": [AK]}),  # neither has a name
        ({}, profiles(AK, current=None)),
        ({}, {"current": "mine"}),
        ({}, {"current": "mine", "profiles": {"mine": AK}}),
        ({}, "[]"),
        ({}, ""),
        ({}, None),
    ],
)
def test_no_profile(variables: dict[str, str], config: Any) -> None:
    """Then the others are looked for."""
    assert find(variables, config) == INSTANCE


def test_a_file_that_cannot_be_read() -> None:
    """Its text is not shown: there are keys in it."""
    with pytest.raises(ConfigError) as caught:
        find({}, '{"profiles": [{"access_key_secret": "s3cret"')

    assert str(caught.value) == ("credentials: ~/.aliyun/config.json is not JSON; repair it, or run `aliyun configure`")
    assert caught.value.__suppress_context__
