"""A connection becomes an account, or an error that names the connection, the field and the cure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.rpc import endpoint as alibaba_endpoint
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.rest import endpoint as huawei_endpoint

PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def _alibaba(extra: dict[str, Any] | None = None, **fields: Any) -> Account:
    connection = Connection(
        **{"conn_id": "media", "conn_type": "alibaba_mediajobs", "login": "ak", "password": "sk"} | fields
    )
    return account_from(ALIBABA, connection, extra if extra is not None else {"region": "cn-shanghai"})


def _huawei(extra: dict[str, Any] | None = None, **kwargs: Any) -> Account:
    connection = Connection(conn_id="media", conn_type="huawei_mediajobs", login="ak", password="sk")
    values = {"region": "cn-north-4", "project_id": PROJECT} | (extra or {})
    return account_from(HUAWEI, connection, values, **kwargs)


def test_defaults() -> None:
    """Keys and region are enough for Alibaba."""
    assert _alibaba() == Account(
        vendor="alibaba",
        credentials=Credentials("ak", "sk"),
        region="cn-shanghai",
        signature="ACS3-HMAC-SHA256",
        http=HttpOptions(timeout=20.0, verify=True, proxy=None),
    )


def test_everything_set() -> None:
    """Every extra lands where it belongs."""
    account = _huawei(
        {
            "security_token": "sts",
            "auth_token": "iam",
            "signature": "SDK-HMAC-SHA256",
            "endpoints": {"vod": "vod.internal:8443", "mpc": "http://127.0.0.1:9"},
            "timeout": 5,
            "verify": "/etc/ca.pem",
            "proxy": "http://proxy:3128",
            "quotas": {"mpc": 50},
            "api_versions": {"mpc": "v1"},
        }
    )

    assert account == Account(
        vendor="huawei",
        credentials=Credentials("ak", "sk", "sts", "iam"),
        region="cn-north-4",
        project_id=PROJECT,
        signature="SDK-HMAC-SHA256",
        endpoints={"vod": "https://vod.internal:8443", "mpc": "http://127.0.0.1:9"},
        api_versions={"mpc": "v1"},
        quotas={"mpc": 50.0},
        http=HttpOptions(5.0, "/etc/ca.pem", "http://proxy:3128"),
    )


def test_as_uri(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a URI every extra is text."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_MEDIA",
        f"huawei-mediajobs://ak:s%2Fk@127.0.0.1:8080/http?region=cn-north-4&project_id={PROJECT}&timeout=5&verify=false"
        "&quotas=%7B%22vod%22%3A+30%7D",
    )
    connection = Connection.get("media")

    account = account_from(HUAWEI, connection, connection.extra_dejson)

    assert connection.conn_type == "huawei_mediajobs"
    assert account.origin == "http://127.0.0.1:8080"
    assert account.credentials == Credentials("ak", "s/k")
    assert account.quotas == {"vod": 30.0}
    assert account.http == HttpOptions(5.0, verify=False)


def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """From JSON in an environment variable extras keep their types."""
    value = {
        "conn_type": "alibaba_mediajobs",
        "login": "ak",
        "password": "sk",
        "extra": {"region": "cn-beijing", "verify": False},
    }
    monkeypatch.setenv("AIRFLOW_CONN_MEDIA", json.dumps(value))
    connection = Connection.get("media")

    account = account_from(ALIBABA, connection, connection.extra_dejson)

    assert (account.region, account.http.verify) == ("cn-beijing", False)


def test_as_form() -> None:
    """The form sends empty text or null for what was left empty."""
    account = _alibaba(
        {"region": "cn-shanghai", "security_token": "", "timeout": None, "verify": "", "endpoints": "", "proxy": None},
        host="",
        schema="",
    )

    assert account == _alibaba()


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({"host": "gateway.example"}, "https://gateway.example"),
        ({"host": "gateway.example", "schema": "https", "port": 8443}, "https://gateway.example:8443"),
        ({"host": "gateway.example", "port": 443}, "https://gateway.example"),
        ({"host": "https://gateway.example:8443/"}, "https://gateway.example:8443"),
        ({"host": "http://localhost", "port": 8080}, "http://localhost:8080"),
        ({"host": "127.0.0.1", "schema": "http", "port": 80}, "http://127.0.0.1"),
        ({"host": "::1", "schema": "http", "port": 8080}, "http://[::1]:8080"),
    ],
)
def test_host_replaces_every_endpoint(fields: dict[str, Any], origin: str) -> None:
    """Host, schema and port become one origin, without a default port: that is what the Host header says."""
    account = _alibaba(**fields)

    assert account.origin == origin
    assert alibaba_endpoint(account, "live") == origin
    assert alibaba_endpoint(account, "vod") == origin


def test_endpoint_of_a_product_goes_before_host() -> None:
    """The narrower setting wins."""
    account = _alibaba({"region": "cn-shanghai", "endpoints": {"vod": "vod.internal"}}, host="gateway.example")

    assert alibaba_endpoint(account, "vod") == "https://vod.internal"
    assert alibaba_endpoint(account, "ice") == "https://gateway.example"


def test_overrides_of_the_hook() -> None:
    """Region and project given to a hook replace the connection's."""
    account = _huawei(region="cn-north-1", project_id="p2")

    assert (account.region, account.project_id) == ("cn-north-1", "p2")
    assert huawei_endpoint(account, "mpc") == "https://mts.cn-north-1.myhuaweicloud.com"


