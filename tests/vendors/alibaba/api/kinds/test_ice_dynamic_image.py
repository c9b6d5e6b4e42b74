# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetDynamicImageJob``: one image. See ``test_ice_jobs``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_dynamic_image import ICE_DYNAMIC_IMAGE


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    ref = ICE_DYNAMIC_IMAGE.ref({"job_id": "****cdb3e74639973036bc84****"})
    answer = sample("get_dynamic_image_job.json")
    _, answers = drive(ICE_DYNAMIC_IMAGE.look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.dynamic_image",
        ids={"job_id": "****cdb3e74639973036bc84****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        created_at=datetime(2022, 7, 12, 16, 17, 54, tzinfo=UTC),
        finished_at=datetime(2022, 7, 12, 16, 30, 16, tzinfo=UTC),
        outputs=(Output(uri="http://test-bucket.oss-cn-shanghai.aliyuncs.com/output.gif"),),
        request_id=answer["RequestId"],
        raw=answer["DynamicImageJob"],
    )
