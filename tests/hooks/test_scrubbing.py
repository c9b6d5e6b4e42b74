# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what is logged of a secrets backend's exception: the cause, and nothing secret."""

from __future__ import annotations

import time

import pytest

from airflow_provider_mediajobs.hooks.scrubbing import told, unforeseen

HARMLESS = [
    "'Connection' object has no attribute 'aextra_dejson'",
    "HTTPSConnectionPool(host='vault.example', port=8200): Max retries exceeded",
    "The conn_id `huawei_mediajobs_default` isn't defined",
    "[Errno 111] Connection refused",
    "permission denied on path secret/data/airflow",
]
SECRET = [
    ("token=hunter2 is expired", "token=*** is expired"),
    ("password: 'two words'; no", "password: ***; no"),
    ('{"login": "me", "secret_key": "abc", "n": 1}', '{"login": ***, "secret_key": ***, "n": 1}'),
    ("Authorization: Bearer abc.def", "Authorization: ***"),
    ("X-Vault-Token: s.abc", "X-Vault-Token: ***"),
    ("cannot parse huawei://me:hunter2@host/?extra=1", "cannot parse huawei://host/***"),
    ("cannot parse huawei://me:p/a?s@host", "cannot parse huawei://host/***"),
    ("GET https://vault.example/v1/x?sig=abc failed", "GET https://vault.example/*** failed"),
    ("GET https://vault.example failed", "GET https://vault.example failed"),
    ("got LTAI5tExampleKey01 back", "got *** back"),
    ("got c2VjcmV0LXNlY3JldA== back", "got *** back"),
    ("pass_word=a&other=b", "pass_word=***&other=b"),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_tells_the_cause_stays(text: str) -> None:
    """With the type of the exception."""
    assert told(AttributeError(text)) == f"AttributeError: {text}"


@pytest.mark.parametrize(("text", "expected"), SECRET)
def test_what_may_be_secret_goes(text: str, expected: str) -> None:
    """By its name, its place or its looks."""
    assert told(RuntimeError(text)) == f"RuntimeError: {expected}"


def test_a_long_text_is_cut() -> None:
    """And is one line."""
    assert told(ValueError("a \n" * 1000)) == f"ValueError: {'a ' * 100}…"
    assert told(ValueError("a \n b")) == "ValueError: a b"


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000 + "=token" * 100_000, "key_" * 500, "pass" * 500, "a-" * 1000, "a." * 1000, "x1" * 1000]
)
def test_a_huge_text_takes_no_time(text: str) -> None:
    """No pattern is tried from every place to the end."""
    told(ValueError())  # the first call imports what Airflow masks secrets with
    started = time.process_time()
    assert len(told(ValueError(text))) < 300
    assert time.process_time() - started < 0.5


def test_an_exception_that_cannot_be_told() -> None:
    """Its type can."""

    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert told(Silent()) == "Silent"
    assert told(ValueError()) == "ValueError"


def test_what_a_wait_is_told() -> None:
    """Which connection it was; and that it may pass."""
    error = unforeseen("c", KeyError("id"))
    assert (str(error), error.retryable) == ("connection 'c' could not be looked up (KeyError: 'id')", True)
