# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how the address of an OSS object is read from a record."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.vendors.alibaba.api import oss


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ({"Bucket": "b", "Object": "d/o.mp4"}, "oss://b/d/o.mp4"),
        ({"Bucket": "b", "Object": "/d/o.mp4", "Location": "oss-cn-shanghai"}, "oss://b/d/o.mp4"),
        ({"bucket": "b", "object": "o {Count}.jpg "}, "oss://b/o {Count}.jpg "),
        ('{"Bucket": "b", "Object": "o"}', "oss://b/o"),
        ({"Bucket": "b"}, None),
        ({"Object": "o"}, None),
        ({"Bucket": ["b"], "Object": "o"}, None),
        ("text", None),
        (None, None),
    ],
    ids=repr,
)
def test_an_object_is_named_by_both_of_its_parts(file: Any, address: str | None) -> None:
    assert oss.address(file) == address
