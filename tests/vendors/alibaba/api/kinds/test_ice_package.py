# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetPackageJob``: one list of streams. See ``test_ice_jobs``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_package import ICE_PACKAGE


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    ref = ICE_PACKAGE.ref({"job_id": "****7b6d7b6d4b6d8a7e9c3f****"})
    answer = sample("get_package_job.json")
    _, answers = drive(ICE_PACKAGE.look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.package",
        ids={"job_id": "****7b6d7b6d4b6d8a7e9c3f****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        created_at=datetime(2022, 9, 8, 11, 34, 5, tzinfo=UTC),
        finished_at=datetime(2022, 9, 8, 11, 44, 5, tzinfo=UTC),
        outputs=(Output(uri="http://bucket.oss-cn-shanghai.aliyuncs.com/path/to/master.m3u8"),),
        request_id=answer["RequestId"],
        raw=answer["PackageJob"],
    )
