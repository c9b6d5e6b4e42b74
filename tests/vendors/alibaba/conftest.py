# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: an emulated world whose clock a test sets, and signed requests to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.alibaba import signing


class Asking:
    """A world whose clock is set by hand, and signed requests to it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.world = World(now=self.now, random=Random(1))
        self.world.job_seconds = (100.0, 100.0)
        self.count = 0

    def now(self) -> datetime:
        return datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def send(self, version: str, action: str, **given: str) -> HttpResponse:
        headers = (("x-acs-action", action), ("x-acs-version", version))
        request = HttpRequest("POST", "http://127.0.0.1", query=tuple(given.items()), headers=headers)
        self.count += 1
        key = self.world.account("alibaba").credentials
        return self.world.handle(signing.sign_acs3(request, key, self.now(), f"nonce-{self.count}"))

    def ask(self, version: str, action: str, **given: str) -> Any:
        response = self.send(version, action, **given)
        assert response.status == 200, response.body
        return response.json()

    def refused(self, version: str, action: str, **given: str) -> tuple[int, str]:
        response = self.send(version, action, **given)
        return response.status, response.json()["Code"]


@pytest.fixture
def asking() -> Asking:
    return Asking()
