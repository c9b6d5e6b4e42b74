# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests outputs of jobs, and how much of the vendor's record a result keeps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, WaitReport, combined
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition, cap_raw, fault_of, raw_cap

NOTHING_TOLD = {
    "uri": None,
    "media_id": None,
    "format": None,
    "duration_s": None,
    "size_bytes": None,
    "width": None,
    "height": None,
    "video_codec": None,
    "audio_codec": None,
    "md5": None,
}


def test_an_output() -> None:
    """Ten facts in the result's order, and nothing for those that the vendor does not say."""
    assert json.dumps(Output().to_dict()) == json.dumps(NOTHING_TOLD)
    assert Output("u", width=640).to_dict() == NOTHING_TOLD | {"uri": "u", "width": 640}


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (JobFault("E1", "broken"), "E1: broken"),
        (JobFault("E1", None), "E1"),
        (JobFault(None, "broken"), "broken"),
        (JobFault("", "broken"), "broken"),
        (JobFault("E1", "HD: E1: broken; LD: E2"), "HD: E1: broken; LD: E2"),
        (JobFault("E1", "E1"), "E1"),
        (JobFault("E1", "HD: E1; LD: E2"), "HD: E1; LD: E2"),
        (JobFault("E1", "E10 is not it"), "E1: E10 is not it"),
        (JobFault("4", "HTTP 404: no"), "4: HTTP 404: no"),
        (JobFault("E1", ""), "E1"),
        (JobFault(None, None), ""),
    ],
)
def test_a_fault_in_words(fault: JobFault, text: str) -> None:
    """What there is of it, and the code once."""
    assert str(fault) == text


def test_why_some_were_not_made() -> None:
    """The code of the first that failed, and a word on each; nothing where none has."""
    good = Rendition("SD", None, None, "succeeded", "OK", error=JobFault("E0", "no matter"))
    one = Rendition("HD", "7", None, "failed", "NO", error=JobFault("E1", "broken"))
    other, third = Rendition(None, "9", None, "failed", "NO"), one._replace(definition=None, error=JobFault(None, "x"))
    assert fault_of([good, one, other, third]) == JobFault("E1", "HD: E1: broken; 9; 7: x")
    assert fault_of([other, one]) == JobFault(None, "9; HD: E1: broken")
    assert fault_of([good]) is fault_of([]) is None


@pytest.mark.parametrize(
    ("definition", "template_id", "name", "means"),
    [
        ("HD", "t1", "HD", ["HD", "t1"]),
        ("HD", None, "HD", ["HD"]),
        (None, "t1", "t1", ["t1"]),
        ("", "t1", "t1", ["t1"]),
        (None, None, "rendition", []),
    ],
)
def test_a_renditions_names(definition: str | None, template_id: str | None, name: str, means: list[str]) -> None:
    """By its definition, else by its template; an author may write either, exactly."""
    rendition = Rendition(definition, template_id, "j", "running", "Transcoding")
    assert rendition.name == name
    assert [word for word in ("HD", "hd", "t1", "j", "rendition") if rendition.is_called(word)] == means


@pytest.mark.parametrize(
    "definition",
    [
        "LD,SD",
        "LD, SD",
        " LD ,SD ",
        "SD,LD,",
        "LD\uff0cSD",
        "LD\u3001SD",
        "LD\u3000SD",
        "LD;SD",
        "HD,LD,SD",
        "LD SD",
        ",LD,,SD",
    ],
)
def test_a_rendition_of_several_definitions(definition: str) -> None:
    """It goes by each of them, and by the text as it came."""
    rendition = Rendition(definition, None, "j", "running", "Transcoding")
    assert [name for name in ("LD", "SD", "ld", "D", "L", "", ",", " ") if rendition.is_called(name)] == ["LD", "SD"]
    assert rendition.is_called(definition)


def test_a_rendition_in_the_result() -> None:
    """Every field in order, the error as an object."""
    failed = Rendition("HD", "t1", "j1", "failed", "TranscodeFail", 40, "oss://b/o.mp4", JobFault("E1", None))
    expected = {
        "definition": "HD",
        "template_id": "t1",
        "job_id": "j1",
        "state": "failed",
        "raw_state": "TranscodeFail",
        "progress": 40,
        "uri": "oss://b/o.mp4",
        "error": {"code": "E1", "message": None},
    }
    assert json.dumps(failed.to_dict()) == json.dumps(expected)
    assert Rendition(None, None, None, "unknown", "").to_dict() == {
        "definition": None,
        "template_id": None,
        "job_id": None,
        "state": "unknown",
        "raw_state": "",
        "progress": None,
        "uri": None,
        "error": None,
    }


# --- the cap ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jobs", "cap"),
    [
        (0, 16_384),
        (1, 16_384),
        (16, 16_384),
        (17, 15_420),
        (32, 8_192),
        (500, 524),
        (262_144, 1),
        (262_145, 0),
    ],
)
def test_the_share_of_each_of_many(jobs: int, cap: int) -> None:
    """16 KiB for each, and never more than 256 KiB together."""
    assert raw_cap(jobs) == cap
    assert jobs * cap <= 262_144


def test_a_record_of_exactly_16_kib_is_whole() -> None:
    """16,384 bytes of JSON pass, one more does not."""
    fits = {"a": "x" * (16_384 - len('{"a": ""}'))}
    assert cap_raw(fits) == fits
    over = cap_raw({"a": fits["a"] + "x"})
    assert (over["truncated"], over["size_bytes"], len(over["text"])) == (True, 16_385, 16_384)
    assert set(over) == {"truncated", "size_bytes", "text"}


