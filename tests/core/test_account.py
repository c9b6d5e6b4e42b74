# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests accounts: no secret in ``repr``, and which origin a request is sent to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions


def test_repr_shows_no_secret() -> None:
    """Neither key, tokens nor a proxy's password."""
    keys = Credentials("AK", "S1", "S2", "S3")
    account = Account("v", keys, http=HttpOptions(proxy="http://u:S4@proxy"))
    assert [word for word in ("S1", "S2", "S3", "S4") if word in repr(account) + repr(keys)] == []
    assert "AK" in repr(account)


@pytest.mark.parametrize(
    ("proxy", "secrets"),
    [
        (None, ()),
        ("http://proxy:3128", ()),
        ("http://user@proxy:3128", ()),
        ("http://user:a%40b%3A@proxy:3128", ("dXNlcjphQGI6", "a%40b%3A", "a@b:")),
    ],
)
def test_secrets_of_a_proxy(proxy: str | None, secrets: tuple[str, ...]) -> None:
    """As they may be met in an answer."""
    assert HttpOptions(proxy=proxy).secrets == secrets


def test_override() -> None:
    """The product's own endpoint, then the origin for all, then none."""
    account = Account("v", Credentials(), origin="http://all", endpoints={"vod": "http://vod"})
    assert (account.override("vod"), account.override("mpc")) == ("http://vod", "http://all")
    assert Account("v", Credentials()).override("vod") is None


ACCOUNT = Account(
    "v",
    Credentials("id", "secret"),
    region="r",
    project_id="p",
    signature="s",
    origin="http://o",
    endpoints={"a": "1", "b": "2"},
    api_versions={"a": "v1"},
    quotas={"q": 1.0},
    credential_provider="a source",  # type: ignore[arg-type]  # any value will do
)


@pytest.mark.parametrize(
    "change",
    [
        {"vendor": "w"},
        {"credentials": Credentials("id", "other")},
        {"credentials": Credentials("id", "secret", "token")},
        {"credentials": Credentials("id", "secret", expires_at=datetime(2026, 9, 1, tzinfo=UTC))},
        {"credential_provider": None},
        {"credential_provider": "another"},
        {"region": "x"},
        {"project_id": None},
        {"signature": ""},
        {"origin": None},
        {"endpoints": {"a": "1"}},
        {"endpoints": {"a": "2", "b": "1"}},
        {"api_versions": {}},
        {"quotas": {"q": 2.0}},
        {"http": HttpOptions(timeout=1.0)},
    ],
)
def test_accounts_that_are_not_the_same(change: dict[str, Any]) -> None:
    """Whatever differs: one must not use what belongs to the other."""
    assert replace(ACCOUNT, **change).identity != ACCOUNT.identity


def test_accounts_that_are_the_same() -> None:
    """Whatever the order of what a connection says; the key can be one of a table."""
    other = replace(ACCOUNT, endpoints={"b": "2", "a": "1"})
    assert {ACCOUNT.identity: 1}[other.identity] == 1


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        (Credentials(), ()),
        (Credentials("id"), ()),
        (Credentials("id", "secret"), ("secret",)),
        (Credentials("id", "secret", "security", "auth"), ("security", "auth", "secret")),
    ],
)
def test_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    """All that nobody must see, and nothing empty: it would be replaced between all letters."""
    assert credentials.secrets == secrets
