# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests addresses of outputs: only those that a browser can open, whatever a record holds."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.output_address import output_address

OSS = {"OutputFile": {"Bucket": "b-1", "Location": "oss-cn-shanghai", "Object": "out/a.mp4"}}
OBS = {"output": {"bucket": "b-1", "location": "cn-north-4", "object": "out"}}


def result(*uris: Any, raw: Any = None) -> dict[str, Any]:
    return {"outputs": [{"uri": uri, "media_id": None} for uri in uris], "raw": raw or {}}


@pytest.mark.parametrize(
    ("uri", "raw", "address"),
    [
        ("https://cdn.example.com/a.mp4", {}, "https://cdn.example.com/a.mp4"),
        ("http://cdn.example.com:8080/a%20b.mp4", {}, "http://cdn.example.com:8080/a%20b.mp4"),
        ("HTTPS://cdn.example.com/a.mp4", {}, "https://cdn.example.com/a.mp4"),
        ("https://b.oss-cn-shanghai.aliyuncs.com/视频.mp4", {}, "https://b.oss-cn-shanghai.aliyuncs.com/视频.mp4"),
        ("oss://b-1/out/a b.mp4", OSS, "https://b-1.oss-cn-shanghai.aliyuncs.com/out/a%20b.mp4"),
        ("oss://b-1/50%.mp4?x=1#y", OSS, "https://b-1.oss-cn-shanghai.aliyuncs.com/50%25.mp4%3Fx%3D1%23y"),
        ("obs://b-1/out/a.mp4", {"tasks": [OBS]}, "https://b-1.obs.cn-north-4.myhuaweicloud.com/out/a.mp4"),
    ],
)
def test_known(uri: str, raw: Any, address: str) -> None:
    assert output_address(result(uri, raw=raw)) == address


@pytest.mark.parametrize(
    "query",
    ["?Expires=1&OSSAccessKeyId=LTAI&Signature=s", "?auth_key=1-0-0-a", "?security-token=t#x", "#Signature=s", "?"],
)
def test_what_signs_an_address_is_not_shown(query: str) -> None:
    assert output_address(result(f"https://cdn.example.com/a.mp4{query}")) == "https://cdn.example.com/a.mp4"


@pytest.mark.parametrize(
    ("uri", "raw"),
    [
        (None, {}),
        (17, {}),
        ("", {}),
        ("a.mp4", {}),
        ("//cdn.example.com/a.mp4", {}),
        ("javascript://example.com/%0aalert(1)", {}),
        ("javascript:alert(1)", {}),
        ("file:///etc/passwd", {}),
        ("s3://b/a.mp4", {}),
        ("https:///a.mp4", {}),
        ("https://[/a.mp4", {}),
        ("https://key:secret@cdn.example.com/a.mp4", {}),
        ("https://cdn.example.com\\@evil.example.com/a.mp4", {}),
        ("https://cdn.example.com/a b.mp4", {}),
        ("https://cdn.example.com/a\n.mp4", {}),
        ('https://cdn.example.com/"><script>', {}),
        ("https://cdn.example.com/" + "a" * 2_000, {}),
        ("oss://b-1/a.mp4", {}),
        ("oss://b-1/a.mp4", None),
        ("oss://b-1/a.mp4", {"Bucket": "b-2", "Location": "oss-cn-shanghai"}),
        ("oss://b-1/a.mp4", {"Bucket": "b-1", "Location": "evil.example.com/"}),
        ("oss://b-1/a.mp4", {"Bucket": "b-1", "Location": 4}),
        ("oss://b-1/a.mp4", [OSS, {"Bucket": "b-1", "Location": "oss-cn-beijing"}]),
        ("oss://b-1/a.mp4", {"_cut": "..."}),
        ("oss://b-1/", OSS),
        ("oss://b-1", OSS),
        ("oss://b-1/\ud800.mp4", OSS),
        ("oss://b-1/" + "a" * 2_000, OSS),
        ("oss://evil.example.com#/a.mp4", {"Bucket": "evil.example.com#", "Location": "oss-cn-shanghai"}),
        ("obs://b-1/a.mp4", OSS | {"bucket": "b-1", "location": "oss-cn-shanghai.evil.example.com"}),
    ],
)
def test_unknown(uri: Any, raw: Any) -> None:
    assert output_address(result(uri, raw=raw)) == ""


def test_the_first_that_is_known() -> None:
    first = result(None, "oss://b-1/a.mp4", "https://cdn.example.com/b.mp4", "https://cdn.example.com/c.mp4")
    nothing: dict[str, Any] = {"outputs": [], "raw": {}}

    assert output_address(first) == "https://cdn.example.com/b.mp4"
    assert output_address({"jobs": [nothing, first]}) == "https://cdn.example.com/b.mp4"
    assert output_address({"jobs": []}) == ""
    assert output_address(nothing) == ""
