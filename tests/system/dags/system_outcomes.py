# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Every outcome of a wait in every mode: one table, and one DAG with a task a cell.

Copied into the DAG folder of the system tests' Airflow, and read by the tests for what they expect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG

from airflow_provider_mediajobs.sensors import MediaJobSensor

LIVE, ICE, VOD = "alibaba.live.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode"
HUAWEI_VOD, MPC = "huawei.vod.editing", "huawei.mpc.editing"
MODES: dict[str, dict[str, Any]] = {
    "poke": {"mode": "poke"},
    "reschedule": {"mode": "reschedule"},
    "deferrable": {"deferrable": True},
    "finish": {"finish_in_triggerer": True},
    "start": {"start_in_triggerer": True},
    "both": {"start_in_triggerer": True, "finish_in_triggerer": True},
}


@dataclass(frozen=True)
class End:
    """What becomes of a task.

    :param error: the exception's class.
    :param says: pieces of its message, or of the reason of a skip; without any, the words are Airflow's own.
    :param result: a piece of what the task returns.
    :param states: of several jobs, in what the task returns; or in ``partial_result`` where it returns nothing.
    :param tries: of the task, which has a retry.
    :param leaves: the vendor's word for the job when all is over.
    """

    state: str
    error: str | None = None
    says: tuple[str, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    tries: int = 1
    leaves: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A row of the table.

    :param jobs: the vendor's words for each job: one a look, the last one for ever.
    :param given: arguments of the sensor.
    :param listed: whether a list of ids is given.
    :param age: of the jobs, in seconds.
    :param forgetful: the end in the mode ``reschedule`` where Airflow keeps nothing from one look to the next.
    :param without: modes in which this cannot be asked.
    :param at_once: whether the first look ends the wait, wherever it is made.
    """

    kind: str
    jobs: tuple[tuple[str, ...], ...]
    end: End
    given: dict[str, Any]
    listed: bool = False
    age: float = 0.0
    forgetful: End | None = None
    without: tuple[str, ...] = ()
    at_once: bool = False

    @property
    def modes(self) -> list[str]:
        """In which it is run."""
        return [mode for mode in MODES if mode not in self.without]


def one(kind: str, *words: str, end: End, **given: Any) -> Outcome:
    """A wait for one job; without any word it is not there."""
    row = {name: given.pop(name) for name in ("age", "forgetful", "without", "at_once") if name in given}
    return Outcome(kind, (words,) if words else (), end, given, **row)


def several(kind: str, *jobs: tuple[str, ...], end: End, **given: Any) -> Outcome:
    """A wait for a list of jobs, each by its words."""
    return Outcome(kind, jobs, end, given, listed=True)


def opens(state: str, *states: str, **result: Any) -> End:
    return End("success", result={"state": state, **result}, states=states)


def skips(*says: str, **more: Any) -> End:
    return End("skipped", None, says, **more)


def fails(error: str, *says: str, **more: Any) -> End:
    return End("failed", error, says, **more)


# A wait that is deferred takes 10 s to its first look there, and then 15 s to see that this has passed.
LIMIT: dict[str, Any] = {"timeout": 60}
TIMES_OUT = fails("MediaJobTimeout", "still waiting after 60 s")

OUTCOMES: dict[str, Outcome] = {
    # How a job ends.
    "succeeded": one(MPC, "PROCESSING", "SUCCEEDED", end=opens("succeeded", raw_state="SUCCEEDED", error=None)),
    "failed": one(
        VOD,
        "Processing",
        "CompleteAllFail",
        end=fails("MediaJobFailed", "ended as failed (the vendor says 'CompleteAllFail')", "ResourceContentBad"),
    ),
    "failed_soft": one(
        LIVE, "1", "-1", soft_fail=True, end=skips("skipped, because soft_fail is set", "ended as failed")
    ),
    "failed_never": one(
        LIVE, "1", "-1", never_fail=True, end=skips("skipped, because never_fail is set", "ended as failed")
    ),
    "cancelled": one(
        MPC, "PROCESSING", "CANCELED", end=fails("MediaJobCancelled", "ended as cancelled (the vendor says 'CANCELED'")
    ),
    # Where some of its outputs are there: LD is, SD is not.
    "partial_fail": one(
        VOD,
        "Processing",
        "CompletePartialSucc",
        end=fails("MediaJobPartiallySucceeded", "ended as partial", "SD: InvalidParameter.ResourceContentBad"),
    ),
    "partial_accept": one(VOD, "Processing", "CompletePartialSucc", on_partial="accept", end=opens("partial")),
    "partial_skip": one(VOD, "Processing", "CompletePartialSucc", on_partial="skip", end=skips("ended as partial")),
    "required_made": one(VOD, "Processing", "CompletePartialSucc", required_definitions=["LD"], end=opens("partial")),
    "required_not_made": one(
        VOD,
        "Processing",
        "CompletePartialSucc",
        required_definitions=["LD", "SD"],
        end=fails("MediaJobPartiallySucceeded", "required but not made: SD"),
    ),
    # Where the job that is asked for is not there.
    "not_found": one(
        ICE,
        not_found_grace=15,
        **LIMIT,
        end=fails("MediaJobNotFound", "not visible for", "(not_found_grace is 15 s)"),
        forgetful=TIMES_OUT,
    ),
    "only_older": one(
        VOD,
        "CompleteAllSucc",
        age=7200,
        not_found_grace=15,
        **LIMIT,
        end=fails("MediaJobNotFound", "only older runs visible for", "succeeded", "created_after=None"),
        forgetful=TIMES_OUT,
    ),
    "older_accepted": one(VOD, "Processing", "CompleteAllSucc", age=7200, created_after=None, end=opens("succeeded")),
    # Where it takes too long.
    "timeout": one(
        MPC, "PROCESSING", timeout=25, end=fails("MediaJobTimeout", "still waiting after 25 s", "'PROCESSING'")
    ),
    "timeout_soft": one(
        LIVE, "1", timeout=25, soft_fail=True, end=skips("skipped, because soft_fail is set", "after 25 s")
    ),
    "timeout_cancel": one(
        MPC,
        "WAITING",
        timeout=25,
        on_timeout="cancel_then_fail",
        end=fails("MediaJobTimeout", "still waiting after 25 s", "was cancelled", leaves="CANCELED"),
    ),
    "queue_timeout": one(
        MPC,
        "WAITING",
        queue_timeout=15,
        **LIMIT,
        end=fails("MediaJobQueueTimeout", "not started for", "(queue_timeout is 15 s)", leaves="WAITING"),
        forgetful=TIMES_OUT,
    ),
    "queue_cancel": one(
        HUAWEI_VOD,
        "WAITING",
        queue_timeout=15,
        on_queue_timeout="cancel_then_fail",
        **LIMIT,
        end=fails("MediaJobQueueTimeout", "not started for", "was cancelled", leaves="CANCEL"),
        forgetful=fails("MediaJobTimeout", "still waiting after 60 s", leaves="WAITING"),
    ),
    "stall_timeout": one(
        ICE,
        "Processing",
        stall_timeout=15,
        **LIMIT,
        end=fails("MediaJobStalled", "no change for", "(stall_timeout is 15 s)"),
        forgetful=TIMES_OUT,
    ),
    "execution_timeout": one(
        ICE,
        "Processing",
        execution_timeout=timedelta(seconds=20),
        end=fails("AirflowTaskTimeout", tries=2),
        without=("reschedule",),  # there Airflow counts it anew for each look
    ),
    "no_known_word": one(  # of this vendor's other service
        HUAWEI_VOD,
        "SUCCEEDED",
        timeout=25,
        end=fails("MediaJobTimeout", "still waiting after 25 s", "unknown (the vendor says 'SUCCEEDED'"),
    ),
    # Several jobs. All but the last have ended when they are first looked at.
    "all": several(MPC, ("SUCCEEDED",), ("PROCESSING", "SUCCEEDED"), end=opens("succeeded", "succeeded", "succeeded")),
    "any_one_failed": several(LIVE, ("-1",), ("1", "3"), wait_for="any", end=opens("partial", "failed", "succeeded")),
    "two_of_three": several(
        LIVE, ("-1",), ("3",), ("1", "3"), wait_for=2, end=opens("partial", "failed", "succeeded", "succeeded")
    ),
    "all_one_failed": several(
        MPC,
        ("SUCCEEDED",),
        ("PROCESSING", "FAILED"),
        end=fails("MediaJobFailed", "1 succeeded, 1 failed", states=("succeeded", "failed")),
    ),
    "all_one_failed_slowly": several(
        LIVE,
        ("-1",),
        ("1", "3"),
        fail_fast=False,
        end=fails("MediaJobFailed", "1 failed, 1 succeeded", states=("failed", "succeeded")),
    ),
    "all_one_failed_soft": several(
        LIVE,
        ("3",),
        ("1", "-1"),
        soft_fail=True,
        end=skips("skipped, because soft_fail is set", "1 succeeded, 1 failed", states=("succeeded", "failed")),
    ),
    # A studio as a whole, whose newest job comes first.
    "studio": Outcome(LIVE, (("3",), ("1", "3")), opens("succeeded", "succeeded", "succeeded"), {"episodes": 2}),
    "studio_one_failed": Outcome(
        LIVE,
        (("1", "-1"), ("3",)),
        fails("MediaJobFailed", "1 succeeded, 1 failed", states=("succeeded", "failed")),
        {"episodes": 2},
    ),
    # Gates that need no success.
    "finished": one(MPC, "PROCESSING", "FAILED", until="finished", end=opens("failed", raw_state="FAILED")),
    "running": one(MPC, "WAITING", "PROCESSING", until="running", end=opens("running", finished_at=None)),
    # Where the asking is wrong.
    "wrong_key": one(
        MPC, conn_id="huawei_wrong_key", at_once=True, end=fails("MediaJobNotAuthenticated", "APIGW.0301")
    ),
}


def job_ids(outcome: str, mode: str) -> list[dict[str, str]]:
    """The jobs of a task, which no other task waits for."""
    row, name = OUTCOMES[outcome], f"{outcome}-{mode}"
    names = [f"{name}-{number}" for number in range(len(row.jobs))] if len(row.jobs) > 1 else [name]
    if row.kind == LIVE:
        return [{"caster_id": name, "show_id": job} for job in names]
    named = {ICE: "job_id", VOD: "video_id", HUAWEI_VOD: "task_id", MPC: "job_id"}[row.kind]
    return [{named: job} for job in names]


def asked_for(outcome: str, mode: str) -> Any:
    """The sensor's ``ids``."""
    row, jobs = OUTCOMES[outcome], job_ids(outcome, mode)
    if "episodes" in row.given:
        return {"caster_id": jobs[0]["caster_id"]}
    return jobs if row.listed else jobs[0]


def _arguments(row: Outcome, mode: str) -> dict[str, Any]:
    return {
        "conn_id": f"{row.kind.partition('.')[0]}_whole",
        "poke_interval": 10,
        "poll_interval": 10,
        "timeout": 900,
        "retries": 1,
        "retry_delay": timedelta(seconds=1),
        **MODES[mode],
        **row.given,
    }


with DAG("system_outcomes", schedule=None) as dag:
    for _name, _row in OUTCOMES.items():
        for _mode in _row.modes:
            MediaJobSensor(
                task_id=f"{_name}-{_mode}",
                kind=_row.kind,
                ids=asked_for(_name, _mode),
                **_arguments(_row, _mode),
            )
