# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Deferred waits whose rows are rewritten before a triggerer sees them, as if another release had stored them.

Copied into the DAG folder of the system tests' Airflow, and read by the tests for its tasks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import DAG

from airflow_provider_mediajobs.sensors import MediaJobSensor

KIND = "huawei.mpc.editing"
TIMEOUT_S = 1800.0


@dataclass(frozen=True)
class Rewritten:
    """What becomes of one wait's row.

    :param more: keys of it with other values, or with a value that were not there.
    :param less: keys that are left out; ``"*"`` for all.
    :param kept: the same as ``more`` for what is kept with the task; ``None`` where nothing is.
    :param anew: whether a worker begins the wait anew.
    :param fails: whether its job fails in the end.
    :param given: arguments of the sensor.
    """

    more: dict[str, Any] = field(default_factory=dict)
    less: tuple[str, ...] = ()
    kept: dict[str, Any] | None = field(default_factory=dict)
    anew: bool = True
    fails: bool = False
    given: dict[str, Any] = field(default_factory=dict)


NARROWING = {"show_only": ["HD"]}
REWRITTEN = {
    "as_it_is": Rewritten(anew=False),
    "older": Rewritten(less=("version", "readable_by", "anew"), kept=None, anew=False),
    "older_finish": Rewritten(
        less=("version", "readable_by", "anew"), kept=None, anew=False, given={"finish_in_triggerer": True}
    ),
    "informative": Rewritten(more={"version": 3, "note": "x", "informative": ["note"]}, anew=False),
    "defaults": Rewritten(less=("poll_interval", "before", "report", "finish", "anew"), anew=False),
    "narrowing": Rewritten(more=NARROWING),
    "narrowing_fails": Rewritten(more=NARROWING, fails=True),
    "narrowing_alone": Rewritten(more=NARROWING, kept=None),
    "newer": Rewritten(more={"version": 9, "readable_by": 9} | NARROWING, kept={"version": 9, "readable_by": 9}),
    "lacking": Rewritten(less=("policy", "created_after", "push")),
    "lacking_deadline": Rewritten(less=("deadline", "ends_at")),
    "nothing": Rewritten(less=("*",)),
    "garbage": Rewritten(less=("*",), more={"ids": 5, "deadline": [None], "anew": "x", "self": {}, "": 1.5}),
    "started": Rewritten(more=NARROWING, given={"start_in_triggerer": True}),
}

with DAG("system_upgrades", schedule=None, is_paused_upon_creation=False) as dag:
    for name, row in REWRITTEN.items():
        MediaJobSensor(
            task_id=name,
            kind=KIND,
            ids={"job_id": f"upgrade-{name}"},
            conn_id="huawei_whole",
            poll_interval=5,
            timeout=TIMEOUT_S,
            **({"deferrable": True} | row.given),
        )