@pytest.mark.parametrize(
    ("raw", "cap", "kept"),
    [
        ({}, 2, {}),
        ({}, 1, {"truncated": True, "size_bytes": 2, "text": "{"}),
        ({}, 0, {"truncated": True, "size_bytes": 2, "text": ""}),
        ({"a": 1}, 8, {"a": 1}),
        ({"a": 1}, 7, {"truncated": True, "size_bytes": 8, "text": '{"a": 1'}),
        ({"a": "剪"}, 12, {"a": "剪"}),
        ({"a": "剪"}, 11, {"truncated": True, "size_bytes": 12, "text": '{"a": "剪"'}),
        ({"a": "剪"}, 9, {"truncated": True, "size_bytes": 12, "text": '{"a": "'}),
    ],
)
def test_a_smaller_cap(raw: dict[str, Any], cap: int, kept: dict[str, Any]) -> None:
    """To the byte, and nothing cut in two; what was cut for it stays so, however often it comes by."""
    assert cap_raw(raw, cap) == kept
    assert cap_raw(kept, cap) == kept


def test_a_record_that_was_cut_for_a_larger_cap() -> None:
    """It is cut again, as the record that it is: its text is more than may be kept."""
    once = cap_raw({"a": "x" * 100}, 50)
    twice = cap_raw(once, 40)
    assert twice["size_bytes"] == len(json.dumps(once))
    assert twice["text"] == json.dumps(once)[:40]


@pytest.mark.parametrize(("char", "size"), [("é", 2), ("剪", 3), ("🎬", 4)])
def test_bytes_are_counted_and_no_character_is_cut(char: str, size: int) -> None:
    """Multi-byte text: the cut falls between two characters."""
    capped = cap_raw({"a": char * 16_384})
    assert capped["size_bytes"] == 16_384 * size + 9
    kept = len(capped["text"].encode())
    assert 16_384 - size < kept <= 16_384
    assert set(capped["text"][7:]) == {char}


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9000), max_size=4))
def test_the_cap_holds_for_any_text(raw: dict[str, str]) -> None:
    """Whole, or marked and at most 16 KiB; plain JSON either way."""
    capped = cap_raw(raw)
    json.dumps(capped).encode()
    assert capped == raw or len(capped["text"].encode()) <= 16_384
    assert cap_raw(capped) == capped


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=60), max_size=4), st.integers(0, 200))
def test_any_cap_holds_for_any_record(raw: dict[str, Any], cap: int) -> None:
    """Whole, or marked with its size and at most so many bytes; a second time changes nothing."""
    capped = cap_raw(raw, cap)
    if capped != raw:
        assert len(capped["text"].encode()) <= cap < capped["size_bytes"]
    assert cap_raw(capped, cap) == capped


@pytest.mark.parametrize(
    "raw",
    [
        {"truncated": True, "size_bytes": 16_385, "text": "x" * 16_385},
        {"truncated": True, "size_bytes": 16_384, "text": "\n" * 16_384},
        {"truncated": True, "size_bytes": 16_385, "text": "\n" * 16_384, "more": 1},
        {"truncated": 1, "size_bytes": 16_385, "text": "\n" * 16_384},
    ],
    ids=["too long", "too small to be cut", "another key", "no mark"],
)
def test_a_record_that_looks_as_if_it_had_been_cut(raw: dict[str, Any]) -> None:
    """It is cut like any other."""
    assert cap_raw(raw)["size_bytes"] > 16_385


def test_a_whole_record_is_a_copy() -> None:
    """Nothing of it is shared."""
    raw = {"deep": [1]}
    cap_raw(raw)["deep"].append(2)
    assert raw == {"deep": [1]}


# --- any result -------------------------------------------------------------------------------------------------

TEXT = st.text(max_size=5)
PERCENT = st.none() | st.integers(0, 100)
TIMES = st.none() | st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
FAULTS = st.none() | st.builds(JobFault, st.none() | TEXT, st.none() | TEXT)
OUTPUTS = st.builds(Output, uri=st.none() | TEXT, duration_s=st.none() | st.floats(0, 1e9), width=st.integers(0))
RENDITIONS = st.builds(
    Rendition, TEXT, st.none() | TEXT, TEXT, st.sampled_from(JobState).map(str), TEXT, PERCENT, TEXT, FAULTS
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SNAPSHOTS = st.builds(
    JobSnapshot,
    TEXT,
    st.dictionaries(TEXT, TEXT, max_size=3),
    st.sampled_from(JobState),
    TEXT,
    progress=PERCENT,
    created_at=TIMES,
    started_at=TIMES,
    finished_at=TIMES,
    outputs=st.lists(OUTPUTS, max_size=2).map(tuple),
    renditions=st.none() | st.lists(RENDITIONS, max_size=2).map(tuple),
    error=FAULTS,
    request_id=st.none() | TEXT,
    raw=st.dictionaries(TEXT, JSON, max_size=3),
)


@given(SNAPSHOTS, st.lists(SNAPSHOTS, max_size=3), st.integers(0, 60))
def test_a_result_is_plain_json(one: JobSnapshot, jobs: list[JobSnapshot], cap: int) -> None:
    """Of one job and of several: it comes back from an XCom as it went in."""
    several = combined(JobRef("k", ()), jobs, "r")
    for result in (one.to_result(WaitReport(1, 2, 3, 4)), one.to_result(cap=cap), several.to_result()):
        assert json.loads(json.dumps(result, allow_nan=False)) == result
