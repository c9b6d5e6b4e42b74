# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the warning about names in a connection's extra that nothing reads, and the names it suggests."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.hooks.lookup import account_of
from airflow_provider_mediajobs.hooks.unread import unread
from airflow_provider_mediajobs.provider_info import extra_names
from airflow_provider_mediajobs.vendors import VENDORS
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

OURS = "huawei_mediajobs"
GOOD = {"region": "cn-north-4", "project_id": "p"}


@pytest.mark.parametrize(
    ("conn_type", "extra", "told"),
    [
        (
            OURS,
            {"quota": {}, "time_out": 3, "verfy": False},
            "'quota' (did you mean quotas?), 'time_out' (did you mean timeout?), 'verfy' (did you mean verify?)",
        ),
        (OURS, {"regoin": "x", "Region": "y"}, "'regoin' (did you mean region?), 'Region' (did you mean region?)"),
        (OURS, {"colour": "red"}, "'colour'"),
        (OURS, {"endpoints": {"vodd": "h", "obs": "h"}}, "endpoints.'vodd' (did you mean vod?)"),
        (
            OURS,
            {f"strange{n}": 1 for n in range(7)},
            "'strange0', 'strange1', 'strange2', 'strange3', 'strange4' and 2 more",
        ),
        (OURS, {"x" * 5000: 1}, repr("x" * 40)),
        ("oss", {"endpoint": "h", "auth_type": "AK", "bucket": "b", "colour": "red"}, None),
        ("oss", {"regoin": "x"}, "'regoin' (did you mean region?)"),
        ("generic", {"colour": "red", "project-id": "x"}, "'project-id' (did you mean project_id?)"),
        (OURS, {"__extra__": "{}", "endpoints": "{}"}, None),
        (OURS, {}, None),
    ],
)
def test_names(conn_type: str, extra: dict[str, Any], told: str | None) -> None:
    """In a connection of another's type, only what is nearly ours."""
    assert unread(conn_type, extra) == (f"extra holds names that are not read: {told}" if told else "")


def test_every_name_that_is_read() -> None:
    """Of both vendors: `default_args` of a connection are often copied."""
    for vendor in VENDORS:
        assert unread(vendor.conn_type, dict.fromkeys(extra_names(vendor), "")) == ""


def _connection(monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any]) -> None:
    value = {"conn_type": OURS, "login": "access-key", "password": "secret-key", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_KEPT", json.dumps(value))


def test_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By every hook, whenever it reads the connection anew; the button says it too."""
    _connection(monkeypatch, GOOD | {"verfy": False})
    hook = HuaweiMediaHook("kept")

    with capture_logs() as lines:
        for _ in range(3):
            _ = hook.account
            hook.forget()

    told = "extra holds names that are not read: 'verfy' (did you mean verify?)"
    assert [line["event"] % line.get("positional_args", ()) for line in lines] == [f"connection 'kept': {told}"]
    assert hook.unread == told


async def test_told_once_in_a_triggerer(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """By whichever wait is first to read the connection."""
    _connection(monkeypatch, GOOD | {"colour_of_this_test": "red"})
    caplog.set_level(logging.WARNING)

    for _ in range(3):
        await account_of(HUAWEI, "kept", None, None)

    told = "connection 'kept': extra holds names that are not read: 'colour_of_this_test'"
    assert [record.getMessage() for record in caplog.records] == [told]


def test_what_is_missing_may_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another name."""
    _connection(monkeypatch, {"regoin": "cn-north-4"})

    with pytest.raises(ConfigError) as caught:
        _ = HuaweiMediaHook("kept").account

    assert str(caught.value) == (
        "connection 'kept': project_id is missing; add it, or the region whose project is meant, to extra; extra holds "
        "names that are not read: 'regoin' (did you mean region?)"
    )
