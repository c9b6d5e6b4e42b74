# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Helpers of the tests of ``core.outcome``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.vendors import kind

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
REF = JobRef("huawei.vod.editing", (("task_id", "123"),))
SPEC = WaitSpec((REF,), kind(REF.kind), Policy(), deadline=START + timedelta(hours=1), timeout=3600)
P, R, S, A = JobState.PENDING, JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL
F, C, U = JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN
NOT_FOUND = e.JobNotFound("VOD.10062", "no such task", request_id="r1")


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def snap(state: JobState, word: str = "WORD", ref: JobRef = REF, **more: Any) -> JobSnapshot:
    return JobSnapshot(ref.kind, dict(ref.ids), state, word, **more)
