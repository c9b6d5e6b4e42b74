# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how a connection becomes an account, or an error that names the field and what to do.

Covers ``hooks.extra``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.api.rpc import endpoint as alibaba_endpoint
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.rest import endpoint as huawei_endpoint

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


def test_everything_set(tmp_path: Path) -> None:
    """Every extra lands where it belongs."""
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    account = _huawei(
        {
            "security_token": "sts",
            "auth_token": "iam",
            "signature": "SDK-HMAC-SHA256",
            "endpoints": {"vod": "vod.internal:8443", "mpc": "http://127.0.0.1:9"},
            "timeout": 5,
            "verify": str(bundle),
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
        http=HttpOptions(5.0, str(bundle), "http://proxy:3128"),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        (
            {"vod": 5},
            {"vod": 5, "vod-details": 5, "vod-submit": 5, "vod-url-upload": 5, "vod-url-upload-cancel": 5},
        ),
        (
            {"vod": 1000},
            {"vod": 1000, "vod-details": 15, "vod-submit": 30, "vod-url-upload": 100, "vod-url-upload-cancel": 50},
        ),
        (
            {"vod": 5, "vod-submit": 200, "live-submit": "3"},
            {
                "vod": 5,
                "vod-details": 5,
                "vod-submit": 200,
                "vod-url-upload": 5,
                "vod-url-upload-cancel": 5,
                "live-submit": 3,
            },
        ),
    ],
)
def test_a_products_quota_holds_for_each_of_its_limits(given: dict[str, Any], expected: dict[str, float]) -> None:
    """It raises none of them; one that is named is as it is said."""
    assert _alibaba({"quotas": given}).quotas == expected


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
    assert account.quotas == {"vod": 30.0, "vod-query": 30.0}
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
        {
            "region": "cn-shanghai",
            "security_token": "",
            "timeout": None,
            "verify": " ",
            "allow_http": "",
            "endpoints": " ",
            "api_versions": {"mpc": ""},
            "proxy": None,
        },
        host=" ",
        schema="",
    )

    assert account == _alibaba()


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({"host": "gateway.example"}, "https://gateway.example"),
        ({"host": "gateway.example", "schema": "https", "port": 8443}, "https://gateway.example:8443"),
        ({"host": "gateway.example", "port": 443}, "https://gateway.example"),
        ({"host": "gateway.example", "port": 0}, "https://gateway.example"),
        ({"host": "https://gateway.example:8443/"}, "https://gateway.example:8443"),
        ({"host": "http://localhost", "port": 8080}, "http://localhost:8080"),
        ({"host": "127.0.0.1", "schema": "http", "port": 80}, "http://127.0.0.1"),
        ({"host": "::1", "schema": "http", "port": 8080}, "http://[::1]:8080"),
        ({"host": "::1", "schema": "http"}, "http://[::1]"),
        ({"host": "[::1]", "schema": "http", "port": 8080}, "http://[::1]:8080"),
        ({"host": "[::1]:8080", "schema": "http"}, "http://[::1]:8080"),
        ({"host": "127.0.0.1:8080", "schema": "HTTP://"}, "http://127.0.0.1:8080"),
        ({"host": "gateway.example:8443"}, "https://gateway.example:8443"),
        ({"host": "gateway.example:8443", "port": 8443}, "https://gateway.example:8443"),
        ({"host": " Media_Gateway-1.Example. "}, "https://media_gateway-1.example."),
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


@pytest.mark.parametrize(
    ("endpoint", "origin"), [("[::1]:8443", "https://[::1]:8443"), ("::1", "https://[::1]"), ("10.0.0.1", None)]
)
def test_addresses_as_endpoints(endpoint: str, origin: str | None) -> None:
    """An endpoint is read as a host is."""
    account = _alibaba({"endpoints": {"vod": endpoint, "ice": "", "live": None}})

    assert account.endpoints == {"vod": origin or f"https://{endpoint}"}


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


NO_ADDRESS = "is not the address of a host; use a host name, host:port, or scheme://host:port without a path"


