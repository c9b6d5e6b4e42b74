# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: triggers in virtual time, with the fixtures of the sensors' tests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger

from ..sensors.conftest import STARTS, Bench, bench, deferred_trigger, done_after

__all__ = ["Bench", "bench", "deferred_trigger", "done_after"]

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
BOTH = {"start_in_triggerer": True, "finish_in_triggerer": True}
starts = pytest.mark.skipif(not STARTS, reason="this Airflow starts no task in the triggerer")


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"deferrable": True, "timeout": 3600} | MPC | given))


def started(of: MediaJobSensor, **context: Any) -> MediaJobStartTrigger:
    """The trigger as the scheduler makes it, with its templates rendered."""
    args = of.start_trigger_args
    assert args is not None
    trigger = MediaJobStartTrigger(**json.loads(json.dumps(args.trigger_kwargs)))
    trigger.render_template_fields({"ti": None, **context})  # type: ignore[typeddict-item]
    return trigger


class Pulls:
    """A task instance in the triggerer. A pull without ``map_indexes`` is never answered there."""

    try_number = 1
    start_date = "1"

    def __init__(self, value: Any) -> None:
        self.value = value

    def get_previous_ti(self) -> None:
        raise AssertionError("this is never answered")

    get_previous_dagrun = get_previous_ti

    def xcom_pull(self, task_ids: str, key: str = "return_value", *, map_indexes: int) -> Any:
        assert (task_ids, map_indexes) == ("submit", -1)
        return self.value if key == "return_value" else None
