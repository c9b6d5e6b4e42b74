# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests when the reading of a list in pages ends."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core.pages import is_last


@pytest.mark.parametrize(
    ("sent", "received", "total", "last"),
    [
        (0, 7, 9, True),
        (3, 7, 9, False),
        (3, 9, 9, True),
        (3, 9, None, True),  # fewer than were asked for
        (10, 10, None, False),
    ],
)
def test_the_end_of_a_list(sent: int, received: int, total: int | None, last: bool) -> None:
    assert is_last(sent, 10, received, total) is last
