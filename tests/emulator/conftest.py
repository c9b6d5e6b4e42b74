# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: a world whose time stands still, and a client that queries it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.huawei import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(now=lambda: NOW, random=Random(1))


@pytest.fixture
def look(world: World) -> Callable[..., HttpResponse]:
    """Query MPC jobs, signed with the world's own key."""

    def ask(*job_ids: str) -> HttpResponse:
        query = tuple(("job_id", job_id) for job_id in job_ids)
        request = HttpRequest("GET", "http://127.0.0.1", f"/v2/{world.project_id}/editing/jobs", query)
        return world.handle(signing.sign(request, world.account("huawei"), world.wall(), ""))

    return ask


@pytest.fixture
def states(look: Callable[..., HttpResponse]) -> Callable[..., list[str]]:
    """The status words of MPC jobs, by a query."""
    return lambda *job_ids: [job["status"] for job in look(*job_ids).json()["job_array"]]
