# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests connections that were made for other providers of the same clouds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

OSS = {
    "conn_type": "oss",
    "schema": "my-bucket",
    "extra": {
        "auth_type": "AK",
        "access_key_id": "LTAI5tExampleId",
        "access_key_secret": "s3cret",
        "region": "cn-hangzhou",
        "endpoint": "oss-cn-hangzhou-internal.aliyuncs.com",
    },
}
SPARK = {
    "conn_type": "adb_spark",
    "extra": {
        "auth_type": "AK",
        "access_key_id": "LTAI5tExampleId",
        "access_key_secret": "s3cret",
        "region": "cn-hangzhou",
    },
}
CLOUD = {
    "conn_type": "alibaba_cloud",
    "extra": {"access_key_id": "LTAI5tExampleId", "access_key_secret": "s3cret"},
}
MAXCOMPUTE = {
    "conn_type": "maxcompute",
    "extra": {
        "access_key_id": "LTAI5tExampleId",
        "access_key_secret": "s3cret",
        "project": "warehouse",
        "endpoint": "http://service.cn-hangzhou.maxcompute.aliyun.com/api",
    },
}
HUAWEI_CLOUD = {
    "conn_type": "huaweicloud",
    "login": "HPUAEXAMPLE",
    "password": "s3cret",
    "extra": {
        "region": "ap-southeast-3",
        "project_id": "1234567890",
        "obs_bucket": "your-obs-bucket-name",
        "enterprise_project_id": "0",
    },
}


def read(vendor: Any, value: dict[str, Any], **fields: Any) -> Account:
    """A connection from its JSON, as an environment variable or a secrets backend holds it."""
    connection = Connection.from_json(json.dumps(value | fields), conn_id="theirs")
    return account_from(vendor, connection, connection.extra_dejson)


