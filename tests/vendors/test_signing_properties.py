# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests properties of all signatures: order does not matter, each byte counts, what is signed is sent.

Covers ``vendors.alibaba.signing``, ``vendors.huawei.signing``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.vendors.alibaba import signing as alibaba
from airflow_provider_mediajobs.vendors.huawei import signing as huawei

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
TEXT = st.text(max_size=12)
QUERY = st.lists(st.tuples(TEXT, TEXT), max_size=6, unique_by=lambda pair: pair[0])
SEGMENTS = st.lists(st.text("abcXYZ019-_.~", min_size=1, max_size=8), min_size=1, max_size=4)


@dataclass(frozen=True)
class Given:
    """All that goes into a signature."""

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    now: datetime
    nonce: str
    access_key: str
    secret: str
    token: str | None
    project: str

    def sign(self, algorithm: str) -> HttpRequest:
        keys = Credentials(self.access_key, self.secret, self.token)
        signature = "HMAC-SHA1" if algorithm == "HMAC-SHA1" else ""
        account = Account("any", keys, project_id=self.project, signature=signature)
        request = HttpRequest(self.method, f"https://{self.host}", self.path, self.query, self.headers, self.body)
        signer = huawei.sign if algorithm == "SDK-HMAC-SHA256" else alibaba.sign
        return signer(request, account, self.now, self.nonce)

    def signature(self, algorithm: str) -> str:
        signed = self.sign(algorithm)
        if algorithm == "HMAC-SHA1":
            return dict(parse_qsl(wire(algorithm, signed)))["Signature"]
        return (signed.header("Authorization") or "").rpartition("Signature=")[2]


def wire(algorithm: str, signed: HttpRequest) -> str:
    """The parameters as they are sent: by HMAC-SHA1 as a form body, by the others as the URL's query."""
    return signed.body.decode() if algorithm == "HMAC-SHA1" else urlsplit(signed.url).query


@st.composite
def requests(draw: st.DrawFn) -> Given:
    custom = draw(
        st.lists(st.tuples(st.text("abcxyz", min_size=1, max_size=5), VISIBLE), max_size=3, unique_by=lambda h: h[0])
    )
    headers = (
        ("x-acs-action", draw(VISIBLE)),
        ("x-acs-version", "2016-11-01"),
        ("Content-Type", "application/json"),
        *((f"X-Acs-{name}-own", value) for name, value in custom),
    )
    return Given(
        method=draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])),
        host=draw(st.sampled_from(["live.aliyuncs.com", "127.0.0.1:8443"])),
        path="/" + "/".join(draw(SEGMENTS)),
        query=tuple(draw(QUERY)),
        headers=headers,
        body=draw(st.binary(max_size=20)),
        now=NOW + timedelta(seconds=draw(st.integers(0, 10**8))),
        nonce=draw(VISIBLE),
        access_key=draw(VISIBLE),
        secret=draw(VISIBLE),
        token=draw(st.none() | VISIBLE),
        project=draw(st.text("abc019", min_size=1, max_size=8)),
    )


ALGORITHMS = ("ACS3-HMAC-SHA256", "HMAC-SHA1", "SDK-HMAC-SHA256")
EVERY = pytest.mark.parametrize("algorithm", ALGORITHMS)


@EVERY
@settings(max_examples=50)
@given(requested=requests(), data=st.data())
def test_order_does_not_matter(algorithm: str, requested: Given, data: st.DataObject) -> None:
    """The query and the headers may be given in any order."""
    shuffled = replace(
        requested,
        query=tuple(data.draw(st.permutations(requested.query))),
        headers=tuple(data.draw(st.permutations(requested.headers))),
    )
    assert shuffled.signature(algorithm) == requested.signature(algorithm)


def changed(text: str, at: int) -> str:
    """The same text with one other character."""
    at %= len(text)
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def with_pair(pairs: tuple[tuple[str, str], ...], at: int, name: str, value: str) -> tuple[tuple[str, str], ...]:
    return (*pairs[:at], (name, value), *pairs[at + 1 :])


Change = Callable[[Given, int], Given]


def change_method(requested: Given, _at: int) -> Given:
    return replace(requested, method={"GET": "POST", "POST": "GET", "PUT": "DELETE", "DELETE": "PUT"}[requested.method])


def change_path(requested: Given, at: int) -> Given:
    return replace(requested, path="/" + changed(requested.path[1:], at))


def change_query_name(requested: Given, at: int) -> Given:
    assume(requested.query)
    at %= len(requested.query)
    name, value = requested.query[at]
    return replace(requested, query=with_pair(requested.query, at, f"{name}!", value))


def change_query_value(requested: Given, at: int) -> Given:
    assume(requested.query)
    at %= len(requested.query)
    name, value = requested.query[at]
    return replace(requested, query=with_pair(requested.query, at, name, f"{value} "))


def drop_query_pair(requested: Given, at: int) -> Given:
    assume(requested.query)
    at %= len(requested.query)
    return replace(requested, query=requested.query[:at] + requested.query[at + 1 :])


def repeat_query_pair(requested: Given, at: int) -> Given:
    assume(requested.query)
    return replace(requested, query=(*requested.query, requested.query[at % len(requested.query)]))


