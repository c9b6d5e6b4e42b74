# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what the create operations of all vendors share: keys, parameters, and what proves that no job was made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ApiError, ParameterError, PermissionDenied, UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpResponse
from airflow_provider_mediajobs.core.submit import (
    LONGEST_KEY,
    Key,
    carried_key,
    demand,
    made_id,
    opened,
    proves_nothing_made,
    says_key_was_there,
    told,
    with_key,
)
from airflow_provider_mediajobs.vendors import vendor

KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
NAMES = {"clips": "Clips", "inputs": "inputs"}


@pytest.mark.parametrize(
    ("own", "carried"),
    [
        (None, f'{{"mediajobs": "{KEY}"}}'),
        ("", f'{{"mediajobs": "{KEY}"}}'),
        ({"a": "ü"}, f'{{"a": "ü", "mediajobs": "{KEY}"}}'),
        ('{"a": 1}', f'{{"a": 1, "mediajobs": "{KEY}"}}'),
        ("run 17", f"run 17 mediajobs:{KEY}"),
    ],
)
def test_an_author_keeps_what_is_his(own: Any, carried: str) -> None:
    assert with_key("user_data", own, KEY, 512) == carried
    assert carried_key(carried) == KEY


OTHER = Key("f" * 24, 1, 0, "bbbbbb")


@pytest.mark.parametrize(
    "own",
    [
        {"before": f"mediajobs:{OTHER}"},
        {"before": {"mediajobs": str(OTHER)}},
        {"before": {"user_data": f'{{"mediajobs": "{OTHER}"}}'}},
        f"{OTHER}",
        f"after {OTHER} mediajobs:{OTHER}",
        f'["{OTHER}"]',
    ],
)
def test_keys_that_an_author_repeats_are_not_those_of_the_job(own: Any) -> None:
    """An author may have the record of another job carried along, which holds that one's key."""
    assert carried_key(with_key("user_data", own, KEY, 512)) == KEY


@pytest.mark.parametrize(
    "carried",
    [
        *(None, "", " ", 7, [], {}, str(KEY), f'"{KEY}"', f'["mediajobs:{KEY}"]', f"mediajobs:{KEY} later"),
        f"other-mediajobs:{KEY}",
        {"before": str(KEY)},
        {"mediajobs": [str(KEY)]},
        {"mediajobs": f"{KEY} "},
        f'{{"a": "b", "mediajobs": "{KEY}',  # cut
        f'{{"a": "b", "mediajobs": "{KEY}"',
        f"run 17 mediajobs:{KEY}"[:-8],
    ],
)
def test_what_carries_no_key(carried: Any) -> None:
    assert carried_key(carried) != KEY


def test_an_object_that_the_vendor_shows_as_one() -> None:
    assert carried_key({"a": 1, "mediajobs": str(KEY)}) == KEY


@pytest.mark.parametrize("own", [{"mediajobs": 1}, 7, ["a"], {"a": "ü" * 240}, "x" * 470, {1: 2}, "\ud800"])
def test_what_cannot_be_kept_beside_the_key_is_refused(own: Any) -> None:
    with pytest.raises(ParameterError, match="user_data"):
        with_key("user_data", own, KEY, 512)


def test_the_room_that_is_left() -> None:
    left = 512 - len(f" mediajobs:{LONGEST_KEY}")

    assert len(with_key("user_data", "x" * left, LONGEST_KEY, 512)) == 512
    with pytest.raises(ParameterError, match=r"user_data has 513 bytes with the key .* the vendor takes 512"):
        with_key("user_data", "x" * (left + 1), LONGEST_KEY, 512)


@pytest.mark.parametrize("value", ["{", "[]", 7, None, {"a": object()}])
def test_what_has_another_shape(value: Any) -> None:
    with pytest.raises(ParameterError, match="settings"):
        opened("settings", value, dict, "an object")


def test_what_has_the_shape() -> None:
    assert opened("settings", '{"a": 1}', dict, "an object") == {"a": 1}
    assert opened("settings", {"a": 1}, dict, "an object") == {"a": 1}


def test_names() -> None:
    assert told(NAMES, "Clips") == "clips (Clips)"
    assert told(NAMES, "inputs") == "inputs"
    assert told(NAMES, "Other") == "Other"


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_what_the_vendor_demands(empty: Any) -> None:
    demand(NAMES, {"Clips": [1]}, ("Clips",))
    with pytest.raises(ParameterError, match=r"clips \(Clips\) is missing or empty"):
        demand(NAMES, {"Clips": empty}, ("Clips",))


@pytest.mark.parametrize(("sent", "job_id"), [("7", "7"), (7, "7"), (7.0, "7")])
def test_ids_leave_as_text(sent: Any, job_id: str) -> None:
    assert made_id(HttpResponse(200), {"job_id": sent}, "job_id") == job_id


@pytest.mark.parametrize("body", [{}, {"job_id": None}, {"job_id": ""}, {"job_id": True}, {"job_id": [7]}])
def test_an_answer_without_an_id(body: dict[str, Any]) -> None:
    with pytest.raises(UnreadableResponse, match="job_id"):
        made_id(HttpResponse(200, body=b"{}"), body, "job_id")


def test_a_code_that_no_table_has_proves_nothing_with_403() -> None:
    """Huawei VOD tells of its own faults so, and a request that a proxy has sent twice may be refused so."""
    known, unknown, nameless = (PermissionDenied(code, status=403) for code in ("NoPermission", "VOD.19999", ""))
    unknown.by_status = nameless.by_status = True

    assert proves_nothing_made(known, frozenset())
    assert proves_nothing_made(nameless, frozenset())
    assert not proves_nothing_made(unknown, frozenset())
    assert (says_key_was_there(unknown), says_key_was_there(known)) == (True, False)


@pytest.mark.parametrize(
    ("code", "by_status"), [("VOD.10074", False), ("VOD.19999", True), ("APIGW.0302", False), ("APIGW.9999", True)]
)
def test_what_the_status_has_decided(code: str, by_status: bool) -> None:
    with pytest.raises(PermissionDenied) as refused:
        vendor("huawei").check(HttpResponse(403, {}, json.dumps({"error_code": code, "error_msg": "m"}).encode()), None)

    assert refused.value.by_status is by_status


@pytest.mark.parametrize(
    ("status", "body", "proves"),
    [
        (400, {"Code": "MissingClips", "Message": "m", "RequestId": "r", "HostId": "h", "Recommend": "u"}, True),
        (200, {"Code": "MissingClips", "Message": "m"}, False),
        (400, {"Code": "MissingClips", "Message": "m", "JobId": ""}, True),
        (400, {"Code": "MissingClips", "Message": "m", "JobId": "7"}, False),
        (200, {"Code": "MissingClips", "Message": "m", "JobId": 7}, False),
        (500, {"Code": "MissingClips", "Message": "m"}, False),
        (503, {"Code": "Throttling.User", "Message": "m"}, True),
    ],
)
def test_a_refusal_that_contradicts_itself_proves_nothing(status: int, body: dict[str, Any], proves: bool) -> None:
    with pytest.raises(ApiError) as refused:
        vendor("alibaba").check(HttpResponse(status, {}, json.dumps(body).encode()), None)

    assert proves_nothing_made(refused.value, frozenset({"MissingClips"})) is proves