@pytest.mark.parametrize(
    ("extra", "fields", "message"),
    [
        ({}, {"password": None}, "login and password are not both set; put the access key id and its secret there"),
        ({"region": "cn-shanghai.evil/"}, {}, "region cannot be 'cn-shanghai.evil/'; use the vendor's region id"),
        ({"region": 5}, {}, "region must be text, not int; quote it"),
        ({"signature": "HMAC-MD5"}, {}, "signature cannot be 'HMAC-MD5'; valid: ACS3-HMAC-SHA256, HMAC-SHA1"),
        ({"timeout": 0}, {}, "timeout cannot be 0; use a number from 0.1 to 3600"),
        ({"timeout": "soon"}, {}, "timeout cannot be 'soon'; use a number from 0.1 to 3600"),
        ({"timeout": True}, {}, "timeout cannot be True; use a number from 0.1 to 3600"),
        ({"timeout": "nan"}, {}, "timeout cannot be 'nan'; use a number from 0.1 to 3600"),
        ({"timeout": 10**400}, {}, "timeout cannot be 1000"),
        ({"timeout": [5]}, {}, "timeout cannot be [5]; use a number from 0.1 to 3600"),
        ({"verify": 7}, {}, "verify cannot be 7; use true or false"),
        (
            {"verify": "yes"},
            {},
            "verify names 'yes', which is not on this machine; use true, false, or a CA bundle's path",
        ),
        ({"verify": "-----BEGIN" + "x" * 5000}, {}, "verify names '-----BEGINxxx"),
        ({"proxy": ["x"]}, {}, "proxy must be text, not list; quote it"),
        ({"endpoints": "{"}, {}, "endpoints is not JSON; write an object"),
        ({"endpoints": ["x"]}, {}, "endpoints must be an object, not list; write it as JSON"),
        ({"endpoints": []}, {}, "endpoints must be an object, not list; write it as JSON"),
        ({"endpoints": {"vod": 5}}, {}, "endpoints.vod must be text, not int; quote it"),
        (
            {"endpoints": {"vod": "http://vod.internal"}},
            {},
            "endpoints.vod would send keys to vod.internal over plain http",
        ),
        ({"endpoints": {"vod": "https://vod.internal/path"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "https://vod.internal?q"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "https://vod.internal#f"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "ftp://vod.internal"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "https://[vod"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "https://"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({}, {"host": "gate way"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gateway..example"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gâteway.example"}, f"host {NO_ADDRESS}"),
        ({}, {"host": f"{'x' * 64}.example"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gateway.example:http"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gateway.example:70000"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gateway.example:0"}, f"host {NO_ADDRESS}"),
        ({}, {"host": 5}, "host must be text, not int; quote it"),
        ({}, {"host": "gateway.example", "port": 70000}, "port cannot be 70000; use a number from 1 to 65535"),
        (
            {},
            {"host": "127.0.0.1:8080", "port": 8081},
            "port is 8081, but host says 8080; leave one of them out",
        ),
        ({}, {"host": "gateway.example", "schema": "ftp"}, "schema cannot be 'ftp'; use http or https"),
        (
            {},
            {"host": "gateway.example", "schema": "http"},
            "host would send keys to gateway.example over plain http; use https",
        ),
        ({}, {"host": "10.0.0.1", "schema": "http"}, "host would send keys to 10.0.0.1 over plain http"),
        ({"quotas": {"mpc": 5}}, {}, "quotas.mpc is no quota; valid: ice, ice-submit-producing, live, "),
        ({"timeout": 1e10}, {}, "timeout cannot be 10000000000.0; use a number from 0.1 to 3600"),
        ({"timeout": "1e-9"}, {}, "timeout cannot be '1e-9'; use a number from 0.1 to 3600"),
        ({"quotas": {"vod": 1e-9}}, {}, "quotas.vod cannot be 1e-09; use a number from 0.002 to 1000"),
        ({"quotas": {"vod": 1e308}}, {}, "quotas.vod cannot be 1e+308; use a number from 0.002 to 1000"),
        ({"region": "a" * 64}, {}, f"region cannot be '{'a' * 59}…; use the vendor's region id"),
        ({"region": "a" * 5000}, {}, f"region cannot be '{'a' * 59}…; use the vendor's region id"),
        ({"region": "cn-north\n-4"}, {}, "region cannot be 'cn-north\\n-4'; use the vendor's region id"),
        ({"verify": "x" * 5000}, {}, f"verify names '{'x' * 59}…, which is not on this machine; use true"),
        ({}, {"host": "a\r\nb"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "a\tb"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "https://a\nb"}, f"host {NO_ADDRESS}"),
        ({}, {"host": "gateway.example\\evil"}, f"host {NO_ADDRESS}"),
        ({}, {"host": ".".join(["x" * 60] * 5)}, f"host {NO_ADDRESS}"),
        ({}, {"host": "a\0b"}, "host holds a line break or another character that cannot be in it; copy it anew"),
        (
            {},
            {"host": "fe80::1%eth0"},
            "host is an IPv6 address of one interface, or not written out; use it without a %",
        ),
        ({}, {"host": "[fe80::1%25eth0]:8080"}, "host is an IPv6 address of one interface"),
        ({}, {"host": "::1%lo", "schema": "http"}, "host is an IPv6 address of one interface"),
        ({"endpoints": {"vod": "a\r\nb"}}, {}, f"endpoints.vod {NO_ADDRESS}"),
        ({"endpoints": {"vod": "a\ud800"}}, {}, "endpoints.vod holds a line break or another character"),
        ({"proxy": "http://pro xy:3128"}, {}, "proxy is not the http or https URL of a host"),
        ({"proxy": "http://[fe80::1%25eth0]:3128"}, {}, "proxy is not the http or https URL of a host"),
        ({"quotas": {"vod": -1}}, {}, "quotas.vod cannot be -1; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": 0}}, {}, "quotas.vod-submit cannot be 0; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": "many"}}, {}, "quotas.vod-submit cannot be 'many'; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": True}}, {}, "quotas.vod-submit cannot be True; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": None}}, {}, "quotas.vod-submit cannot be None; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": [30]}}, {}, "quotas.vod-submit cannot be [30]; use a number from 0.002 to 1000"),
        ({"quotas": {"vod-submit": "NaN"}}, {}, "quotas.vod-submit cannot be 'NaN'; use a number from 0.002 to 1000"),
        ({"quotas": {"SubmitTranscodeJobs": 3}}, {}, "quotas.SubmitTranscodeJobs is no quota; valid: ice, ice-submit-"),
        ({"quotas": {"vod.submit": 3}}, {}, "quotas.vod.submit is no quota; valid: ice, ice-submit-producing, live, "),
        ({"quotas": {"": 3}}, {}, "quotas. is no quota; valid: ice, ice-submit-producing, live, "),
        ({"quotas": [3]}, {}, "quotas must be an object, not list; write it as JSON"),
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
        (
            {"project_id": None, "region": None},
            "project_id is missing; add it, or the region whose project is meant, to extra",
        ),
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


