# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetMediaInfoJob``: the facts found in the source. See ``test_ice_jobs``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_media_info import ICE_MEDIA_INFO


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    ref = ICE_MEDIA_INFO.ref({"job_id": "2c6c9de4****"})
    answer = sample("get_media_info_job.json")
    _, answers = drive(ICE_MEDIA_INFO.look(alibaba, [ref]), answer)
    assert answers[ref] == JobSnapshot(
        kind="alibaba.ice.media_info",
        ids={"job_id": "2c6c9de4****"},
        state=JobState.SUCCEEDED,
        raw_state="Success",
        created_at=datetime(2022, 1, 12, 8, 49, 41, tzinfo=UTC),
        finished_at=datetime(2022, 1, 12, 8, 49, 45, tzinfo=UTC),
        outputs=(
            Output(
                uri="http://bucket.oss-cn-shanghai.aliyuncs.com/path/to/video.mp4",
                format="mov,mp4,m4a,3gp,3g2,mj2",
                duration_s=216.206667,
                size_bytes=31737,
                width=1920,
                height=1080,
                video_codec="h264",
                audio_codec="aac",
            ),
        ),
        request_id=answer["RequestId"],
        raw=answer["MediaInfoJob"],
    )
