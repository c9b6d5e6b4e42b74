# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetSnapshotJob``: the name keeps its placeholder. See ``test_ice_jobs``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_snapshot import ICE_SNAPSHOT


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    ref = ICE_SNAPSHOT.ref({"job_id": "****d80e4e4044975745c14b****"})
    answer = sample("get_snapshot_job.json")
    _, answers = drive(ICE_SNAPSHOT.look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.snapshot",
        ids={"job_id": "****d80e4e4044975745c14b****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        created_at=datetime(2022, 7, 12, 16, 30, 16, tzinfo=UTC),
        finished_at=datetime(2022, 7, 12, 16, 30, 19, tzinfo=UTC),
        outputs=(Output(uri="http://test-bucket.oss-cn-shanghai.aliyuncs.com/output-{Count}.jpg"),),
        request_id=answer["RequestId"],
        raw=answer["SnapshotJob"],
    )