def change_header(requested: Given, at: int) -> Given:
    own = [index for index, (name, _) in enumerate(requested.headers) if name.endswith("-own")]
    assume(own)
    index = own[at % len(own)]
    name, value = requested.headers[index]
    return replace(requested, headers=with_pair(requested.headers, index, name, changed(value, at)))


def change_action(requested: Given, at: int) -> Given:
    name, value = requested.headers[0]
    return replace(requested, headers=with_pair(requested.headers, 0, name, changed(value, at)))


def change_version(requested: Given, _at: int) -> Given:
    return replace(requested, headers=with_pair(requested.headers, 1, "x-acs-version", "2016-11-02"))


def change_body(requested: Given, at: int) -> Given:
    at = at % (len(requested.body) + 1)
    return replace(requested, body=requested.body[:at] + b"!" + requested.body[at:])


def change_date(requested: Given, at: int) -> Given:
    return replace(requested, now=requested.now + timedelta(seconds=1 + at))


def change_nonce(requested: Given, at: int) -> Given:
    return replace(requested, nonce=changed(requested.nonce, at))


def change_secret(requested: Given, at: int) -> Given:
    return replace(requested, secret=changed(requested.secret, at))


def change_token(requested: Given, at: int) -> Given:
    return replace(requested, token=changed(requested.token, at) if requested.token else "t")


def change_host(requested: Given, _at: int) -> Given:
    return replace(requested, host=f"{requested.host}0")


def change_project(requested: Given, at: int) -> Given:
    return replace(requested, project=changed(requested.project, at))


def change_access_key(requested: Given, at: int) -> Given:
    return replace(requested, access_key=changed(requested.access_key, at))


ALWAYS: tuple[Change, ...] = (
    change_method,
    change_query_name,
    change_query_value,
    drop_query_pair,
    repeat_query_pair,
    change_action,
)
ALWAYS += (change_version, change_date, change_secret, change_token)
SIGNED: dict[str, tuple[Change, ...]] = {
    "ACS3-HMAC-SHA256": (*ALWAYS, change_path, change_header, change_body, change_nonce, change_host),
    "HMAC-SHA1": (*ALWAYS, change_nonce, change_access_key),
    "SDK-HMAC-SHA256": (*ALWAYS, change_path, change_header, change_body, change_host, change_project),
}


@pytest.mark.parametrize(
    ("algorithm", "change"),
    [
        pytest.param(algorithm, change, id=f"{algorithm}-{change.__name__}")
        for algorithm, changes in SIGNED.items()
        for change in changes
    ],
)
@settings(max_examples=25)
@given(requested=requests(), at=st.integers(0, 50))
def test_every_change_of_what_is_signed_changes_the_signature(
    algorithm: str, change: Change, requested: Given, at: int
) -> None:
    """One other byte in any signed part, and the signature is another."""
    assert change(requested, at).signature(algorithm) != requested.signature(algorithm)


@EVERY
@settings(max_examples=50)
@given(requested=requests())
def test_what_is_sent_decodes_to_what_was_signed(algorithm: str, requested: Given) -> None:
    """Built by the encoder that signed: no ``+`` in it, and the server reads the caller's pairs back."""
    signed = requested.sign(algorithm)
    split = urlsplit(signed.url)
    sent = wire(algorithm, signed)
    assert "+" not in sent
    assert [pair for pair in parse_qsl(sent, keep_blank_values=True) if pair in requested.query] == (
        sorted(requested.query) if algorithm == "SDK-HMAC-SHA256" else list(requested.query)
    )
    assert (split.netloc, split.path) == (requested.host, requested.path)


@EVERY
@settings(max_examples=50)
@given(requested=requests())
def test_the_canonical_query_is_what_is_sent_sorted(algorithm: str, requested: Given) -> None:
    """The string that was signed and the one on the wire differ in order at most."""
    assume(not any(name == "Signature" for name, _ in requested.query))
    sent = wire(algorithm, requested.sign(algorithm))
    on_the_wire = [part for part in sent.split("&") if not part.startswith("Signature=")]
    pairs = tuple(pair for pair in parse_qsl(sent, keep_blank_values=True) if pair[0] != "Signature")
    canonical = alibaba.rpc_canonical_query(pairs) if algorithm != "SDK-HMAC-SHA256" else huawei.canonical_query(pairs)
    assert sorted(canonical.split("&")) == sorted(on_the_wire or [""])


@EVERY
@settings(max_examples=50)
@given(requested=requests())
def test_the_host_header_is_the_host_of_the_url(algorithm: str, requested: Given) -> None:
    """Where the host is signed, it is signed with the port that the URL has."""
    signed = requested.sign(algorithm)
    assert signed.header("host") in ({None} if algorithm == "HMAC-SHA1" else {requested.host})


@given(requested=requests())
def test_huawei_has_no_nonce(requested: Given) -> None:
    """The nonce is no part of Huawei's algorithm: another one signs alike."""
    assert replace(requested, nonce="other").signature("SDK-HMAC-SHA256") == requested.signature("SDK-HMAC-SHA256")
