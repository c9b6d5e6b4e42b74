"""The ways to come by Huawei Cloud credentials, and what each makes of its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from airflow_provider_mediajobs.core.account import CredentialSource
from airflow_provider_mediajobs.core.credentials import Way
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency
from airflow_provider_mediajobs.vendors.huawei.auth.methods import WAYS

BY_NAME: Mapping[str, Way] = {way.name: way for way in WAYS}


def test_names() -> None:
    """They stand in connections; the first is that of a connection that says nothing."""
    assert [way.name for way in HUAWEI.ways] == ["access_key", "iam_user", "agency", "ecs_agency"]
    assert [bool(way.keys) for way in WAYS] == [True, True, True, False]
    assert [way.find for way in WAYS] == [None] * 4


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
def test_sources(name: str, source: CredentialSource) -> None:
    """Each field lands where it belongs."""
    way = BY_NAME[name]
    assert way.make is not None

    assert way.make({one.name: f"{one.name}!" for one in way.parameters}) == source