def test_token_needs_no_keys() -> None:
    """A given IAM token stands for itself."""
    connection = Connection(conn_id="media", conn_type="huawei_mediajobs")

    account = account_from(HUAWEI, connection, {"auth_token": "iam", "region": "cn-north-4", "project_id": PROJECT})

    assert account.credentials == Credentials(auth_token="iam")


@pytest.mark.parametrize(
    ("extra", "fields", "message"),
    [
        ({}, {"password": None}, "login and password are not both set; put the access key id and its secret there"),
        ({"region": "cn-shanghai.evil/"}, {}, "region cannot be 'cn-shanghai.evil/'; use the vendor's region id"),
        ({"region": 5}, {}, "region must be text, not int; quote it"),
        ({"signature": "HMAC-MD5"}, {}, "signature cannot be 'HMAC-MD5'; valid: ACS3-HMAC-SHA256, HMAC-SHA1"),
        ({"timeout": 0}, {}, "timeout cannot be 0; use a number above 0"),
        ({"timeout": "soon"}, {}, "timeout cannot be 'soon'; use a number above 0"),
        ({"timeout": True}, {}, "timeout cannot be True; use a number above 0"),
        ({"timeout": "nan"}, {}, "timeout cannot be 'nan'; use a number above 0"),
        ({"verify": 7}, {}, "verify cannot be 7; use true or false"),
        ({"endpoints": "{"}, {}, "endpoints is not JSON; write an object"),
        ({"endpoints": ["x"]}, {}, "endpoints must be an object, not list; write it as JSON"),
        (
            {"endpoints": {"vod": "http://vod.internal"}},
            {},
            "endpoints.vod would send keys to vod.internal over plain http",
        ),
        (
            {"endpoints": {"vod": "https://vod.internal/path"}},
            {},
            "endpoints.vod cannot be 'https://vod.internal/path'",
        ),
        ({"endpoints": {"vod": "ftp://vod.internal"}}, {}, "endpoints.vod cannot be 'ftp://vod.internal'"),
        ({"endpoints": {"vod": "https://[vod"}}, {}, "endpoints.vod cannot be 'https://[vod'"),
        (
            {},
            {"host": "gateway.example", "schema": "http"},
            "host would send keys to gateway.example over plain http; use https",
        ),
        ({}, {"host": "10.0.0.1", "schema": "http"}, "host would send keys to 10.0.0.1 over plain http"),
        ({"quotas": {"mpc": 5}}, {}, "quotas.mpc is no quota; valid: ice, live, vod"),
        ({"quotas": {"vod": -1}}, {}, "quotas.vod cannot be -1; use a number above 0"),
        ({"api_versions": {"mpc": "v1"}}, {}, "api_versions.mpc cannot be 'v1'; valid: none"),
    ],
)
def test_mistakes_are_told(extra: dict[str, Any], fields: dict[str, Any], message: str) -> None:
    """Each mistake names the connection, the field, what was wrong and what to do."""
    with pytest.raises(ConfigError) as caught:
        _alibaba(extra, **fields)

    assert str(caught.value).startswith("connection 'media': " + message)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"project_id": None}, "project_id is missing; add the project id of the region to extra"),
        ({"project_id": "a/b"}, "project_id cannot be 'a/b'; copy it from the console's My Credentials page"),
        ({"api_versions": {"mpc": "v3"}}, "api_versions.mpc cannot be 'v3'; valid: mpc: v2 or v1"),
    ],
)
def test_mistakes_of_huawei(extra: dict[str, Any], message: str) -> None:
    """The project id is required, and becomes part of a path."""
    with pytest.raises(ConfigError) as caught:
        _huawei(extra)

    assert str(caught.value) == f"connection 'media': {message}"


