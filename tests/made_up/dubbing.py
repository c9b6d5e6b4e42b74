# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying Dubbing Tasks": ``GET /v1/{project_id}/dubbings``. There is no such page.

Up to three ids a call, as a repeated ``task_id``. ``ENDED`` says that a task has ended and not how: its tracks do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_mediajobs.core import facts, shapes
from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.kind import Answers, Cancel, Exchange, JobKind, Probe, Quota
from airflow_provider_mediajobs.core.output import Rendition
from airflow_provider_mediajobs.core.times import parse_time
from airflow_provider_mediajobs.vendors.huawei.api import batches
from airflow_provider_mediajobs.vendors.huawei.api.rest import NO_ID, call, check_done, check_empty, permission

LISTS = Quota("mpc-list", 600, 60, "the page: lists have a limit of their own", part_of="mpc")
PATH = "/v1/{project_id}/dubbings"
TRACKS = {"OPEN": JobState.RUNNING, "GOOD": JobState.SUCCEEDED, "BAD": JobState.FAILED}


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """One call for up to three tasks."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["task_id"]: ref for ref in some}
        response = yield call(account, "mpc", "GET", PATH, tuple(("task_id", task_id) for task_id in wanted))
        with shapes.reading(response):
            tasks = shapes.listed("dubbings", response.json().get("dubbings"), "dubbing", ("task_id", "status"))
        if not tasks.sent:
            check_empty(response, "dubbings")
        return batches.answers(response, wanted, tasks, "task_id", _snapshot)

    return (yield from batches.look(refs, ask))


def _snapshot(task_id: str, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
    tracks = tuple(
        Rendition(facts.text(track.get("name")), None, None, str(TRACKS.get(word, JobState.UNKNOWN)), word)
        for track in shapes.known_records(task.get("tracks"))
        for word in [shapes.word("state", track.get("state"))]
    )
    return DUBBING.snapshot(
        {"task_id": task_id},
        shapes.word("status", task.get("status")),
        tracks,
        told_later=len(tracks) < (facts.integer(task.get("track_count")) or 0),
        created_at=parse_time(task.get("create_time")),
        request_id=request_id,
        raw=task,
    )


def _list(account: Account) -> HttpRequest:
    return call(account, "mpc", "GET", PATH, (("status", "WORKING"),), quota=LISTS)


def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """Those that the list of what runs shows."""
    response = yield _list(account)
    running = {facts.text(task.get("task_id")) for task in response.json()["dubbings"]}
    return frozenset(ref for ref in refs if ref["task_id"] in running)


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    response = yield call(account, "mpc", "DELETE", PATH, (("task_id", ref["task_id"]),))
    check_done(response)


DUBBING = JobKind(
    name="huawei.mpc.dubbing",
    title="Huawei MPC dubbing task",
    page="https://example.com/dubbing",
    ids=("task_id",),
    states={
        "WAITING": JobState.PENDING,
        "WORKING": JobState.RUNNING,
        "ENDED": JobState.RUNNING,
        "BROKEN": JobState.FAILED,
        "STOPPED": JobState.CANCELLED,
    },
    quota=Quota("mpc", 100, 60, "the page"),
    look=look,
    console="https://console.huaweicloud.com",
    permissions=(
        permission(
            "mpc:dubbingTask:view",
            lambda account: call(account, "mpc", "GET", PATH, (("task_id", NO_ID),)),
            "dubbings",
            proved_by="MPC.10202",
        ),
    ),
    batch_size=3,
    renditions=TRACKS,
    told_by_renditions=frozenset({"ENDED"}),
    cancel=Cancel(cancel, ("mpc:dubbingTask:delete",)),
    probe=Probe(probe, 100, (permission("mpc:dubbingTask:list", _list, "dubbings"),), LISTS),
)
