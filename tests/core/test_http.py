# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the encoder of URLs, and requests and responses as values."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse, encode_query, percent_encode


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("AZaz09-_.~", "AZaz09-_.~"),
        (" ", "%20"),
        ("+", "%2B"),
        ("*", "%2A"),
        ("/", "%2F"),
        ("%20", "%2520"),
        ("a=b&c", "a%3Db%26c"),
        ("é", "%C3%A9"),
        ("剪", "%E5%89%AA"),
        ("🎬", "%F0%9F%8E%AC"),
        ("\n", "%0A"),
        ("", ""),
    ],
)
def test_percent_encode(text: str, encoded: str) -> None:
    """Everything but the unreserved characters, in upper-case hex."""
    assert percent_encode(text) == encoded


@given(st.text())
def test_percent_encoding_round_trips(text: str) -> None:
    """It decodes to the same text, and holds neither ``+`` nor anything that would need encoding again."""
    encoded = percent_encode(text)
    assert unquote(encoded) == text
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%")


def test_encode_query() -> None:
    """In the order given, names encoded too, repeated names and empty values kept."""
    assert encode_query((("b", "x y"), ("a", ""), ("b", "+"), ("ä b", "1"))) == "b=x%20y&a=&b=%2B&%C3%A4%20b=1"
    assert encode_query(()) == ""


def test_a_request() -> None:
    """Host with its port, the URL as it goes on the wire, headers whatever the case of their names."""
    request = HttpRequest("GET", "http://127.0.0.1:8080", "/a%20b", (("n", "v w"),), (("X-A", "1"), ("x-a", "2")))
    assert request.host == "127.0.0.1:8080"
    assert request.url == "http://127.0.0.1:8080/a%20b?n=v%20w"
    assert (request.header("x-a"), request.header("X-B")) == ("1", None)
    assert HttpRequest("GET", "https://h").url == "https://h/"


def test_repr_shows_neither_query_headers_nor_body() -> None:
    """Once signed, each of them may hold a signature or a token."""
    shown = repr(HttpRequest("GET", "https://h", "/", (("Signature", "S1"),), (("Authorization", "S2"),), b"S3"))
    assert shown == "HttpRequest(method='GET', origin='https://h', path='/')"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, 2.5, null, true]} ', {"a": [1, 2.5, None, True]}),
        ('{"a": "剪"}'.encode(), {"a": "剪"}),
        (b"\xef\xbb\xbf{}", {}),
        (rb'{"a": "\ud83c\udfac"}', {"a": "🎬"}),
        (rb'{"a": "\ud83c", "\udfac": "\u0041"}', {"a": "\ufffd", "\ufffd": "A"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "\xed\xa0\x80"}', {"a": "\ufffd\ufffd\ufffd"}),
        (b'{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": "NaN", "b": "-Infinity", "c": "1e999"}),
        (b'{"a": ' + b"1" * 5000 + b"}", {"a": "1" * 1000 + "…"}),
    ],
)
def test_json(body: bytes, value: dict[str, Any]) -> None:
    """A JSON object; what no JSON store would take is a text."""
    assert HttpResponse(200, {}, body).json() == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a": 1',
        b"[]",
        b"null",
        b'"text"',
        b"3",
        b"{} {}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a": [' + b"1," * 150_001 + b"1]}",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    """One error for all of it, with the status."""
    with pytest.raises(UnreadableResponse) as caught:
        HttpResponse(502, {}, body).json()
    assert caught.value.status == 502


@given(st.binary())
def test_any_body_is_an_object_or_unreadable(body: bytes) -> None:
    """Never another exception."""
    with suppress(UnreadableResponse):
        assert isinstance(HttpResponse(200, {}, body).json(), dict)