def with_extra(value: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return value | {"extra": value["extra"] | extra}


@pytest.mark.parametrize(
    ("value", "region"), [(OSS, "cn-hangzhou"), (SPARK, "cn-hangzhou"), (CLOUD, None), (MAXCOMPUTE, None)]
)
def test_of_alibabas_provider(value: dict[str, Any], region: str | None) -> None:
    """The key is in the extra; schema, endpoint and project are those of another product."""
    assert read(ALIBABA, value) == Account(
        "alibaba", Credentials("LTAI5tExampleId", "s3cret"), region, signature="ACS3-HMAC-SHA256"
    )


def test_of_huaweis_provider() -> None:
    """The key is in login and password, region and project in the extra."""
    assert read(HUAWEI, HUAWEI_CLOUD) == Account(
        "huawei",
        Credentials("HPUAEXAMPLE", "s3cret"),
        "ap-southeast-3",
        "1234567890",
        signature="SDK-HMAC-SHA256",
    )


def test_as_uri(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow spells the type of a URI in another way."""
    monkeypatch.setenv("AIRFLOW_CONN_THEIRS", "alibaba-cloud://?access_key_id=LTAI1&access_key_secret=s%2F3cret%3D")
    connection = Connection.get("theirs")

    account = account_from(ALIBABA, connection, connection.extra_dejson)

    assert connection.conn_type == "alibaba_cloud"
    assert account.credentials == Credentials("LTAI1", "s/3cret=")


def test_the_host_is_that_of_another_product() -> None:
    """No media service answers there."""
    assert read(ALIBABA, OSS, host="oss-cn-hangzhou.aliyuncs.com", port=443).origin is None
    assert read(HUAWEI, HUAWEI_CLOUD, host="obs.internal", schema="http").origin is None


def test_what_this_package_reads_beyond() -> None:
    """May stand beside: it means what it means in a connection of this package."""
    value = with_extra(
        CLOUD,
        region="cn-beijing",
        timeout=5,
        quotas={"vod": 3},
        endpoints={"vod": "vod.internal"},
        security_token="t0ken",
        credentials="assume_role",
        role_arn="acs:ram::1:role/media",
    )

    assert read(ALIBABA, value) == Account(
        "alibaba",
        Credentials("LTAI5tExampleId", "s3cret", "t0ken"),
        "cn-beijing",
        signature="ACS3-HMAC-SHA256",
        endpoints={"vod": "https://vod.internal"},
        quotas={
            "vod": 3.0,
            "vod-details": 3.0,
            "vod-submit": 3.0,
            "vod-url-upload": 3.0,
            "vod-url-upload-cancel": 3.0,
        },
        http=HttpOptions(5.0),
        credential_provider=AssumedRole("acs:ram::1:role/media", "airflow-mediajobs", "3600"),
    )


@pytest.mark.parametrize("extra", [{}, {"access_key_id": "", "access_key_secret": None}])
def test_a_key_in_login_and_password(extra: dict[str, Any]) -> None:
    """Where somebody has put it although that provider does not read it there."""
    value = {"conn_type": "oss", "login": "LTAI1", "password": "s3cret", "extra": extra}

    assert read(ALIBABA, value).credentials == Credentials("LTAI1", "s3cret")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            with_extra(OSS, access_key_secret=""),
            "access_key_id and access_key_secret are not both set; put the access key id and its secret there",
        ),
        (
            {"conn_type": "alibaba_cloud"},
            "access_key_id and access_key_secret are not both set; put the access key id and its secret there",
        ),
        (with_extra(OSS, access_key_secret=53), "access_key_secret must be text, not int; quote it"),
        (
            with_extra(OSS, access_key_secret="s3cret\nX: 1"),
            "access_key_secret holds a line break or another character that cannot be in it; copy it anew",
        ),
        (
            with_extra(OSS, auth_type="STS s3cret"),
            ("auth_type is not supported here; use AK and put the key into access_key_id and access_key_secret"),
        ),
        (
            with_extra(CLOUD, credentials="oidc"),
            (
                "access_key_id and access_key_secret have no meaning with `credentials` 'oidc' (an OIDC token "
                "assumes a RAM role, as in pods of ACK (RRSA)); leave them empty, or choose another `credentials` than "
                "'oidc'"
            ),
        ),
        (
            with_extra(OSS, region="oss_cn"),
            "region cannot be 'oss_cn'; use the vendor's region id, for example cn-north-4",
        ),
    ],
)
def test_mistakes_of_alibabas(value: dict[str, Any], message: str) -> None:
    """Each names the field where that provider has it, and shows nothing secret."""
    with pytest.raises(ConfigError) as caught:
        read(ALIBABA, value)

    assert str(caught.value) == f"connection 'theirs': {message}"


def test_mistakes_of_huaweis() -> None:
    """As of a connection of this package."""
    with pytest.raises(ConfigError) as caught:
        read(HUAWEI, HUAWEI_CLOUD, password="")

    assert str(caught.value) == (
        "connection 'theirs': login and password are not both set; put the access key id and its secret there"
    )


@pytest.mark.parametrize(
    ("vendor", "value", "message"),
    [
        (
            ALIBABA,
            HUAWEI_CLOUD,
            (
                "conn_type 'huaweicloud' is an account of Huawei Cloud, not of Alibaba Cloud; "
                "name a connection of type 'alibaba_mediajobs' in `conn_id`"
            ),
        ),
        *(
            (
                HUAWEI,
                value,
                (
                    f"conn_type '{value['conn_type']}' is an account of Alibaba Cloud, not of Huawei Cloud; "
                    "name a connection of type 'huawei_mediajobs' in `conn_id`"
                ),
            )
            for value in (OSS, SPARK, CLOUD, MAXCOMPUTE)
        ),
    ],
)
def test_one_vendors_keys_are_never_sent_to_another(vendor: Any, value: dict[str, Any], message: str) -> None:
    """Whoever's provider the connection was made for."""
    with pytest.raises(ConfigError) as caught:
        read(vendor, value)

    assert str(caught.value) == f"connection 'theirs': {message}"


def test_nothing_secret_shows() -> None:
    """In the account."""
    assert "s3cret" not in repr([read(ALIBABA, OSS), read(HUAWEI, HUAWEI_CLOUD)])


@pytest.mark.parametrize("value", [OSS, SPARK, with_extra(CLOUD, region="cn-hangzhou")])
def test_a_look_by_a_connection_of_alibabas(
    mediajobs_world: World, monkeypatch: pytest.MonkeyPatch, value: dict[str, Any]
) -> None:
    """Nothing but its id is said."""
    key = mediajobs_world.account("alibaba").credentials
    signing = with_extra(value, access_key_id=key.access_key, access_key_secret=key.secret_key)
    monkeypatch.setenv("AIRFLOW_CONN_MY_OSS", json.dumps(signing))
    ids: dict[str, Any] = {"caster_id": "c1", "show_id": "s1"}
    mediajobs_world.add_job("alibaba.live.editing", ids, "3")

    hook = AlibabaMediaHook(conn_id="my_oss", transport=EmulatorTransport(mediajobs_world))

    assert hook.get_job("alibaba.live.editing", **ids).state is JobState.SUCCEEDED
    assert hook.test_connection() == (True, "signed in as acs:ram::1000000000000001:user/emulator")


def test_a_look_by_a_connection_of_huaweis(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but its id is said."""
    key = mediajobs_world.account("huawei").credentials
    value = with_extra(HUAWEI_CLOUD, region="cn-north-4", project_id=mediajobs_world.project_id)
    signing = value | {"login": key.access_key, "password": key.secret_key}
    monkeypatch.setenv("AIRFLOW_CONN_MY_HUAWEI", json.dumps(signing))
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "30647"}, "SUCCEEDED")

    hook = HuaweiMediaHook(conn_id="my_huawei", transport=EmulatorTransport(mediajobs_world))

    assert hook.get_job("huawei.mpc.editing", job_id="30647").state is JobState.SUCCEEDED
