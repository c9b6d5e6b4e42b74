"""What holds for every signature of every vendor: order is free, each byte counts, what is signed is what is sent."""

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
@given(asked=requests(), data=st.data())
def test_order_does_not_matter(algorithm: str, asked: Given, data: st.DataObject) -> None:
    """The query and the headers may be given in any order."""
    shuffled = replace(
        asked,
        query=tuple(data.draw(st.permutations(asked.query))),
        headers=tuple(data.draw(st.permutations(asked.headers))),
    )
    assert shuffled.signature(algorithm) == asked.signature(algorithm)


def changed(text: str, at: int) -> str:
    """The same text with one other character."""
    at %= len(text)
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def with_pair(pairs: tuple[tuple[str, str], ...], at: int, name: str, value: str) -> tuple[tuple[str, str], ...]:
    return (*pairs[:at], (name, value), *pairs[at + 1 :])


Change = Callable[[Given, int], Given]


def change_method(asked: Given, _at: int) -> Given:
    return replace(asked, method={"GET": "POST", "POST": "GET", "PUT": "DELETE", "DELETE": "PUT"}[asked.method])


def change_path(asked: Given, at: int) -> Given:
    return replace(asked, path="/" + changed(asked.path[1:], at))


def change_query_name(asked: Given, at: int) -> Given:
    assume(asked.query)
    at %= len(asked.query)
    name, value = asked.query[at]
    return replace(asked, query=with_pair(asked.query, at, f"{name}!", value))


def change_query_value(asked: Given, at: int) -> Given:
    assume(asked.query)
    at %= len(asked.query)
    name, value = asked.query[at]
    return replace(asked, query=with_pair(asked.query, at, name, f"{value} "))


def drop_query_pair(asked: Given, at: int) -> Given:
    assume(asked.query)
    at %= len(asked.query)
    return replace(asked, query=asked.query[:at] + asked.query[at + 1 :])


def repeat_query_pair(asked: Given, at: int) -> Given:
    assume(asked.query)
    return replace(asked, query=(*asked.query, asked.query[at % len(asked.query)]))


def change_header(asked: Given, at: int) -> Given:
    own = [index for index, (name, _) in enumerate(asked.headers) if name.endswith("-own")]
    assume(own)
    index = own[at % len(own)]
    name, value = asked.headers[index]
    return replace(asked, headers=with_pair(asked.headers, index, name, changed(value, at)))


def change_action(asked: Given, at: int) -> Given:
    name, value = asked.headers[0]
    return replace(asked, headers=with_pair(asked.headers, 0, name, changed(value, at)))


def change_version(asked: Given, _at: int) -> Given:
    return replace(asked, headers=with_pair(asked.headers, 1, "x-acs-version", "2016-11-02"))


def change_body(asked: Given, at: int) -> Given:
    at = at % (len(asked.body) + 1)
    return replace(asked, body=asked.body[:at] + b"!" + asked.body[at:])


def change_date(asked: Given, at: int) -> Given:
    return replace(asked, now=asked.now + timedelta(seconds=1 + at))


def change_nonce(asked: Given, at: int) -> Given:
    return replace(asked, nonce=changed(asked.nonce, at))


def change_secret(asked: Given, at: int) -> Given:
    return replace(asked, secret=changed(asked.secret, at))


def change_token(asked: Given, at: int) -> Given:
    return replace(asked, token=changed(asked.token, at) if asked.token else "t")


def change_host(asked: Given, _at: int) -> Given:
    return replace(asked, host=f"{asked.host}0")


def change_project(asked: Given, at: int) -> Given:
    return replace(asked, project=changed(asked.project, at))


def change_access_key(asked: Given, at: int) -> Given:
    return replace(asked, access_key=changed(asked.access_key, at))


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
@given(asked=requests(), at=st.integers(0, 50))
def test_every_change_of_what_is_signed_changes_the_signature(
    algorithm: str, change: Change, asked: Given, at: int
) -> None:
    """One other byte in any signed part, and the signature is another."""
    assert change(asked, at).signature(algorithm) != asked.signature(algorithm)


@EVERY
@settings(max_examples=50)
@given(asked=requests())
def test_what_is_sent_decodes_to_what_was_signed(algorithm: str, asked: Given) -> None:
    """Built by the encoder that signed: no ``+`` in it, and the server reads the caller's pairs back."""
    signed = asked.sign(algorithm)
    split = urlsplit(signed.url)
    sent = wire(algorithm, signed)
    assert "+" not in sent
    assert [pair for pair in parse_qsl(sent, keep_blank_values=True) if pair in asked.query] == (
        sorted(asked.query) if algorithm == "SDK-HMAC-SHA256" else list(asked.query)
    )
    assert (split.netloc, split.path) == (asked.host, asked.path)


@EVERY
@settings(max_examples=50)
@given(asked=requests())
def test_the_canonical_query_is_what_is_sent_sorted(algorithm: str, asked: Given) -> None:
    """The string that was signed and the one on the wire differ in order at most."""
    assume(not any(name == "Signature" for name, _ in asked.query))
    sent = wire(algorithm, asked.sign(algorithm))
    on_the_wire = [part for part in sent.split("&") if not part.startswith("Signature=")]
    pairs = tuple(pair for pair in parse_qsl(sent, keep_blank_values=True) if pair[0] != "Signature")
    canonical = alibaba.rpc_canonical_query(pairs) if algorithm != "SDK-HMAC-SHA256" else huawei.canonical_query(pairs)
    assert sorted(canonical.split("&")) == sorted(on_the_wire or [""])


@EVERY
@settings(max_examples=50)
@given(asked=requests())
def test_the_host_header_is_the_host_of_the_url(algorithm: str, asked: Given) -> None:
    """Where the host is signed, it is signed with the port that the URL has."""
    signed = asked.sign(algorithm)
    assert signed.header("host") in ({None} if algorithm == "HMAC-SHA1" else {asked.host})


@given(asked=requests())
def test_huawei_has_no_nonce(asked: Given) -> None:
    """The nonce is no part of Huawei's algorithm: another one signs alike."""
    assert replace(asked, nonce="other").signature("SDK-HMAC-SHA256") == asked.signature("SDK-HMAC-SHA256")
