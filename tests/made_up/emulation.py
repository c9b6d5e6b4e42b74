# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Dubbing tasks, as the emulator would answer for them."""

from __future__ import annotations

from typing import Any

from airflow_provider_mediajobs.core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.vendors.huawei.emulation.operation import Operation, first

KIND = EmulatedKind(
    name="huawei.mpc.dubbing",
    ids=("task_id",),
    course=(("WAITING", 0.0), ("WORKING", 0.2), ("ENDED", 1.0)),
    failure="BROKEN",
    unstarted=frozenset({"WAITING"}),
    unfinished=frozenset({"WAITING", "WORKING"}),
    further=("STOPPED",),
)


def list_dubbings(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    wanted = [value for name, value in request.query if name == "task_id"]
    if len(wanted) > 3:
        raise Refusal(400, "MPC.10202", "task_id: max. 3 at a time.")
    jobs = [job for task_id in wanted for job in context.jobs(KIND.name, task_id=task_id)]
    found = jobs if wanted else [job for job in context.jobs(KIND.name) if job.state == first(request, "status")]
    return {"dubbings": [_dubbing(context.look(job)) for job in found]}


def _dubbing(job: EmulatedJob) -> dict[str, Any]:
    word = "GOOD" if job.state == "ENDED" else "OPEN"
    return job.over(
        {
            "task_id": job["task_id"],
            "status": job.state,
            "create_time": job.created.strftime("%Y%m%d%H%M%S"),
            "track_count": 2,
            "tracks": [{"name": name, "state": word} for name in ("en", "de")],
        }
    )


def stop_dubbing(context: VendorContext, request: HttpRequest) -> None:
    waiting = [
        job for job in context.jobs(KIND.name, task_id=first(request, "task_id") or "") if job.state == "WAITING"
    ]
    if not waiting:
        raise Refusal(400, "MPC.10202", "only queued tasks can be stopped.")
    context.end(waiting[0], "STOPPED")


_PATH, _IDS = "/v1/{project_id}/dubbings", {"task_id": "task_id"}
OPERATIONS = (
    Operation("GET", _PATH, "ListDubbings", KIND.name, _IDS, list_dubbings),
    Operation("DELETE", _PATH, "StopDubbing", KIND.name, _IDS, stop_dubbing),
)