@pytest.mark.parametrize("value", ["s3cret\nX-Evil: 1", "s3cret\x7f", "s3cret é", "s3cret\ud800", "s3cret\u2028x"])
@pytest.mark.parametrize("name", ["login", "password", "security_token", "auth_token", "proxy"])
def test_slips_of_copying_are_told_without_the_value(name: str, value: str) -> None:
    """What cannot be in a key is refused before an HTTP library refuses and prints it."""
    fields = {name: value} if name in {"login", "password"} else {}

    with pytest.raises(ConfigError) as caught:
        _alibaba({} if fields else {name: value}, **fields)

    assert str(caught.value) == (
        f"connection 'media': {name} holds a line break or another character that cannot be in it; copy it anew"
    )


def test_keys_are_read_without_blanks_around_them() -> None:
    """A copied key often brings a line break along."""
    account = _alibaba({"security_token": "\tsts\r\n", "auth_token": " iam\n"}, login=" ak\n", password="sk\r\n")

    assert account.credentials == Credentials("ak", "sk", "sts", "iam")


@pytest.mark.parametrize("field", ["login", "password"])
def test_keys_of_another_type_are_told_without_the_value(field: str) -> None:
    """From JSON a key may be a number."""
    fields: dict[str, Any] = {field: 53}

    with pytest.raises(ConfigError, match=f"^connection 'media': {field} must be text, not int; quote it$"):
        _alibaba({}, **fields)


@pytest.mark.parametrize(
    "url",
    [
        "https://ak:s3cret@gateway.example",
        "https://ak:s3cret@[gateway",
        "https://ak:s3cret@gateway.example:port",
        "ak:s3cret@gateway.example/path",
    ],
)
def test_keys_in_an_address_are_refused_and_not_told(url: str) -> None:
    """A URL with a user in it is refused whatever else is wrong with it, and no message holds it."""
    with pytest.raises(ConfigError) as host:
        _alibaba(host=url)
    with pytest.raises(ConfigError) as endpoint:
        _alibaba({"endpoints": {"vod": url}})

    message = "holds a user name or password; put the keys into login and password only"
    assert str(host.value) == f"connection 'media': host {message}"
    assert str(endpoint.value) == f"connection 'media': endpoints.vod {message}"