@pytest.mark.parametrize("word", [True, "true", "1", 1])
def test_plain_http_on_request(word: Any) -> None:
    """``allow_http`` is the author's own risk, however it is spelt."""
    assert _alibaba({"allow_http": word}, host="http://gateway.example").origin == "http://gateway.example"


def test_nothing_secret_shows() -> None:
    """Neither keys nor tokens nor a proxy's password are in the account's repr."""
    account = _huawei({"security_token": "t0ken-a", "auth_token": "t0ken-b", "proxy": "http://u:t0ken-c@proxy"})

    assert "t0ken" not in repr(account)
    assert "'sk'" not in repr(account)


@pytest.mark.parametrize(
    ("product", "region", "host"),
    [
        ("live", None, "live.aliyuncs.com"),
        ("live", "cn-shanghai", "live.aliyuncs.com"),
        ("live", "ap-southeast-1", "live.aliyuncs.com"),
        ("live", "xx-new-1", "live.xx-new-1.aliyuncs.com"),
        ("ice", "cn-shanghai", "ice.cn-shanghai.aliyuncs.com"),
        ("ice", "us-west-1", "ice.us-west-1.aliyuncs.com"),
        ("vod", "cn-shanghai", "vod.cn-shanghai.aliyuncs.com"),
        ("vod", "cn-hangzhou", "vod.cn-shanghai.aliyuncs.com"),
        ("vod", "us-east-1", "vod.aliyuncs.com"),
        ("vod", "me-central-1", "vod.me-central-1.aliyuncs.com"),
    ],
)
def test_endpoints_of_alibaba(product: str, region: str | None, host: str) -> None:
    """The hosts of the fact sheets."""
    assert alibaba_endpoint(Account("alibaba", Credentials(), region), product) == f"https://{host}"


@pytest.mark.parametrize(
    ("product", "region", "host"),
    [
        ("vod", "cn-north-4", "vod.cn-north-4.myhuaweicloud.com"),
        ("vod", "ap-southeast-3", "vod.ap-southeast-3.myhuaweicloud.com"),
        ("mpc", "cn-north-4", "mpc.cn-north-4.myhuaweicloud.com"),
        ("mpc", "cn-north-1", "mts.cn-north-1.myhuaweicloud.com"),
    ],
)
def test_endpoints_of_huawei(product: str, region: str, host: str) -> None:
    """The hosts of the fact sheets, the odd one included."""
    assert huawei_endpoint(Account("huawei", Credentials(), region), product) == f"https://{host}"


@pytest.mark.parametrize(
    ("endpoint", "vendor", "product"), [(alibaba_endpoint, "alibaba", "ice"), (huawei_endpoint, "huawei", "mpc")]
)
def test_region_is_needed(endpoint: Any, vendor: str, product: str) -> None:
    """Without a region there is no host, and guessing one would look for the job in the wrong place."""
    with pytest.raises(ConfigError, match=f"has no region; {product} needs one: set `region`"):
        endpoint(Account(vendor, Credentials()), product)
