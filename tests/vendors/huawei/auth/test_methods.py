# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the methods of obtaining Huawei Cloud credentials, and how each reads its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from airflow_provider_mediajobs.core.account import CredentialProvider
from airflow_provider_mediajobs.core.credentials import AuthMethod
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency
from airflow_provider_mediajobs.vendors.huawei.auth.methods import AUTH_METHODS

BY_NAME: Mapping[str, AuthMethod] = {method.name: method for method in AUTH_METHODS}


def test_names() -> None:
    """They stand in connections; the first is that of a connection that says nothing."""
    assert [method.name for method in HUAWEI.auth_methods] == ["access_key", "iam_user", "agency", "ecs_agency"]
    assert [bool(method.keys) for method in AUTH_METHODS] == [True, True, True, False]
    assert [method.find for method in AUTH_METHODS] == [None] * 4


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("access_key", {}),
        ("iam_user", {"domain_name": ("", True, None)}),
        (
            "agency",
            {
                "agency_name": ("", True, None),
                "domain_name": ("", True, None),
                "duration_seconds": ("3600", False, (900, 86_400)),
            },
        ),
        ("ecs_agency", {}),
    ],
)
def test_fields(name: str, fields: dict[str, tuple[str, bool, tuple[int, int] | None]]) -> None:
    """Defaults, which must be there, and from when to when."""
    found = {one.name: (one.default, one.required, one.bounds) for one in BY_NAME[name].parameters}

    assert found == fields


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("iam_user", IamUser("domain_name!")),
        ("agency", Agency("agency_name!", "domain_name!", "duration_seconds!")),
        ("ecs_agency", InstanceAgency()),
    ],
)
def test_sources(name: str, source: CredentialProvider) -> None:
    """Each field lands where it belongs."""
    method = BY_NAME[name]
    assert method.make is not None

    assert method.make({one.name: f"{one.name}!" for one in method.parameters}) == source