@pytest.mark.parametrize("url", ["https://ak:s3cret", "https://gateway.example/?key=s3cret", "s3cret/x"])
def test_no_message_holds_an_address(url: str) -> None:
    """What is no address may be a key in the wrong field."""
    with pytest.raises(ConfigError) as caught:
        _alibaba(host=url)

    assert str(caught.value) == f"connection 'media': host {NO_ADDRESS}"


@pytest.mark.parametrize(
    "url",
    [
        "http://proxy:3128",
        "https://proxy.internal",
        "http://[::1]:3128/",
        "http://u:p%40ss%C3%A9@127.0.0.1:3128",
    ],
)
def test_proxies(url: str) -> None:
    """A URL with a host; user and password may be in it."""
    assert _alibaba({"proxy": f" {url}\n"}).http.proxy == url


@pytest.mark.parametrize(
    "url",
    [
        "u:s3cret@proxy:3128",
        "socks5://u:s3cret@proxy:1080",
        "http://u:s3cret@",
        "http://u:s3cret@proxy:99999",
        "http://u:s3cret@proxy:port",
        "http://u:s3cret@[proxy",
        "http://u:s3cret@pro xy",
        "http://u:s3cret#1@proxy:3128",
        "http://u:s3cret/1@proxy:3128",
        "http://u:s3cret%E4%B8%AD@proxy:3128",
    ],
)
def test_proxies_that_are_none(url: str) -> None:
    """The message does not hold the proxy: it may hold a password."""
    with pytest.raises(ConfigError) as caught:
        _alibaba({"proxy": url})

    assert str(caught.value) == (
        "connection 'media': proxy is not the http or https URL of a host; "
        "use http://host:port, or http://user:password@host:port with special characters as %XX"
    )


def test_folder_of_authorities(tmp_path: Path) -> None:
    """``verify`` may name a folder."""
    assert _alibaba({"verify": f" {tmp_path} "}).http.verify == str(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"region": "cn-shanghai", "proxy": ', "extra is not JSON; write an object, for example"),
        ("region=cn-shanghai", "extra is not JSON; write an object, for example"),
        ('["cn-shanghai"]', "extra must be an object, not list; write it as JSON"),
        ("[]", "extra must be an object, not list; write it as JSON"),
        ('"cn-shanghai"', "extra is not JSON; write an object, for example"),
        ("true", "extra must be an object, not bool; write it as JSON"),
    ],
)
def test_extra_that_is_no_object(text: str, message: str) -> None:
    """Airflow gives {} for what it cannot read: the wait would go on without the proxy, the region, the CA bundle."""
    connection = Connection(conn_id="media", conn_type="alibaba_mediajobs", login="ak", password="sk", extra=text)

    with pytest.raises(ConfigError) as caught:
        account_from(ALIBABA, connection, connection.extra_dejson)

    assert str(caught.value).startswith(f"connection 'media': {message}")


@pytest.mark.parametrize("text", [None, "", " ", "{}", "null"])
def test_extra_that_is_empty(text: str | None) -> None:
    """Nothing set is no mistake."""
    connection = Connection(conn_id="media", conn_type="alibaba_mediajobs", login="ak", password="sk", extra=text)

    assert account_from(ALIBABA, connection, connection.extra_dejson) == _alibaba({})


@pytest.mark.parametrize("conn_type", ["huawei_mediajobs", "huawei-mediajobs"])
def test_connection_of_the_other_vendor(conn_type: str) -> None:
    """One vendor's keys are never sent to another."""
    with pytest.raises(ConfigError) as caught:
        _alibaba(conn_type=conn_type)

    assert str(caught.value) == (
        "connection 'media': conn_type 'huawei_mediajobs' is an account of Huawei Cloud, not of Alibaba Cloud; "
        "name a connection of type 'alibaba_mediajobs' in `conn_id`"
    )


@pytest.mark.parametrize("conn_type", ["", None, "generic", "http", "alibaba_mediajobs", "alibaba-mediajobs"])
def test_connections_of_no_other_vendor(conn_type: str | None) -> None:
    """A connection may have been made for something else, or without a type."""
    assert _alibaba(conn_type=conn_type) == _alibaba()


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
