# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that values as Airflow's form saves them are read like a connection that was written by hand.

Covers ``hooks.account``, ``hooks.extra``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.core.vendor import Vendor
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.provider_info import get_provider_info
from airflow_provider_mediajobs.vendors import VENDORS
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

# Nothing but login and password was filled in.
EMPTY = {
    "alibaba": """{
  "region": null,
  "credentials": null,
  "security_token": null,
  "role_arn": null,
  "role_session_name": null,
  "duration_seconds": null,
  "external_id": null,
  "policy": null,
  "oidc_provider_arn": null,
  "oidc_token_file": null,
  "ecs_role_name": null,
  "timeout": null,
  "proxy": null,
  "verify": null,
  "allow_http": null,
  "signature": null,
  "endpoints": null,
  "quotas": null
}""",
    "huawei": """{
  "region": null,
  "project_id": null,
  "credentials": null,
  "security_token": null,
  "auth_token": null,
  "domain_name": null,
  "agency_name": null,
  "duration_seconds": null,
  "timeout": null,
  "proxy": null,
  "verify": null,
  "allow_http": null,
  "endpoints": null,
  "quotas": null,
  "api_versions": null
}""",
}
ALIBABA_FILLED = """{
  "region": "cn-beijing",
  "credentials": "assume_role",
  "security_token": null,
  "role_arn": "acs:ram::1000000000000001:role/publisher",
  "role_session_name": null,
  "duration_seconds": 1800,
  "external_id": "x",
  "policy": "{\\"Version\\": \\"1\\",\\n \\"Statement\\": []}",
  "oidc_provider_arn": null,
  "oidc_token_file": null,
  "ecs_role_name": null,
  "timeout": 15,
  "proxy": null,
  "verify": "false",
  "allow_http": null,
  "signature": "HMAC-SHA1",
  "endpoints": null,
  "quotas": {
    "live": 5
  }
}"""
HUAWEI_FILLED = """{
  "region": "cn-north-4",
  "project_id": "project-ui",
  "credentials": "access_key",
  "security_token": null,
  "auth_token": null,
  "domain_name": null,
  "agency_name": null,
  "duration_seconds": null,
  "timeout": 7.5,
  "proxy": null,
  "verify": null,
  "allow_http": null,
  "endpoints": {
    "vod": "http://127.0.0.1:18434",
    "mpc": "http://127.0.0.1:18434"
  },
  "quotas": null,
  "api_versions": null
}"""


def _read(vendor: Vendor, extra: str, **fields: Any) -> Account:
    """As the form saves the rest: what was left empty is not sent."""
    given: dict[str, Any] = {"conn_id": "form", "conn_type": vendor.conn_type, "login": "ak", "password": "sk"} | fields
    connection = Connection(**given, extra=extra)
    return account_from(vendor, connection, connection.extra_dejson)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_the_recordings_hold_every_field(vendor: Vendor) -> None:
    """In the form's order. A new field has to be recorded too."""
    types = {entry["connection-type"]: entry for entry in get_provider_info()["connection-types"]}

    assert list(json.loads(EMPTY[vendor.name])) == list(types[vendor.conn_type]["conn-fields"])


def test_an_empty_form() -> None:
    """Fields that were left alone say nothing."""
    assert _read(ALIBABA, EMPTY["alibaba"]) == Account(
        vendor="alibaba", credentials=Credentials("ak", "sk"), signature="ACS3-HMAC-SHA256"
    )


def test_an_empty_form_of_huawei() -> None:
    """Which project or region is meant has to be said."""
    with pytest.raises(ConfigError, match="project_id is missing"):
        _read(HUAWEI, EMPTY["huawei"])


def test_a_filled_form_of_alibaba() -> None:
    """Numbers stay numbers, and JSON an object."""
    account = _read(ALIBABA, ALIBABA_FILLED, host="127.0.0.1", port=18434, schema="http")

    assert account == Account(
        vendor="alibaba",
        credentials=Credentials("ak", "sk"),
        region="cn-beijing",
        signature="HMAC-SHA1",
        origin="http://127.0.0.1:18434",
        quotas={"live": 5.0, "live-submit": 5.0},
        http=HttpOptions(timeout=15.0, verify=False),
        credential_provider=AssumedRole(
            role_arn="acs:ram::1000000000000001:role/publisher",
            role_session_name="airflow-mediajobs",
            duration_seconds="1800",
            external_id="x",
            policy='{"Version": "1",\n "Statement": []}',
        ),
    )


def test_a_filled_form_of_huawei() -> None:
    """With a port of 0, since Airflow 3.3.2 tests no saved connection without one."""
    account = _read(HUAWEI, HUAWEI_FILLED, port=0)

    assert account == Account(
        vendor="huawei",
        credentials=Credentials("ak", "sk"),
        region="cn-north-4",
        project_id="project-ui",
        signature="SDK-HMAC-SHA256",
        endpoints={"vod": "http://127.0.0.1:18434", "mpc": "http://127.0.0.1:18434"},
        http=HttpOptions(timeout=7.5),
    )


def test_what_the_test_button_sends() -> None:
    """Empty text, and 0 as a port, where a saved connection has nothing."""
    connection = Connection(
        conn_id="form",
        conn_type="huawei_mediajobs",
        login="ak",
        password="sk",
        host="",
        schema="",
        port=0,
        extra=HUAWEI_FILLED,
    )

    assert account_from(HUAWEI, connection, connection.extra_dejson) == _read(HUAWEI, HUAWEI_FILLED)


def test_a_switch_that_was_on_and_off() -> None:
    """Saves false, not nothing."""
    extra = json.loads(HUAWEI_FILLED) | {"allow_http": False, "endpoints": {"vod": "http://gateway.example"}}

    with pytest.raises(ConfigError, match="over plain http"):
        _read(HUAWEI, json.dumps(extra))
    assert _read(HUAWEI, json.dumps(extra | {"allow_http": True})).endpoints == {"vod": "http://gateway.example"}


def test_json_that_is_none() -> None:
    """The form saves it as the text it is."""
    extra = json.loads(HUAWEI_FILLED) | {"quotas": "half {"}

    with pytest.raises(ConfigError, match="connection 'form': quotas is not JSON"):
        _read(HUAWEI, json.dumps(extra))
