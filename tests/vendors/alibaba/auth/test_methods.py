# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the methods of obtaining Alibaba Cloud credentials, and how each reads its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from airflow_provider_mediajobs.core.account import CredentialProvider, Credentials
from airflow_provider_mediajobs.core.credentials import AuthMethod, Environment, ResolvedCredentials
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole
from airflow_provider_mediajobs.vendors.alibaba.auth.methods import AUTH_METHODS

BY_NAME: Mapping[str, AuthMethod] = {method.name: method for method in AUTH_METHODS}


def test_names() -> None:
    """They stand in connections; the first is that of a connection that says nothing."""
    assert [method.name for method in ALIBABA.auth_methods] == [
        "access_key",
        "assume_role",
        "oidc",
        "ecs_ram_role",
        "default",
    ]
    assert [bool(method.keys) for method in AUTH_METHODS] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("access_key", {}),
        (
            "assume_role",
            {
                "role_arn": ("ALIBABA_CLOUD_ROLE_ARN", "", True),
                "role_session_name": ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "airflow-mediajobs", False),
                "duration_seconds": ("", "3600", False),
                "external_id": ("", "", False),
                "policy": ("", "", False),
            },
        ),
        (
            "oidc",
            {
                "role_arn": ("ALIBABA_CLOUD_ROLE_ARN", "", True),
                "oidc_provider_arn": ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "", True),
                "oidc_token_file": ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "", True),
                "role_session_name": ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "airflow-mediajobs", False),
                "duration_seconds": ("", "3600", False),
            },
        ),
        ("ecs_ram_role", {"ecs_role_name": ("ALIBABA_CLOUD_ECS_METADATA", "", False)}),
        ("default", {}),
    ],
)
def test_fields(name: str, fields: dict[str, tuple[str, str, bool]]) -> None:
    """Variables by the vendor's names, defaults, and which must be there."""
    found = {one.name: (one.variable, one.default, one.required) for one in BY_NAME[name].parameters}

    assert found == fields


def test_bounds_of_a_session() -> None:
    """From fifteen minutes to the twelve hours that a role may allow at most."""
    bounds = {one.bounds for method in AUTH_METHODS for one in method.parameters if one.name == "duration_seconds"}

    assert bounds == {(900, 43_200)}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("assume_role", AssumedRole("role_arn!", "role_session_name!", "duration_seconds!", "external_id!", "policy!")),
        (
            "oidc",
            OidcRole("role_arn!", "oidc_provider_arn!", "oidc_token_file!", "role_session_name!", "duration_seconds!"),
        ),
        ("ecs_ram_role", InstanceRole("ecs_role_name!")),
    ],
)
def test_sources(name: str, source: CredentialProvider) -> None:
    """Each field lands where it belongs."""
    method = BY_NAME[name]
    assert method.make is not None

    assert method.make({one.name: f"{one.name}!" for one in method.parameters}) == source


def test_looking_around() -> None:
    """One way makes nothing of fields: it looks where the vendor's tools do."""
    assert [method.name for method in AUTH_METHODS if method.find is not None] == ["default"]
    find = BY_NAME["default"].find
    assert find is not None

    assert find(Environment({}, lambda _: None)) == ResolvedCredentials(Credentials(), InstanceRole())
