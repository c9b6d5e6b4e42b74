# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how answers of identity services are read: a whole key or none, and no text of an answer in errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.credentials import (
    ACCESS_KEY,
    AuthMethod,
    Environment,
    NoCredentials,
    Parameter,
    ResolvedCredentials,
    answer,
    no_instance,
    temporary,
    word,
)
from airflow_provider_mediajobs.core.errors import TransportError, UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpResponse


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-01T19:50:20Z", datetime(2026, 9, 1, 19, 50, 20, tzinfo=UTC)),
        ("2026-09-01T19:50:20.500000Z", datetime(2026, 9, 1, 19, 50, 20, 500_000, tzinfo=UTC)),
        ("2026-09-01T21:50:20+02:00", datetime(2026, 9, 1, 19, 50, 20, tzinfo=UTC)),
        (None, None),
        ("", None),
        ("tomorrow", None),
        (1_788_292_220, None),
    ],
)
def test_a_temporary_key(text: Any, moment: datetime | None) -> None:
    """With its end, as far as that can be read."""
    assert temporary("id", "s3cret", "t0ken", text) == Credentials("id", "s3cret", "t0ken", expires_at=moment)


@pytest.mark.parametrize("part", [None, "", 5, b"x", ["x"]])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_part_of_a_key_is_none(part: Any, place: int) -> None:
    """It could sign nothing."""
    parts: list[Any] = ["id", "s3cret", "t0ken"]
    parts[place] = part

    assert temporary(parts[0], parts[1], parts[2], "2026-09-01T19:50:20Z") is None


@pytest.mark.parametrize("body", [b"", b"[]", b'"s3cret"', b'{"secret": "s3cret"', b"\xffs3cret", b"<html>s3cret"])
def test_what_cannot_be_read_is_not_shown(body: bytes) -> None:
    """Half of it may be a whole key."""
    with pytest.raises(UnreadableResponse) as caught:
        answer(HttpResponse(201, {}, body), "nothing was told")

    error = caught.value
    assert (error.status, error.body, error.args) == (201, "nothing was told", (201, "nothing was told"))
    assert error.__suppress_context__


def test_what_can_be_read() -> None:
    """Is as it came."""
    assert answer(HttpResponse(200, {}, b'{"a": {"b": 1}}'), "") == {"a": {"b": 1}}


@pytest.mark.parametrize("body", [b"worker", b" worker\r\n", b"worker\n"])
def test_a_word(body: bytes) -> None:
    """Without the blanks around it."""
    assert word(HttpResponse(200, {}, body), "no") == "worker"


@pytest.mark.parametrize("body", [b"", b" ", b"two words", b"two\nlines", b"a\x00b", "\u00e9".encode(), b"\xff"])
def test_no_word(body: bytes) -> None:
    """Neither is shown, nor could it be sent in a header."""
    with pytest.raises(UnreadableResponse) as caught:
        word(HttpResponse(200, {}, body), "no")

    assert caught.value.args == (200, "no")


def test_an_answer_without_credentials_may_be_better_later() -> None:
    """Its text is our own, and shows the status."""
    error = NoCredentials(200, "the answer of STS holds none")

    assert str(error) == "HTTP 200: the answer of STS holds none"
    assert error.retryable


@pytest.mark.parametrize("trouble", ["timeout", None])
def test_no_instance(trouble: str | None) -> None:
    """The sort of trouble stays what it was, for who examines it."""
    error = TransportError("no answer from 100.100.100.200: ConnectTimeout")
    error.trouble = trouble
    told = no_instance(error)

    assert str(told) == (
        "no answer from 100.100.100.200: ConnectTimeout; only an ECS instance has a metadata service: where Airflow "
        "runs elsewhere, choose another method in `credentials` of the connection"
    )
    assert (told.trouble, told.retryable) == (trouble, True)


def test_the_least_that_is_said() -> None:
    """Of a way, its fields, and what it finds."""
    method = AuthMethod(ACCESS_KEY, "a title", "key and secret")
    assert (method.name, method.parameters, method.make, method.find) == ("access_key", (), None, None)
    parameter = Parameter("name", "Label", "Description")
    assert (parameter.required, parameter.variable, parameter.default, parameter.bounds) == (False, "", "", None)
    assert ResolvedCredentials(Credentials("id")).credential_provider is None


def test_an_environment() -> None:
    """Whoever looks around is handed both."""
    read: Callable[[str], str | None] = {"/a": "text"}.get
    around = Environment({"NAME": "value"}, read)

    assert (around.variables["NAME"], around.read("/a"), around.read("/b")) == ("value", "text", None)
