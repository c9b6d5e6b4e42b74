# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the connection form without a browser: the data of its page, saving, testing and saving again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow_provider_mediajobs.cli.stack import PROJECT_ID

from . import rows
from .stack import KEY, Stack

ROLE = "acs:ram::1000000000000001:role/publisher"


def _save(stack: Stack, conn_id: str, conn_type: str, filled: Mapping[str, Any], **standard: Any) -> None:
    """All extra fields, and of the others those that are filled."""
    (fields,) = (form["extra_fields"] for form in stack.forms() if form["connection_type"] == conn_type)
    assert filled.keys() <= fields.keys()
    extra = {name: filled.get(name, field["value"]) for name, field in fields.items()}
    login, password = KEY
    own = {"connection_id": conn_id, "conn_type": conn_type, "login": login, "password": password}
    stack.ask("connections", {**own, "extra": json.dumps(extra, indent=2), **standard})


def _test(stack: Stack, conn_id: str) -> dict[str, Any]:
    """As the button of the list does: with what is shown, secrets masked and nothing left out."""
    shown = stack.ask(f"connections/{conn_id}")
    texts = {name: shown[name] or "" for name in ("description", "host", "login", "password", "schema")}
    same = {name: shown[name] for name in ("connection_id", "conn_type", "extra")}
    answer: dict[str, Any] = stack.ask("connections/test", {**same, **texts, "port": shown["port"] or 0})
    return answer


def test_alibaba(stack: Stack) -> None:
    """By a role, and through a host."""
    stack.control("roles", {"name": "publisher", "external_id": "x"})
    filled = {"region": "cn-beijing", "credentials": "assume_role", "role_arn": ROLE, "external_id": "x"}
    host, _, port = stack.emulator.partition("://")[2].partition(":")
    more = {"duration_seconds": 1800, "verify": "false", "signature": "HMAC-SHA1", "quotas": {"live": 5}}

    _save(stack, "form_alibaba", "alibaba_mediajobs", filled | more, host=host, port=int(port), schema="http")

    told = "signed in as acs:ram::1000000000000001:assumed-role/publisher/airflow-mediajobs"
    assert _test(stack, "form_alibaba") == {"status": True, "message": told}


def test_huawei(stack: Stack) -> None:
    """Through endpoints."""
    endpoints = dict.fromkeys(("vod", "mpc"), stack.emulator)
    filled = {"region": "cn-north-4", "project_id": PROJECT_ID, "timeout": 7.5, "endpoints": endpoints}

    _save(stack, "form_huawei", "huawei_mediajobs", filled, port=0)

    answer = _test(stack, "form_huawei")
    assert answer["status"] is True
    assert answer["message"].startswith(f"signed in to project {PROJECT_ID}")


def test_a_saved_connection_is_edited(stack: Stack) -> None:
    """Its secrets are not shown, and stay as they are."""
    secrets = {"security_token": "a-security-token", "proxy": "http://user:a-password@127.0.0.1:1"}
    _save(stack, "form_secrets", "huawei_mediajobs", {"region": "cn-north-4", **secrets}, port=0)

    shown = json.loads(stack.ask("connections/form_secrets")["extra"])
    assert {name: shown[name] for name in secrets} == dict.fromkeys(secrets, "***")
    edited = {"connection_id": "form_secrets", "conn_type": "huawei_mediajobs"}
    extra = json.dumps(shown | {"region": "cn-north-1"}, indent=2)
    stack.ask("connections/form_secrets?update_mask=extra", {**edited, "extra": extra}, method="PATCH")

    kept = rows.extra("form_secrets")
    assert {name: kept[name] for name in ("region", *secrets)} == {"region": "cn-north-1", **secrets}


def test_a_mistake_is_told(stack: Stack) -> None:
    """With the name of the field."""
    filled = {"region": "cn-north-4", "project_id": PROJECT_ID, "quotas": "half {"}
    _save(stack, "form_mistake", "huawei_mediajobs", filled, port=0)

    answer = _test(stack, "form_mistake")

    assert answer["status"] is False
    assert "quotas is not JSON" in answer["message"]
