# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits by credentials that others hand out, and waits that are refused with an answer that shows what was sent.

Copied into the DAG folder of an Airflow that logs all it can, and read by the tests for what to expect.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, task

from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.vendors import vendor_of

ICE, VOD, MPC = "alibaba.ice.live_editing", "alibaba.vod.transcode", "huawei.mpc.editing"
DEFERRED, POKE, RESCHEDULE = {"deferrable": True}, {"mode": "poke"}, {"mode": "reschedule"}
STARTED = {"start_in_triggerer": True}
BOTH = {**STARTED, "finish_in_triggerer": True}
# Task: kind, connection, mode.
OPEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "role_deferred": (ICE, "role", DEFERRED),
    "role_poke": (VOD, "role", POKE),
    "role_by_hmac_sha1": (ICE, "role_by_hmac_sha1", BOTH),
    "instance_role": (ICE, "instance_role", RESCHEDULE),
    "instance_role_in_the_triggerer": (VOD, "instance_role", BOTH),
    "oidc": (ICE, "oidc", DEFERRED),
    "user": (MPC, "user", POKE),
    "user_in_the_triggerer": (MPC, "user", BOTH),
    "agency": (MPC, "agency", DEFERRED),
    "instance_agency": (MPC, "instance_agency", BOTH),
}
REFUSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "mismatch": (ICE, "mismatch", POKE),
    "mismatch_in_the_triggerer": (ICE, "mismatch", STARTED),
    "mismatch_by_hmac_sha1": (VOD, "mismatch_by_hmac_sha1", DEFERRED),
    "mismatch_of_huawei_in_the_triggerer": (MPC, "mismatch_of_huawei", STARTED),
    "role_mismatch": (ICE, "role_mismatch", STARTED),
    "user_with_a_wrong_password": (MPC, "wrong_user", DEFERRED),
    "stranger_to_the_proxy": (ICE, "stranger_to_the_proxy", {**DEFERRED, "timeout": 15}),
}
# Tasks of Python: kind and connection.
TOLD = {"tells_of_a_role": (ICE, "role"), "tells_of_a_user": (MPC, "user")}
FAILED = {"fails_by_a_mismatch": (ICE, "mismatch")}


def ids(kind: str, job: str) -> dict[str, Any]:
    """Of the job that a task waits for."""
    return {"video_id": job, "transcode_task_id": f"{job}-task"} if kind == VOD else {"job_id": job}


@task
def tells(kind: str, conn_id: str, job: str) -> dict[str, Any]:
    """What a curious author of a DAG shows, of a connection that works."""
    hook = hook_class(vendor_of(kind))(conn_id)
    print(hook, hook.account, vars(hook), hook.account.credential_provider, hook.account.http)  # noqa: T201 - into the task's log
    return hook.get_job(kind, **ids(kind, job)).to_result()


@task
def fails(kind: str, conn_id: str, job: str) -> None:
    """And of one that does not."""
    hook = hook_class(vendor_of(kind))(conn_id)
    try:
        hook.get_job(kind, **ids(kind, job))
    except Exception as error:
        print(repr(error), vars(error))  # noqa: T201
        hook.log.exception("as it is")
        raise


with DAG("system_secrets", schedule=None) as dag:
    for _name, (_kind, _conn_id, _mode) in (OPEN | REFUSED).items():
        MediaJobSensor(
            task_id=_name,
            kind=_kind,
            ids=ids(_kind, _name),
            conn_id=_conn_id,
            **{"poke_interval": 8, "poll_interval": 8, "timeout": 900, **_mode},
        )
    for _name, (_kind, _conn_id) in TOLD.items():
        tells.override(task_id=_name)(_kind, _conn_id, _name)
    for _name, (_kind, _conn_id) in FAILED.items():
        fails.override(task_id=_name)(_kind, _conn_id, _name)
