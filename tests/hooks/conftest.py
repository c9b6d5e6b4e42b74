# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: hooks that use the emulator in memory, and its time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.hooks.media import MediaHook
from airflow_provider_mediajobs.vendors import VENDORS
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.huawei import HUAWEI


@pytest.fixture
def connections(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections whose keys the emulator in memory accepts."""
    keys = mediajobs_world.account("huawei").credentials
    for vendor, region in ((ALIBABA, "cn-shanghai"), (HUAWEI, "cn-north-4")):
        value = {
            "conn_type": vendor.conn_type,
            "login": keys.access_key,
            "password": keys.secret_key,
            "extra": {"region": region, "project_id": mediajobs_world.project_id},
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.conn_type.upper()}_MEMORY", json.dumps(value))


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that a hook has made, in seconds."""
    return []


@pytest.fixture
def hook(connections: None, mediajobs_world: World, pauses: list[float]) -> Any:
    """Make hooks of a vendor or kind that use the emulator in memory, and its time."""

    def make(name: str, **kwargs: Any) -> MediaHook:
        vendor = next(vendor for vendor in VENDORS if name.startswith(vendor.name))

        def sleep(seconds: float) -> None:
            pauses.append(seconds)
            mediajobs_world.advance(seconds)

        defaults: dict[str, Any] = {
            "transport": EmulatorTransport(mediajobs_world),
            "clock": lambda: mediajobs_world.now().timestamp(),
            "sleep": sleep,
            "jitter": lambda: 1.0,
        }
        return hook_class(vendor)(f"{vendor.conn_type}_memory", **(defaults | kwargs))

    return make
